"""Alert rules and the dashboard name metrics that are there, and the documents name them all."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bff.app import build
from tests.support.program import ROOT
from tests.support.world import World

ALERTS, DASHBOARD = ROOT / "ops/alerts.yaml", ROOT / "ops/dashboard.json"
NAME = re.compile(r"\b(?:bff|process)_[a-z_]+")
PROMTOOL = shutil.which("promtool")


def alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(ALERTS.read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return found


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in alerts())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


@pytest.fixture
async def families(world: World) -> dict[str, set[str]]:
    """The names of samples, by their metric's name in the documents, and `labels`."""
    registry = build(world.services, {}).state.metrics.registry
    found: dict[str, set[str]] = {}
    for family in registry.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        suffixes = ("_bucket", "_sum", "_count") if family.type == "histogram" else ("",)
        found[name] = {f"{name}{suffix}" for suffix in suffixes}
    return found


def test_every_expression_names_metrics_that_are_there(families: dict[str, set[str]]) -> None:
    known = {name for samples in families.values() for name in samples}
    named = {name for text in expressions() for name in NAME.findall(text)}
    assert named - known == set()
    ours = {name for name in families if name.startswith("bff_")}
    shown = {name for name in ours if families[name] & named}
    assert ours - shown == set()


def test_every_metric_of_ours_is_documented_and_no_other(families: dict[str, set[str]]) -> None:
    text = (ROOT / "docs/operations.md").read_text()
    section = text.partition("\n## Metrics\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `bff_")]
    documented = [name for row in rows for name in re.findall(r"`(bff_\w+)`", row)]
    assert len(documented) == len(set(documented))
    assert set(documented) == {name for name in families if name.startswith("bff_")}


def test_every_alert_says_what_it_is_and_what_to_do() -> None:
    for rule in alerts():
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "action"}
    names = [rule["alert"] for rule in alerts()]
    assert len(names) == len(set(names))


def test_panels_lie_beside_one_another() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(places) == len(set(places))
    assert len({panel["id"] for panel in panels()}) == len(places)


@pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed: rules are parsed here alone"
)
def test_promtool_accepts_the_rules() -> None:
    assert PROMTOOL
    subprocess.run([PROMTOOL, "check", "rules", str(ALERTS)], check=True, capture_output=True)
