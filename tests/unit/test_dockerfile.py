"""The Dockerfile is lint-free and copies what is there; its image is small, locked and not root."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bff.settings import Settings, variable
from tests.support.program import ROOT, free_port
from tests.support.world import World

DOCKERFILE = ROOT / "Dockerfile"
BUILD_TOOLS = re.compile(r"\b(?:apt|apt-get|gcc|npm|pip (?:install|wheel)|hatchling)\b")


def instructions(text: str) -> list[tuple[str, str]]:
    """`("COPY", "bff bff")`, in their sequence."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = [line.split(maxsplit=1) for line in joined.splitlines() if line]
    return [(name, rest) for name, rest in found]


ALL = instructions(DOCKERFILE.read_text("utf-8"))
LAST_STAGE = ALL[max(at for at, (name, _) in enumerate(ALL) if name == "FROM") :]


def values(name: str) -> list[str]:
    return [rest for found, rest in LAST_STAGE if found == name]


def copied() -> list[str]:
    words = [rest.split() for name, rest in ALL if name == "COPY"]
    return [source for copy in words if copy[0][:2] != "--" for source in copy[:-1]]


def is_sent(source: str) -> bool:
    """The builder gets it: `.dockerignore` lets it in, whole or as part of its folder."""
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"]
    return any(Path(source).is_relative_to(path) for path in let_in)


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_is_there_and_sent_to_the_builder() -> None:
    assert len(copied()) > 5
    assert [path for path in copied() if not (ROOT / path).exists() or not is_sent(path)] == []


def test_bases_have_a_whole_version() -> None:
    bases = [rest.split()[0] for name, rest in ALL if name == "FROM"]
    assert [base for base in bases if not re.search(r":\d+\.\d+\.\d+-\w*-?slim", base)] == []


def test_all_that_is_fetched_has_a_hash() -> None:
    runs = "\n".join(rest for name, rest in ALL if name == "RUN")
    fetching = re.findall(r"pip (?:--python \S+ )?(?:install|wheel) [^&]*", runs)
    assert len(fetching) == 4
    for command in fetching:
        assert "--require-hashes" in command or "--no-index" in command


def test_the_image_runs_as_nobody_in_particular_and_builds_nothing() -> None:
    assert values("USER") == ["10001:10001"]
    assert [run for run in values("RUN") if BUILD_TOOLS.search(run)] == []
    assert values("COPY") == ["--from=build /opt/bff /opt/bff"]


def test_signals_reach_the_program() -> None:
    assert json.loads(values("ENTRYPOINT")[0]) == ["bff"]
    assert json.loads(values("CMD")[0]) == ["serve"]
    assert values("STOPSIGNAL") == ["SIGTERM"]


def test_its_variables_are_settings() -> None:
    environment = dict(re.findall(r"(BFF_\w+)=(\S+)", values("ENV")[0]))
    assert set(environment) <= {variable(name) for name in Settings.model_fields}
    assert environment["BFF_PORT"] in values("EXPOSE")
    assert Path(environment["BFF_DATABASE"]).parent == Path(values("VOLUME")[0])


def test_its_version_is_the_programs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"VERSION={project['version']}" in values("ARG")
    labels = dict(re.findall(r'opencontainers\.image\.(\w+)="([^"]*)"', values("LABEL")[0]))
    assert labels["description"] == project["description"]
    assert labels["licenses"] == project["license"]


def check_health(port: str) -> int:
    """The exit status of the image's own health check, run here."""
    _, _, checked = values("HEALTHCHECK")[0].partition("CMD ")
    _, *arguments = json.loads(checked)
    environment = {**os.environ, "BFF_PORT": port}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


async def test_its_health_check_looks_at_the_server(server: World) -> None:
    port = server.base.rpartition(":")[2]
    assert await asyncio.to_thread(check_health, port) == 0
    assert await asyncio.to_thread(check_health, str(free_port())) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS b\n# a remark\nRUN x \\\n    && y", [("FROM", "a AS b"), ("RUN", "x && y")]),
        ("COPY bff bff\n\nUSER 1", [("COPY", "bff bff"), ("USER", "1")]),
    ],
)
def test_instructions_are_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert instructions(text) == expected
