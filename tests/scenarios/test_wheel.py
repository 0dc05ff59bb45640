"""The wheel by itself: in an empty environment and outside the repository, it serves."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, distribution
from importlib.util import cache_from_source
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
# One worker: the build and the installation are shared.
pytestmark = pytest.mark.xdist_group("wheel")


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, env=clean_env(), capture_output=True, check=False)
    output = done.stdout.decode()
    assert done.returncode == 0, output + done.stderr.decode()
    return output


def clean_env(**settings: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BFF_") and name not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    return kept | settings


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bff(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The installed `bff` command, in an environment of what the lock and the wheel hold."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    [packages] = folder.glob("lib/*/site-packages")
    put_locked(packages)
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", folder / "bin" / "python")
    run(*pip, "install", "--no-index", "--no-deps", wheel)
    run(*pip, "check")
    return folder / "bin" / "bff"


def put_locked(packages: Path) -> None:
    """What the lock names, and no more, as links to where the tests have it from."""
    lines = (ROOT / "locks" / "runtime.txt").read_text("utf-8").splitlines()
    for line in lines:
        if "==" in line and is_needed(one := Requirement(line.rstrip(" \\"))):
            found = distribution(one.name)
            assert one.specifier.contains(found.version), f"{found.version}, not {one}"
            link_files(found, packages)


def is_needed(one: Requirement) -> bool:
    return one.marker is None or one.marker.evaluate()


def link_files(found: Distribution, packages: Path) -> None:
    """But for its commands, which lie elsewhere; with what Python has compiled of them."""
    for file in found.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            link(Path(str(file.locate())), packages / file)


def link(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.symlink_to(file)
    if file.suffix == ".py" and (compiled := Path(cache_from_source(file))).exists():
        link(compiled, Path(cache_from_source(to)))


@contextmanager
def serving(bff: Path, folder: Path) -> Iterator[str]:
    """The address of a server with a new database in `folder`."""
    port = free_port()
    settings = {
        "BFF_MODE": "demo",
        "BFF_PORT": str(port),
        "BFF_DATABASE": str(folder / "bff.db"),
    }
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [bff, "serve"],
            cwd=folder,
            env=clean_env(**settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            wait_until_listening(server, port, folder / "log")
            yield f"http://127.0.0.1:{port}/graphql"
        finally:
            server.terminate()


def shipped() -> Iterator[Path]:
    for package in ("bff", "resolvers", "loaders"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until_listening(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"No server within {START_SECONDS} s:\n{log.read_text()}")


def test_wheel_holds_every_file_of_the_packages_and_the_schema(wheel: Path) -> None:
    packed = set(ZipFile(wheel).namelist())
    sources = {path.relative_to(ROOT).as_posix() for path in shipped()}
    assert sources | {"bff/schema.graphql"} == {
        name for name in packed if ".dist-info/" not in name
    }


def test_installed_command_prints_the_schema_of_the_repository(bff: Path, tmp_path: Path) -> None:
    assert run(bff, "schema", cwd=tmp_path) == (ROOT / "schema.graphql").read_text()


def test_installed_server_answers_queries_and_shows_graphiql(bff: Path, tmp_path: Path) -> None:
    with serving(bff, tmp_path) as url, httpx.Client(trust_env=False) as client:
        answer = client.post(url, json={"query": "{ __typename }"})
        page = client.get(url, headers={"Accept": "text/html"})
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert page.status_code == httpx.codes.OK
    assert page.headers["Content-Type"].startswith("text/html")
