"""Where a Docker daemon is there, the image is built and all of `compose.yaml` is started."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.program import ROOT

BUILD_S, START_S = 1_800, 120
STOPPED = 128 + signal.SIGTERM  # a server that has ended in order says which signal ended it
# Ports that are free, so that a demonstration beside the tests goes on
FREE_PORTS = """
services:
  server: {ports: !override ["127.0.0.1::8000"]}
  prometheus: {ports: !override ["127.0.0.1::9090"]}
  grafana: {ports: !override ["127.0.0.1::3000"]}
"""


def why_not() -> str:
    """Why nothing can be built here; nothing where it can."""
    if not shutil.which("docker"):
        return "docker is not installed: the image is linted alone"
    command = ["docker", "info", "--format", "{{.ServerVersion}}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.returncode:
        return ""
    return f"{done.stderr.strip().splitlines()[-1]} The image is linted alone"


REASON = why_not()
pytestmark = [
    pytest.mark.skipif(bool(REASON), reason=REASON),
    pytest.mark.xdist_group("image"),
]


class Compose:
    def __init__(self, ports: Path) -> None:
        files = ("--file", str(ROOT / "compose.yaml"), "--file", str(ports))
        self._command = ("docker", "compose", "--project-name", "bff-test", *files)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self._command, *arguments]
        return subprocess.run(
            command, cwd=ROOT, timeout=BUILD_S, capture_output=True, text=True, check=False
        )

    def output(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def address(self, service: str, port: int, number: int = 1) -> str:
        return f"http://{self.output('port', '--index', str(number), service, str(port))}"


def wait_until_ready(base: str) -> None:
    """The server answers, its database has all migrations, and a worker is there."""
    end = time.monotonic() + START_S
    while True:
        try:
            last = httpx.get(f"{base}/readyz")
            if last.status_code == HTTPStatus.OK:
                return
        except httpx.TransportError:
            last = None
        assert time.monotonic() < end, last and last.text
        time.sleep(0.5)


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    ports = tmp_path_factory.mktemp("compose") / "ports.yaml"
    ports.write_text(FREE_PORTS)
    started = Compose(ports)
    try:
        started.output("up", "--detach")
        yield started
    finally:
        started.run("down", "--volumes", "--timeout", "30")


def test_both_servers_are_ready_and_serve_the_demonstration(compose: Compose) -> None:
    token = compose.output("exec", "-T", "server", "bff", "token", "demo-4")
    for number in (1, 2):
        base = compose.address("server", 8000, number)
        wait_until_ready(base)
        headers = {"Authorization": f"Bearer {token}"}
        request: dict[str, Any] = {"query": "{ viewer { orders { nodes { id } } } }"}
        answer = httpx.post(f"{base}/graphql", json=request, headers=headers).json()
        assert answer["data"]["viewer"]["orders"]["nodes"]
        assert httpx.get(f"{base}/graphql/assets/main.js").status_code == 200


def test_the_process_is_not_root_and_writes_nowhere_but_to_its_volume(compose: Compose) -> None:
    assert compose.output("exec", "-T", "server", "id", "-u") == "10001"
    assert compose.run("exec", "-T", "server", "touch", "/opt/bff/new").returncode
    compose.output("exec", "-T", "server", "touch", "/var/lib/bff/new")


def test_prometheus_has_the_rules(compose: Compose) -> None:
    rules = httpx.get(f"{compose.address('prometheus', 9090)}/api/v1/rules").json()
    assert [group["name"] for group in rules["data"]["groups"]] == ["express-return-bff"]


def test_servers_end_in_order(compose: Compose) -> None:
    """The last: nothing serves behind it."""
    compose.output("stop", "--timeout", "30", "server", "worker")
    lines = compose.output("ps", "--all", "--format", "json", "server", "worker").splitlines()
    codes = {json.loads(line)["ExitCode"] for line in lines}
    assert len(lines) == 3
    assert codes <= {0, STOPPED}
