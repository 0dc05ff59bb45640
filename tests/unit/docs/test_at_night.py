"""Each alert has its section for whoever is woken up, with commands that are there."""

import re
import shlex
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bff.cli.main import cli
from tests.support.program import ROOT

TEXT = (ROOT / "docs/howto/at-night.md").read_text("utf-8")
CONTAINERS = (ROOT / "docs/howto/containers.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n\n(.+?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE))
COMMAND = re.compile(r"(?:^|`|exec (?:-T )?(?:server|worker) )bff ([a-z][^`#\n]*)", re.MULTILINE)
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]


def alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((ROOT / "ops/alerts.yaml").read_text("utf-8"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def test_each_alert_has_its_section() -> None:
    assert [rule["alert"] for rule in alerts()] == list(SECTIONS)


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: str(rule["alert"]))
def test_it_says_whether_to_get_up_and_what_to_run(rule: dict[str, Any]) -> None:
    section = SECTIONS[rule["alert"]]
    assert section.startswith(f"{rule['labels']['severity'].capitalize()}. ")
    assert re.search(r"^```(?:sh|promql)$", section, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(COMMAND.findall(TEXT + CONTAINERS))))
def test_each_command_is_there(command: str) -> None:
    done = CliRunner().invoke(cli, [*shlex.split(command), "--help"])
    assert done.exit_code == 0, done.output


def test_each_service_is_one_of_compose() -> None:
    found = re.findall(r"docker compose (?:exec|logs|restart)(?: -\S+(?: \d+\w?)?)* (\w+)", TEXT)
    assert len(found) > 5
    assert set(found) <= SERVICES.keys()
