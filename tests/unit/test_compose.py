"""`compose.yaml` keeps to its specification; its commands, settings and files are there."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bff.cli.main import cli
from bff.settings import SECRETS, URLS, Settings, variable
from tests.support.program import ROOT

COMPOSE = ROOT / "compose.yaml"
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
VARIABLES = {variable(name) for name in Settings.model_fields}
SCRAPES: dict[str, Any] = yaml.safe_load((ROOT / "ops/prometheus.yaml").read_text("utf-8"))


def binds(service: dict[str, Any]) -> dict[str, Path]:
    """Files of ours by their path in the container."""
    parts = [volume.split(":") for volume in service.get("volumes", ())]
    return {part[1]: ROOT / part[0] for part in parts if part[0].startswith("./")}


def test_it_keeps_to_the_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [str(checker), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_has_two_servers_and_what_they_need() -> None:
    assert set(OURS) == {"migrate", "server", "worker"}
    assert set(SERVICES) == {*OURS, "postgres", "redis", "prometheus", "grafana"}
    assert SERVICES["server"]["deploy"]["replicas"] == 2
    assert SERVICES["server"]["command"] == ["serve", "--no-worker"]


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_one_of_ours(name: str) -> None:
    command = OURS[name]["command"]
    assert CliRunner().invoke(cli, [*command, "--help"]).exit_code == 0
    assert CliRunner().invoke(cli, [*command, "--no-such-option", "--help"]).exit_code == 2


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_a_setting(name: str) -> None:
    ours = {key for key in OURS[name]["environment"] if key.startswith("BFF_")}
    assert ours
    assert ours <= VARIABLES


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_can_do_no_more_than_it_has_to(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}


@pytest.mark.parametrize("name", SERVICES)
def test_each_port_is_this_machines_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - OURS.keys()))
def test_each_image_of_others_has_a_whole_version_and_a_health_check(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert image.count("/") <= 1
    assert tag.count(".") >= 1
    assert tag[0].isdigit() or tag.startswith("v")
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_it_waits_for_what_can_become_so(name: str) -> None:
    for other, wanted in SERVICES[name].get("depends_on", {}).items():
        ends = SERVICES[other]["restart"] == "no"
        expected = "service_completed_successfully" if ends else "service_healthy"
        assert wanted["condition"] == expected


@pytest.mark.parametrize("name", SERVICES)
def test_each_file_that_is_mounted_is_there(name: str) -> None:
    assert [path for path in binds(SERVICES[name]).values() if not path.is_file()] == []


def test_prometheus_finds_every_process_and_the_rules() -> None:
    [job] = SCRAPES["scrape_configs"]
    [found] = job["dns_sd_configs"]
    assert set(found["names"]) == OURS.keys() - {"migrate"}
    for name in found["names"]:
        assert OURS[name]["environment"]["BFF_METRICS_PORT"] == str(found["port"])
    mounted = binds(SERVICES["prometheus"])
    assert mounted["/etc/prometheus/prometheus.yaml"] == ROOT / "ops/prometheus.yaml"
    assert [f"/etc/prometheus/{rules}" for rules in SCRAPES["rule_files"]] == [
        path for path, file in mounted.items() if file.name == "alerts.yaml"
    ]


def test_grafana_has_a_source_and_the_dashboard() -> None:
    [source] = yaml.safe_load((ROOT / "ops/grafana.yaml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090"
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert binds(SERVICES["grafana"])[home] == ROOT / "ops/dashboard.json"


def test_the_example_of_an_environment_names_all_that_production_needs() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert {variable(name) for name in (*SECRETS, *URLS)} <= example.keys()
    assert {name for name in example if name.startswith("BFF_")} <= VARIABLES
    assert {name: value for name, value in example.items() if value} == {"BFF_MODE": "production"}
    assert [name for name in example if name not in VARIABLES] == ["POSTGRES_PASSWORD"]


def test_a_password_that_is_left_empty_is_not_the_demonstrations() -> None:
    """PostgreSQL's image refuses an empty one; `:-` would replace it."""
    found = re.findall(r"\$\{POSTGRES_PASSWORD[^}]*\}", COMPOSE.read_text("utf-8"))
    assert found == ["${POSTGRES_PASSWORD-demonstration}"] * 2
