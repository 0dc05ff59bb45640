"""The folder of a run, and what is left of a run that was killed."""

import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.support.servers.postgresql import PostgresqlServer
from tests.support.servers.redis import RedisServer
from tests.support.servers.run_folder import NoPlaceError, run_folder, shared_folder

FOREVER_S = 600


@pytest.fixture
def shared(server_folder: Path) -> Path:
    folder = server_folder / "s"
    folder.mkdir(exist_ok=True)
    return folder


def _live(shared: Path, ready: Connection) -> None:
    with run_folder(shared) as folder:
        server = PostgresqlServer(folder / "postgresql")
        server.create()
        server.start()
        RedisServer(folder / "redis").start()
        ready.send(folder)
        time.sleep(FOREVER_S)


def _pid(folder: Path) -> int:
    return int((folder / "postgresql/data/postmaster.pid").read_text().split()[0])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_next_run_removes_the_servers_of_one_that_was_killed(shared: Path) -> None:
    context = get_context("forkserver")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_live, args=(shared, sender), daemon=True)
    process.start()
    killed: Path = receiver.recv()
    pid = _pid(killed)
    with run_folder(shared) as folder:
        assert folder != killed
        assert _lives(pid)  # of a run that is still under way
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert _lives(pid)
    with run_folder(shared):
        assert not killed.exists()
        while _lives(pid):
            time.sleep(0.01)
    assert [path.name for path in shared.iterdir()] == ["lock"]


def test_a_folder_of_somebody_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, server_folder: Path
) -> None:
    (server_folder / f"bff-tests-{os.geteuid()}").symlink_to(server_folder)
    monkeypatch.setattr("tests.support.servers.run_folder.PLACES", (str(server_folder),))
    with pytest.raises(NoPlaceError, match="somebody else's"):
        shared_folder()


def test_a_place_that_is_not_open_to_all_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr("tests.support.servers.run_folder.PLACES", (str(tmp_path),))
    with pytest.raises(NoPlaceError, match="open to all"):
        shared_folder()
