"""A town of the version with schema 0011 goes on in this one. `tests.support.town_dump` made it."""

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, exists, func, select

from bff.db.tables import pickups, returns, timers, webhook_events
from bff.domain.returns.debtors import open_debts
from bff.domain.returns.model import ENDED, DeadlineKind, ReturnStatus
from bff.jobs.received_events import TRY_AGAIN, Status
from tests.support.invariants import check_invariants
from tests.support.old_database import DUMPS, columns, make_old, rows, tables, upgrade
from tests.support.webhook_cases import PHOTO
from tests.support.webhook_sender import open_sender
from tests.support.world import FakeClock, World, open_world, serving

pytestmark = pytest.mark.sqlite_only("upgrades: test_upgrade_on_postgresql.py has the rest")

REVISION, TOWN = "0011", "town.sql"
SHOPPERS = "SELECT DISTINCT shopper_id FROM orders"
RETURNS = """
  SELECT returns.id, returns.status, close_reason, kind, amount_minor, advance,
         refunded_at IS NOT NULL
  FROM returns JOIN refunds ON refunds.return_id = returns.id
  WHERE returns.shopper_id = ?"""
LEVEL = "SELECT level FROM star_changes WHERE shopper_id = ? ORDER BY seq DESC LIMIT 1"
HOME = """
query Home {
  viewer {
    starLevel { level }
    entitlements { code granted }
    orders(first: 20) {
      nodes { number merchant { name } lines { id title returnability { express } } }
    }
    returns(first: 100) {
      nodes {
        id status closeReason kind message refund { advance refundedAt amount { minor } message }
        pickup { status fee { status } } deadlines { what at } nextActions { code }
      }
    }
  }
}"""
DISPUTE = """
mutation Dispute($id: ID!, $key: String!) {
  disputeOpen(input: { returnId: $id, idempotencyKey: $key }) {
    __typename ... on UserError { code message }
  }
}"""
# In every state of the version
HOLDS = {
    "status FROM returns": "AWAITING_MERCHANT_APPROVAL AWAITING_RETURN_SHIPMENT "
    "AWAITING_MERCHANT_RECEIPT MERCHANT_REFUSED CLOSED SUCCEEDED",
    "status FROM pickups": "AWAITING_COURIER ACCEPTED COLLECTED CANCELLED",
    "fee_status FROM pickups": "UNPAID PAID PAYMENT_FAILED WAIVED",
    "advance FROM refunds": "NONE ADVANCED MERCHANT_REFUSED_GOODS CLOSED SETTLED CLAWED_BACK",
    "status FROM payments": "REQUESTED SUCCEEDED FAILED",
    "kind FROM payments": "ADVANCE MERCHANT_REFUND PICKUP_FEE REPAYMENT",
    "status FROM webhook_events": "DONE WAITING REFUSED",
}


WAITING = (
    select(webhook_events.c.id, webhook_events.c.subject_id, returns.c.shopper_id)
    .join(returns, returns.c.id == webhook_events.c.subject_id)
    .where(
        webhook_events.c.type == "dispute.decided",
        webhook_events.c.status == Status.WAITING,
        returns.c.status == ReturnStatus.AWAITING_MERCHANT_RECEIPT,
    )
)
MERCHANT_ANSWERS = select(timers).where(timers.c.kind == DeadlineKind.MERCHANT_ANSWER)
NEXT_DUE = select(func.min(timers.c.due_at).label("due_at")).where(timers.c.kind != TRY_AGAIN)
# What a later version spells otherwise
REWRITTEN = {"slots": {"area"}, "pickups": {"area"}}
# But for a fee whose payment is under way: only the payment service can end that
LEFT_OPEN = select(returns.c.id).where(
    returns.c.status.not_in(ENDED),
    ~exists().where(pickups.c.return_id == returns.c.id, pickups.c.fee_paying),
)
MAX_DEADLINES = 300


@pytest.fixture
def old(db_folder: Path) -> Path:
    path = db_folder / "bff.sqlite3"
    make_old(path, REVISION, TOWN)
    return path


def stands_at() -> datetime:
    """As its first line says."""
    head = (DUMPS / TOWN).read_text("utf-8").partition(";")[0]
    return datetime.fromisoformat(head.split()[-1])


def found(path: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement, values).fetchall()


@pytest.fixture
async def upgraded(old: Path) -> AsyncIterator[World]:
    await upgrade(old, stands_at())
    clock = FakeClock(stands_at())
    services = await open_world(old.parent, clock=clock)
    try:
        async with serving(services) as base:
            yield World(services, clock, base)
        await check_invariants(services.db)
    finally:
        await services.db.close()


def test_the_town_is_rich(old: Path) -> None:
    for column, expected in HOLDS.items():
        values = {value for (value,) in found(old, f"SELECT DISTINCT {column}")}
        assert values >= set(expected.split()), column
    assert {name for name in tables(old) if not found(old, f"SELECT 1 FROM {name}")} == set()


async def test_every_row_is_kept(old: Path) -> None:
    """Newer columns stand beside those that there were; timers may be more, or others."""
    known = columns(old, tables(old))
    for table, names in REWRITTEN.items():
        known[table] = [name for name in known[table] if name not in names]
    before = rows(old, known)
    await upgrade(old, stands_at())
    after = rows(old, known)
    assert _subjects(before.pop("timers")) <= _subjects(after.pop("timers"))
    assert after == before


def _subjects(timers: Iterable[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Each with its kind."""
    return {(kind, subject) for _, kind, subject, _ in timers}


async def test_a_second_start_changes_nothing(old: Path) -> None:
    await upgrade(old, stands_at())
    once = rows(old, columns(old, tables(old)))
    await upgrade(old, stands_at())
    assert rows(old, columns(old, tables(old))) == once


async def test_every_shopper_sees_what_the_rows_say(old: Path, upgraded: World) -> None:
    shoppers = [shopper for (shopper,) in found(old, SHOPPERS)]
    assert len(shoppers) > 5
    for shopper in shoppers:
        async with upgraded.client(shopper) as app:
            viewer = (await app.ask(HOME))["viewer"]
        assert [(viewer["starLevel"]["level"],)] == found(old, LEVEL, shopper)
        shown = [_facts(one) for one in viewer["returns"]["nodes"]]
        assert sorted(shown, key=str) == sorted(found(old, RETURNS, shopper), key=str)


def _facts(shown: dict[str, Any]) -> tuple[Any, ...]:
    """As `RETURNS` reads them."""
    refund = shown["refund"]
    own = (shown["id"], shown["status"], shown["closeReason"], shown["kind"])
    return (*own, refund["amount"]["minor"], refund["advance"], refund["refundedAt"] is not None)


async def test_an_event_that_waited_is_released_by_what_it_waits_for(upgraded: World) -> None:
    event = await _one(upgraded, WAITING)
    refusal = {"outcome": "REFUSED", "reason": "USED_ITEM", "photos": [PHOTO]}
    async with open_sender(upgraded) as sender, upgraded.client(event.shopper_id) as app:
        await sender.tell("merchant", "goods.inspected", {"returnId": event.subject_id, **refusal})
        done = await app.ask(DISPUTE, id=event.subject_id, key="k")
    assert done["disputeOpen"]["__typename"] == "DisputeOpenSuccess"
    await upgraded.work()
    kept = select(webhook_events.c.status).where(webhook_events.c.id == event.id)
    assert (await _one(upgraded, kept)).status == Status.DONE


async def test_payments_debts_and_advances_are_known_as_today(old: Path, upgraded: World) -> None:
    assert found(old, "SELECT count(*) FROM payments WHERE return_id = ''") == [(0,)]
    since = found(old, f"SELECT ended_at FROM {OWING} ORDER BY refunds.id")
    owed = found(old, "SELECT owed_since FROM refunds WHERE owed_since NOT NULL ORDER BY id")
    assert owed == since
    debts = {(debt.return_id, debt.owed.minor) for debt in await open_debts(upgraded.db)}
    assert debts == set(found(old, f"SELECT returns.id, amount_minor FROM {OWING}"))
    assert found(old, "SELECT 1 FROM orders WHERE advanced_minor > 0") != []


OWING = (
    "refunds JOIN returns ON returns.id = return_id "
    "WHERE advance = 'CLAWED_BACK' AND repaid_at IS NULL"
)


async def test_a_timer_of_the_old_version_fires(upgraded: World) -> None:
    """R12: the merchant's silence approves."""
    timer = await _one(upgraded, MERCHANT_ANSWERS)
    upgraded.clock.at = timer.due_at
    await upgraded.work()
    state = select(returns.c.status).where(returns.c.id == timer.subject_id)
    assert (await _one(upgraded, state)).status != ReturnStatus.AWAITING_MERCHANT_APPROVAL


async def test_every_return_comes_to_its_end(upgraded: World) -> None:
    await upgraded.work()
    for _ in range(MAX_DEADLINES):
        due = (await _one(upgraded, NEXT_DUE)).due_at
        if due is None:
            break
        upgraded.clock.at = max(upgraded.clock.at, due)
        await upgraded.work()
    async with upgraded.db.read() as connection:
        assert not (await connection.execute(LEFT_OPEN)).all()


async def _one(world: World, statement: Select[Any]) -> Any:
    async with world.db.read() as connection:
        return (await connection.execute(statement)).first()
