"""Wake-ups by Unix sockets: to each process that is there, past those that have ended."""

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from structlog.testing import capture_logs

from bff.db.relays.relay import MAX_PENDING_TOPICS
from bff.db.relays.sockets import SocketRelay
from bff.db.wakeups import WakeUps
from tests.support.listeners import Ears


@pytest.fixture(params=["short", "path" * 30])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A socket's path has about a hundred characters at most, a file's has many more."""
    return tmp_path / str(request.param)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_what_one_process_commits_wakes_the_others(folder: Path) -> None:
    one, other, third = WakeUps(), WakeUps(), WakeUps()
    async with SocketRelay(folder, one), SocketRelay(folder, other), SocketRelay(folder, third):
        with Ears(other, "a", "b") as ears, Ears(third, "a") as others:
            one.publish(["a", "b"])
            await ears.until("a", "b")
            await others.until("a")
        with Ears(one, "c") as ears:
            other.publish(["c"])
            assert ears.woken == []
            await ears.until("c")


async def test_a_topic_that_is_served_here_wakes_no_other_process(folder: Path) -> None:
    one, other = WakeUps(), WakeUps()
    async with SocketRelay(folder, one), SocketRelay(folder, other):
        with Ears(other, "work", "a") as ears:
            async with one.waiting_for("work", for_all=True):
                one.publish(["work", "a"])
                await ears.until("a")
            one.publish(["work"])
            await ears.until("work")


async def test_the_socket_of_a_process_that_has_ended_is_removed(folder: Path) -> None:
    wakeups = WakeUps()
    async with SocketRelay(folder, wakeups):
        [own] = names(folder)
        left_behind = folder / "1-killed.sock"
        _leave(left_behind)
        wakeups.publish(["a"])
        assert names(folder) == [own]
    assert names(folder) == []


def _leave(path: Path) -> None:
    """As a process that was killed does."""
    with TemporaryDirectory() as short, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as killed:
        killed.bind(f"{short}/socket")
        Path(short, "socket").rename(path)


async def test_a_process_that_does_not_read_gets_everything_once_it_does(folder: Path) -> None:
    one, other = WakeUps(), WakeUps()
    async with SocketRelay(folder, one), SocketRelay(folder, other):
        with Ears(other, "last") as ears:
            for number in range(MAX_PENDING_TOPICS * 5):  # more than the system keeps for it
                one.publish([f"topic_{number}"])
            one.publish(["last"])
            await ears.until("last")


async def test_what_is_published_before_the_end_is_sent(folder: Path) -> None:
    one, other = WakeUps(), WakeUps()
    async with SocketRelay(folder, other):
        with Ears(other, "a") as ears:
            async with SocketRelay(folder, one):
                one.publish(["a"])
            await ears.until("a")


async def test_where_no_socket_can_be_bound_processes_poll(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    wakeups = WakeUps()
    with capture_logs() as lines:
        async with SocketRelay(blocked, wakeups):
            wakeups.publish(["a"])
    [line] = lines
    assert line["event"] == "other processes are not woken, they poll"
