"""A database of the version before the whole life of a return goes on in this one."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bff.db.database import Database
from bff.db.tables import pickups, policies, refunds, returns
from bff.db.tables import timers as timer_rows
from bff.domain.policy.file import read_policies
from bff.domain.policy.store import publish
from bff.domain.retention.service import RETENTION
from bff.domain.returns.deadlines.backfill import arm_all
from bff.domain.returns.model import ENDED, DeadlineKind
from bff.settings import PACKAGED_POLICY
from tests.support.documents import RETURN, WATCH
from tests.support.invariants import check_invariants
from tests.support.old_database import columns, make_old, rows, upgrade
from tests.support.world import FakeClock, World, open_world, serving

pytestmark = pytest.mark.sqlite_only("upgrades: test_upgrade_on_postgresql.py has the rest")

ROOT = Path(__file__).parents[2]
GIFTS = ROOT / "examples" / "gifts-policy.toml"
NOW = datetime(2026, 3, 11, 7, 50, tzinfo=UTC)
# Whose rows stay what they were; the others get more, or are listed below
KEPT = ["addresses", "credit_notes", "events", "idempotency", "merchants", "order_lines"]
KEPT += ["orders", "refunds", "returns", "shoppers", "star_changes"]
ME = """
query Me {
  viewer {
    nickname
    starLevel {
      level score factors { code points } next { level missing }
      history { from to cause at message }
    }
    entitlements { code granted }
    orders(first: 50) {
      nodes { number lines { id title returnability { express rules { code passed } } } }
    }
    returns(first: 50) {
      nodes {
        id status closeReason missedDeadlines { what }
        pickup { status cancelReason fee { status paidAt due { minor } payBy } }
        refund { advance refundedAt waitingFor owed { minor } message }
        deadlines { what at thenWhat } nextActions { code }
      }
    }
  }
}"""

# A return's status and its pickup's, and the deadlines that have a timer
Waiting = tuple[tuple[str, str | None], set[str]]


@pytest.fixture
async def old(db_folder: Path) -> Path:
    path = db_folder / "bff.sqlite3"
    make_old(path, "0001", "old.sql")
    return path


@pytest.fixture
async def upgraded(old: Path) -> AsyncIterator[World]:
    await upgrade(old, NOW)
    clock = FakeClock(NOW)
    services = await open_world(old.parent, clock=clock)
    try:
        yield World(services, clock)
        await check_invariants(services.db)
    finally:
        await services.db.close()


async def test_upgraded_rows_are_complete_and_the_invariants_hold(old: Path) -> None:
    known = columns(old, KEPT)
    before = rows(old, known)
    assert {table for table in KEPT if not before[table]} == set()
    await upgrade(old, NOW)
    assert rows(old, known) == before


async def test_places_are_counted_by_area_however_it_was_spelt(old: Path) -> None:
    before = rows(old, {"slots": ["area", "key", "capacity", "remaining"]})["slots"]
    another = ("上海 静安区", "asap-20260310T10", 50, 1)
    abroad = ("Camden, London", "asap-20260310T10", 50, 49)
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.executemany("INSERT INTO slots VALUES (?, ?, ?, ?)", [another, abroad])
    await upgrade(old, NOW)
    found = rows(old, {"slots": ["area", "key", "capacity", "remaining"]})["slots"]
    assert ("上海市静安区", "asap-20260310T10", 50, 49) in before
    assert ("310106", "asap-20260310T10", 50, 0) in found
    assert ("camdenlondon", "asap-20260310T10", 50, 49) in found
    assert len(found) == len(before) + 1
    areas = {area for (area,) in rows(old, {"pickups": ["area"]})["pickups"]}
    assert areas == {"310106", "330108", "110105", "440305"} & areas
    codes = rows(old, {"addresses": ["region", "area_code"]})["addresses"]
    assert ("上海市静安区", "310106") in codes
    assert all(code for _, code in codes)


async def waiting_for(db: Database) -> dict[str, Waiting]:
    """Each open return."""
    states = (
        select(returns.c.id, returns.c.status, pickups.c.status.label("pickup"))
        .outerjoin(pickups, pickups.c.return_id == returns.c.id)
        .where(returns.c.status.not_in(ENDED))
    )
    armed = select(timer_rows.c.subject_id, timer_rows.c.kind).where(
        timer_rows.c.kind.in_(list(DeadlineKind))
    )
    async with db.read() as connection:
        rows = await connection.execute(states)
        found: dict[str, Waiting] = {row.id: ((row.status, row.pickup), set()) for row in rows}
        for subject_id, kind in await connection.execute(armed):
            found[subject_id][1].add(kind)
    return found


async def test_each_open_return_has_the_timers_of_its_state(upgraded: World) -> None:
    found = list((await waiting_for(upgraded.db)).values())
    visit = {"COURIER_ARRIVAL", "LATE_COURIER"}
    shipment, receipt = "AWAITING_RETURN_SHIPMENT", "AWAITING_MERCHANT_RECEIPT"
    expected: list[Waiting] = [
        (("AWAITING_MERCHANT_APPROVAL", None), {"MERCHANT_ANSWER"}),
        ((shipment, None), {"SHIP_BACK"}),
        ((shipment, "CANCELLED"), {"SHIP_BACK"}),
        ((shipment, "AWAITING_COURIER"), {"SHIP_BACK", "COURIER_ANSWER", *visit}),
        ((shipment, "ACCEPTED"), {"SHIP_BACK", *visit}),
        ((shipment, "COLLECTED"), {"COURIER_WAYBILL", "PARCEL_TRACE"}),
        ((receipt, None), {"MERCHANT_INSPECTION"}),
        ((receipt, None), {"MERCHANT_INSPECTION"}),
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


async def test_an_old_pickup_was_requested_when_it_was_booked(upgraded: World) -> None:
    async with upgraded.db.read() as connection:
        moments = select(pickups.c.booked_at, pickups.c.requested_at)
        rows = (await connection.execute(moments)).all()
    assert rows
    assert [row.requested_at for row in rows] == [row.booked_at for row in rows]


async def test_published_policies_stay_published(upgraded: World) -> None:
    for file in (PACKAGED_POLICY, GIFTS):
        versions = read_policies(file)
        await upgraded.db.write(lambda tx, known=versions: publish(tx, known))  # type: ignore[misc]
    async with upgraded.db.read() as connection:
        kept = (await connection.execute(select(policies.c.version).order_by("version"))).scalars()
    assert kept == ["2016-pilot", "gifts-2010"]


async def test_a_second_start_changes_nothing(upgraded: World) -> None:
    assert await arm_all(upgraded.db) == 0


async def test_shoppers_of_the_old_database_are_answered(upgraded: World) -> None:
    seen: list[str] = []
    async with serving(upgraded.services) as upgraded.base:
        for level in range(1, 6):
            async with upgraded.client(f"sho_demo-{level}") as app:
                viewer = (await app.ask(ME))["viewer"]
                assert viewer["starLevel"]["level"] == level
                seen += [one["id"] for one in viewer["returns"]["nodes"]]
                for one in viewer["returns"]["nodes"]:
                    fee = (one["pickup"] or {}).get("fee")
                    assert fee is None or (fee["paidAt"] is None) == (fee["status"] != "PAID")
                    assert (await app.ask(RETURN, id=one["id"]))["node"]["status"] == one["status"]
    assert len(set(seen)) == 11


async def test_old_events_are_sent_after_an_old_cursor(upgraded: World) -> None:
    """The return that went all the way in the old version."""
    async with (
        serving(upgraded.services) as upgraded.base,
        upgraded.client("sho_demo-3") as app,
        app.socket() as socket,
    ):
        nodes = (await app.ask(ME))["viewer"]["returns"]["nodes"]
        settled = next(one["id"] for one in nodes if one["status"] == "SUCCEEDED")
        variables = {"returnId": settled, "after": None}
        await socket.send(
            type="subscribe", id="1", payload={"query": WATCH, "variables": variables}
        )
        updates = [(await socket.receive())["payload"]["data"]["refundUpdates"] for _ in range(8)]
    assert [one["event"] for one in updates] == [
        "RETURN_OPENED",
        "RETURN_APPROVED",
        "PICKUP_BOOKED",
        "PICKUP_ACCEPTED",
        "PICKUP_COLLECTED",
        "WAYBILL_SUBMITTED",
        "REFUND_ADVANCED",
        "RETURN_SUCCEEDED",
    ]


async def test_old_returns_come_to_their_end(upgraded: World) -> None:
    """The letters and timers of the old version's partners are understood, too."""
    await upgraded.work()
    while due := await next_due(upgraded):
        upgraded.clock.at = max(upgraded.clock.at, due)
        await upgraded.work()
    async with upgraded.db.read() as connection:
        ends = await connection.execute(
            select(returns.c.status, refunds.c.refunded_at.is_not(None)).join(refunds)
        )
        assert {tuple(end) for end in ends} <= {("SUCCEEDED", True), ("CLOSED", False)}


async def next_due(world: World) -> datetime | None:
    """Retention has no end."""
    first = select(func.min(timer_rows.c.due_at)).where(timer_rows.c.kind != RETENTION)
    async with world.db.read() as connection:
        found: datetime | None = (await connection.execute(first)).scalar()
    return found
