"""The program as it is started: served, stopped in the middle, started again; its commands."""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bff.graphql.schema import printed
from bff.http.protocol import CLOSE_TIMEOUT_S
from tests.support.demo_journey import EVENTS, express_line, until
from tests.support.documents import ONE_TAP, RETURN, WATCH
from tests.support.import_files import SAMPLE
from tests.support.program import ROOT, TOKEN, Program, Serving, production
from tests.support.raw_client import close_code, send_pieces
from tests.support.websocket_frames import CLOSE, PING, frame, frame_connection

ME = "{ viewer { nickname starLevel { level } orders { totalCount } returns { totalCount } } }"
# The kernel holds some megabytes of their pongs.
MORE_PINGS_THAN_WAIT = 150_000


@pytest.fixture
def demo(db_folder: Path) -> Program:
    """Ten times faster than a demonstration."""
    return Program(db_folder / "demo.sqlite3", {"partner_speed": 3600, "log_level": "warning"})


@dataclass(frozen=True)
class Begun:
    """Requests to the first server and its answers, until the courier accepted."""

    token: str
    tap: dict[str, Any]
    opened: Any
    updates: list[Any]
    me: Any


async def begin(served: Serving) -> Begun:
    """By a shopper of four stars: the pickup is free."""
    token = (await served.tokens())[3]
    async with served.client(token) as app, app.socket() as phone:
        tap = {"key": "k", "line": await express_line(app), "pickup": {}}
        opened = (await app.ask(ONE_TAP, **tap))["oneTapReturn"]["return"]
        await phone.subscribe(WATCH, returnId=opened["id"])
        updates = await until(phone, "PICKUP_ACCEPTED")
        return Begun(token, tap, opened, updates, await app.ask(ME))


async def go_on(served: Serving, begun: Begun) -> tuple[list[Any], Any]:
    """The updates after the break, and the return in the end."""
    return_id = begun.opened["id"]
    async with served.client(begun.token) as app, app.socket() as phone:
        assert await app.ask(ME) == begun.me
        again = (await app.ask(ONE_TAP, **begun.tap))["oneTapReturn"]
        assert (again["replayed"], again["return"]["id"]) == (True, return_id)
        await phone.subscribe(WATCH, returnId=return_id, after=begun.updates[-1]["cursor"])
        updates = await until(phone, "REFUND_ADVANCED")
        return updates, (await app.ask(RETURN, id=return_id))["node"]


async def test_a_journey_goes_on_where_a_killed_server_left_it(demo: Program) -> None:
    """Tapped and accepted before; collected, under way and refunded after."""
    async with demo.serving() as first:
        begun = await begin(first)
        first.process.kill()
    started = time.perf_counter()
    async with demo.serving() as second:
        assert time.perf_counter() - started < 30
        after, done = await go_on(second, begun)
    updates = begun.updates + after
    assert [one["event"] for one in updates] == EVENTS
    assert all(one["at"] <= other["at"] for one, other in pairwise(updates))
    assert (done["refund"]["advance"], done["waybill"]["submittedBy"]) == ("ADVANCED", "COURIER")


async def test_a_demonstration_has_five_shoppers_and_a_page_and_stops_on_a_signal(
    demo: Program,
) -> None:
    async with demo.serving() as served:
        tokens = await served.tokens()
        assert [await level(served, token) for token in tokens] == [1, 2, 3, 4, 5]
        page = await served.page("/graphql")
        assert (page.status_code, "GraphiQL" in page.text) == (200, True)
        root = await served.page("/")
        assert (root.status_code, root.headers["location"]) == (307, "/graphql")
        async with served.client(tokens[4]) as app, app.socket() as phone:
            opened = await app.ask(ONE_TAP, key="k", line=await express_line(app))
            await phone.subscribe(WATCH, returnId=opened["oneTapReturn"]["return"]["id"])
            await phone.next()
            await stopped(served)


async def test_the_example_follows_a_return_until_the_money_is_back(demo: Program) -> None:
    async with demo.serving() as served:
        token = (await served.tokens())[3]
        async with served.client(token) as app:
            tap = {"key": "k", "line": await express_line(app), "pickup": {}}
            return_id = (await app.ask(ONE_TAP, **tap))["oneTapReturn"]["return"]["id"]
        port = served.base.partition(":")[2]
        by_port = await watched(token, return_id, BFF_PORT=port)
        by_address = await watched(token, return_id, f"http://{served.base}/")
    assert [line.split()[1] for line in by_port] == EVENTS
    assert by_address == by_port


async def watched(*arguments: str, **environment: str) -> list[str]:
    """The lines of `examples/watch.py`, once it has ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("examples/watch.py", *arguments),
        cwd=ROOT,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        output, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    return output.decode().splitlines()


async def level(served: Serving, token: str) -> int:
    async with served.client(token) as app:
        found: int = (await app.ask(ME))["viewer"]["starLevel"]["level"]
    return found


@pytest.mark.sqlite_only("the stop waits for no database")
async def test_a_client_that_does_not_read_does_not_delay_the_stop(demo: Program) -> None:
    """Neither one that is there, nor one that has said that it leaves."""
    async with demo.serving() as served, AsyncExitStack() as stack:
        for last in (b"", frame(CLOSE, (1000).to_bytes(2))):
            stalled = await stack.enter_async_context(frame_connection(served.base, narrow=True))
            await stalled.write(frame(PING, bytes(125)) * MORE_PINGS_THAN_WAIT + last)
        token = (await served.tokens())[0]
        phone = await stack.enter_async_context(served.client(token).socket())
        await stopped(served, CLOSE_TIMEOUT_S + 10)
        assert (await close_code(phone.connection))[0] == 1001


async def stopped(served: Serving, at_most_s: float = 10) -> None:
    """In no time, though a phone is connected."""
    signalled_at = time.perf_counter()
    served.process.send_signal(signal.SIGTERM)
    assert await served.process.wait() == -signal.SIGTERM
    assert time.perf_counter() - signalled_at < at_most_s
    assert served.logged() == ""


@pytest.mark.sqlite_only("it ends before any database is opened")
async def test_production_refuses_the_secret_that_everybody_knows(db_folder: Path) -> None:
    program = Program(db_folder / "bff.sqlite3", {"mode": "production"})
    code, output, errors = await program.run("serve")
    assert (code, output) == (2, "")
    assert "BFF_TOKEN_SECRET" in errors
    assert "Traceback" not in errors
    assert not program.database.exists()


@pytest.mark.sqlite_only("pages come from no database")
async def test_production_has_neither_graphiql_nor_shoppers(db_folder: Path) -> None:
    async with Program(db_folder / "bff.sqlite3", production()).serving() as served:
        page = await served.page("/graphql")
        asset = await served.page("/graphql/assets/main.js")
        root = await served.page("/")
        async with served.client(None) as nobody:
            answer = await nobody.answer("{ viewer { id } }")
        served.process.send_signal(signal.SIGTERM)
        await served.process.wait()
        output = served.printed()
    assert page.status_code >= 400
    assert "graphiql" not in page.text.lower()
    assert asset.status_code == 404
    assert (root.status_code, "/graphql" in root.text) == (404, True)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert output == ""


async def test_orders_are_imported_and_their_shopper_gets_a_token(db_folder: Path) -> None:
    program = Program(db_folder / "bff.sqlite3")
    code, output, errors = await program.run("import", str(SAMPLE.orders))
    assert (code, output.split(",")[0]) == (0, "3 orders with 5 lines"), errors
    code, output, errors = await program.run("token", "88")
    assert (code, len(TOKEN.findall(output)), errors) == (0, 1, "")
    assert await program.run("token", "nobody") == (2, "", "no shopper nobody\n")


async def test_an_invalid_line_is_reported_in_words(db_folder: Path) -> None:
    file = db_folder / "bad.jsonl"
    file.write_text(json.dumps({"order_no": 7}) + "\n", "utf-8")
    code, output, errors = await Program(db_folder / "bff.sqlite3").run("import", str(file))
    assert (code, output.startswith("0 orders with 0 lines, ")) == (2, True)
    assert "bad.jsonl, line 1, order_no: expected" in errors
    assert "Traceback" not in errors


@pytest.mark.sqlite_only("it is about a file")
async def test_a_file_that_is_no_database_is_reported_and_left_as_it_is(
    db_folder: Path,
) -> None:
    program = Program(db_folder / "letter.txt")
    program.database.write_text("Dear customer,\n" * 100)
    code, output, errors = await program.run("serve")
    assert (code, output) == (2, "")
    assert errors == f"{program.database} is no SQLite database\n"
    assert program.database.read_text() == "Dear customer,\n" * 100


@pytest.mark.sqlite_only("no database is opened")
async def test_schema_is_printed(db_folder: Path) -> None:
    """By a process that is begun as a person begins it; other tests fork theirs."""
    program = Program(db_folder / "bff.sqlite3")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bff", "schema"),
        cwd=ROOT,
        env=program.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert (process.returncode, output.decode()) == (0, printed())
    assert not program.database.exists()


@pytest.mark.sqlite_only("no database is asked")
async def test_an_endless_head_is_cut_off(demo: Program) -> None:
    async with demo.serving() as served:
        _, taken = await send_pieces(served.base, [b"GET /graphql?query=", *[b"a" * 10_000] * 50])
    assert taken < 25
