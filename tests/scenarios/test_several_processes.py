"""Servers and workers, each a process of its own, on one database; some of them are killed."""

import asyncio
import os
import re
import signal
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.support.client import MAX_WAIT_S
from tests.support.demo_journey import EVENTS, express_line, until
from tests.support.documents import ONE_TAP, WATCH
from tests.support.engines import without_tables
from tests.support.program import Program, Serving

GOING_AWAY = 1001
STARTED = re.compile(r"Started server process \[(\d+)\]")


@pytest.fixture
def demo(db_folder: Path) -> Program:
    return Program(db_folder / "demo.sqlite3", {"partner_speed": 3600, "log_format": "json"})


def pids(served: Serving) -> list[int]:
    """Of all the processes that have served, the newest last."""
    return [int(pid) for pid in STARTED.findall(served.logged())]


async def wait_for_processes(served: Serving, count: int) -> list[int]:
    async with asyncio.timeout(MAX_WAIT_S):
        while len(found := pids(served)) < count:  # noqa: ASYNC110 - another process has no Event
            await asyncio.sleep(0.02)
    return found


async def wait_until_silent(served: Serving) -> None:
    """Nothing answers at its port any more."""
    async with asyncio.timeout(MAX_WAIT_S), httpx.AsyncClient(verify=False) as http:
        with suppress(httpx.TransportError):
            while True:
                await http.get(f"http://{served.base}/healthz")
                await asyncio.sleep(0.02)


async def test_a_journey_goes_on_where_its_server_and_its_worker_are_killed(demo: Program) -> None:
    """It is tapped at one server, pushed by another, and brought on by two workers."""
    without_tables(demo.database)
    async with (
        demo.serving("--no-worker") as first,
        demo.serving("--no-worker") as second,
        demo.working() as killed,
        demo.working() as other,
    ):
        token = (await first.tokens())[3]
        async with first.client(token) as app, second.client(token).socket() as phone:
            tap = {"key": "k", "line": await express_line(app), "pickup": {}}
            return_id = (await app.ask(ONE_TAP, **tap))["oneTapReturn"]["return"]["id"]
            await phone.subscribe(WATCH, returnId=return_id)
            before = await until(phone, "PICKUP_ACCEPTED")
        killed.kill()
        second.process.kill()
        async with first.client(token).socket() as phone:
            await phone.subscribe(WATCH, returnId=return_id, after=before[-1]["cursor"])
            updates = before + await until(phone, "REFUND_ADVANCED")
        other.send_signal(signal.SIGTERM)
        async with asyncio.timeout(MAX_WAIT_S):
            assert await other.wait() == 0
    assert [one["event"] for one in updates] == EVENTS
    assert all(int(one["cursor"]) < int(other["cursor"]) for one, other in pairwise(updates))


@pytest.mark.sqlite_only("processes are begun and ended alike on any database")
async def test_two_processes_serve_one_port_and_one_that_dies_is_begun_again(
    demo: Program,
) -> None:
    async with demo.serving("--workers", "2") as served:
        first, second = await wait_for_processes(served, 2)
        token = (await served.tokens())[3]
        os.kill(first, signal.SIGKILL)
        *_, third = await wait_for_processes(served, 3)
        assert third not in {first, second, served.process.pid}
        async with served.client(token) as app, app.socket() as phone:
            await phone.send(type="ping")
            assert (await phone.receive())["type"] == "pong"
            served.process.send_signal(signal.SIGTERM)
            await phone.connection.wait_closed()
            assert phone.connection.close_code == GOING_AWAY
        async with asyncio.timeout(MAX_WAIT_S):
            assert await served.process.wait() == 0
        assert served.logged().count("Finished server process") == 2
        await wait_until_silent(served)


@pytest.mark.sqlite_only("processes are begun and ended alike on any database")
async def test_processes_end_with_the_one_that_began_them(demo: Program) -> None:
    """Else its port would be theirs, when it is begun anew."""
    async with demo.serving("--workers", "2") as served:
        await wait_for_processes(served, 2)
        served.process.kill()
        await served.process.wait()
        await wait_until_silent(served)


@pytest.mark.sqlite_only("processes are begun and ended alike on any database")
async def test_what_is_wrong_in_the_processes_ends_them_all_in_words(demo: Program) -> None:
    async with demo.serving() as taken:
        port = taken.base.rpartition(":")[2]
        program = Program(demo.database, {**demo.options, "port": 0, "metrics_port": port})
        code, _, errors = await program.run("serve", "--workers", "2")
    assert code == 2
    assert "BFF_METRICS_PORT: " in errors
    assert "Traceback" not in errors
