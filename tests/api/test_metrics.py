"""Metrics: counted operations, sockets, events and commits, served on their own port."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert

from bff.core.clock import SystemClock
from bff.db.engines import open_database
from bff.db.tables import webhook_events
from tests.support.documents import ONE_TAP, WATCH
from tests.support.engines import database_address
from tests.support.program import Program, free_port
from tests.support.raw_client import JSON, json_body

VIEWER, UNKNOWN = "{ viewer { id } }", "{ nope }"
LINES = "{ viewer { orders { nodes { lines { id } } } } }"
LATER = datetime(2999, 1, 1, tzinfo=UTC)
WAITS = {
    "partner": "orders",
    "event_id": "e",
    "type": "order.shipped",
    "subject_id": "ord_1",
    "digest": "d",
    "status": "WAITING",
    "code": "TOO_EARLY",
    "attempts": 0,
    "data": "{}",
    "happened_at": LATER,
    "received_at": LATER,
}
OPERATIONS = re.compile(
    r'^bff_operations_total{operation="(\w+)",outcome="([\w-]+)",transport="(\w+)"} ([1-9]\d*)\.0$',
    re.MULTILINE,
)


def counted(page: str) -> dict[tuple[str, ...], int]:
    return {tuple(line[:3]): int(line[3]) for line in OPERATIONS.findall(page)}


def value(page: str, name: str) -> float:
    [found] = re.findall(rf"^{name} (\S+)$", page, re.MULTILINE)
    return float(found)


async def scraped(port: int) -> str:
    async with httpx.AsyncClient(verify=False) as http:
        return (await http.get(f"http://127.0.0.1:{port}/metrics")).text


async def ask(base: str, token: str | None, *documents: str) -> None:
    headers = {"Content-Type": JSON} | ({"Authorization": f"Bearer {token}"} if token else {})
    async with httpx.AsyncClient(verify=False, headers=headers) as http:
        for document in documents:
            await http.post(f"http://{base}/graphql", content=json_body(document, {}))


async def test_operations_are_counted_and_metrics_served_on_their_own_port(
    db_folder: Path,
) -> None:
    port = free_port()
    options = {"metrics_port": port, "executor": "graphql-core", "log_level": "warning"}
    async with Program(db_folder / "bff.sqlite3", options).serving() as served:
        token = (await served.tokens())[0]
        await ask(served.base, token, VIEWER, VIEWER, UNKNOWN, "mutation { __typename }", "")
        await ask(served.base, "x", VIEWER)
        page = await scraped(port)
        beside = await served.page("/metrics")
    assert counted(page) == {
        ("query", "graphql-core", "http"): 2,
        ("mutation", "graphql-core", "http"): 1,
        ("none", "refused", "http"): 3,
    }
    assert 'bff_operation_seconds_count{operation="query",transport="http"} 2.0' in page
    assert "process_resident_memory_bytes" in page
    assert value(page, "bff_duplicate_payments_open") == 0
    assert beside.status_code == 404


async def test_sockets_events_and_commits_are_counted(db_folder: Path) -> None:
    port = free_port()
    options = {"metrics_port": port, "log_level": "warning"}
    async with Program(db_folder / "bff.sqlite3", options).serving() as served:
        token = (await served.tokens())[0]
        async with served.client(token) as app, app.socket() as phone:
            orders = (await app.ask(LINES))["viewer"]["orders"]["nodes"]
            lines = [line["id"] for order in orders for line in order["lines"]]
            before = await scraped(port)
            tapped = [await app.ask(ONE_TAP, key=line, line=line) for line in lines]
            opened = next(one["oneTapReturn"]["return"]["id"] for one in tapped if succeeded(one))
            await phone.subscribe(WATCH, returnId=opened)
            await phone.next()
            await phone.subscribe(WATCH, "wrong", returnId=None)
            while (await phone.receive())["type"] != "error":
                pass
            page = await scraped(port)
        ended = await scraped(port)
    assert value(page, "bff_commit_writes_count") - value(before, "bff_commit_writes_count") >= 1
    assert value(page, "bff_commit_seconds_count") == value(page, "bff_commit_writes_count")
    open_now = [value(page, f"bff_{name}_open") for name in ("sockets", "subscriptions")]
    assert open_now == [1, 1]
    assert value(page, "bff_events_pushed_total") >= 1
    assert [value(ended, f"bff_{name}_open") for name in ("sockets", "subscriptions")] == [0, 0]
    assert value(page, "bff_workers_alive") == 1
    assert counted(page)["subscription", "graphql-core", "websocket"] == 1
    assert counted(page)["subscription", "refused", "websocket"] == 1


def succeeded(answer: Any) -> bool:
    return bool(answer["oneTapReturn"]["__typename"] == "OneTapReturnSuccess")


async def test_reports_that_wait_are_counted_whenever_metrics_are_read(
    db_folder: Path,
) -> None:
    port = free_port()
    program = Program(db_folder / "bff.sqlite3", {"metrics_port": port, "log_level": "warning"})
    async with program.serving():
        db = open_database(database_address(program.database), SystemClock())
        await db.write(lambda tx: tx.execute(insert(webhook_events), WAITS))
        await db.close()
        page = await scraped(port)
    assert value(page, "bff_reports_waits") == 1
    for concern in ("overdue", "given_up", "contradicts"):
        assert value(page, f"bff_reports_{concern}") == 0


async def test_a_taken_metrics_port_is_reported(db_folder: Path) -> None:
    port = free_port()
    async with Program(db_folder / "one.sqlite3", {"metrics_port": port}).serving():
        other = Program(db_folder / "other.sqlite3", {"metrics_port": port, "port": free_port()})
        code, _, errors = await other.run("serve")
    assert code == 2
    assert "BFF_METRICS_PORT: Address already in use" in errors
    assert "Traceback" not in errors


async def test_an_invalid_metrics_host_is_reported(db_folder: Path) -> None:
    options = {"metrics_host": "nowhere.invalid", "metrics_port": free_port(), "port": free_port()}
    code, _, errors = await Program(db_folder / "bff.sqlite3", options).run("serve")
    assert code == 2
    assert "BFF_METRICS_HOST: " in errors
    assert "Traceback" not in errors
