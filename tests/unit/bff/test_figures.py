"""What the database says of the whole program, as Prometheus reads it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import insert

from bff import figures
from bff.db.engines import open_database
from bff.db.tables import ledger_entries, payments
from bff.db.transaction import Tx
from bff.domain.payments.model import ADVANCES, PaymentKind, PaymentStatus
from bff.figures import SETTLED_AFTER, Figures
from bff.jobs import heartbeats, outbox, timers
from bff.services import Services
from bff.settings import Settings
from tests.support.database import database_away
from tests.support.world import START, FakeClock, World, put_empty_database

SECOND = timedelta(seconds=1)


@pytest.fixture(params=["sqlite", "postgresql"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """On either database, without its books: some are wrong here."""
    clock, path = FakeClock(), tmp_path / "bff.sqlite3"
    if request.param == "sqlite":
        await put_empty_database(path)
    address = path if request.param == "sqlite" else request.getfixturevalue("postgresql_database")
    db = open_database(address, clock)
    yield World(Services(Settings(), db), clock)
    await db.close()


@pytest.fixture
def found(world: World, monkeypatch: pytest.MonkeyPatch) -> CollectorRegistry:
    """Read anew each time."""
    monkeypatch.setattr(figures, "KEPT_S", 0.0)
    registry = CollectorRegistry()
    registry.register(Figures(world.db))
    return registry


def value(found: CollectorRegistry, name: str, **labels: str) -> float | None:
    return found.get_sample_value(name, labels)


async def test_timers_are_counted_and_the_late_ones_timed(
    world: World, found: CollectorRegistry
) -> None:
    async def set_timers(tx: Tx) -> None:
        for minutes in (-5, -1, 5):
            await timers.schedule(
                tx, "sho_1", "a", str(minutes), START + timedelta(minutes=minutes)
            )

    await world.db.write(set_timers)
    assert value(found, "bff_timers_waiting") == 1
    assert value(found, "bff_timers_late") == 2
    assert value(found, "bff_timers_lateness_seconds") == 300


async def test_calls_that_wait_and_dead_ones(world: World, found: CollectorRegistry) -> None:
    for subject in ("one", "two"):
        await world.db.write(
            partial(outbox.post, shopper_id="sho_1", message="m", subject_id=subject)
        )
        world.clock.advance(timedelta(seconds=30))
    async with world.db.read() as connection:
        first, _ = await outbox.all_messages(connection)
    await world.db.write(lambda tx: outbox.give_up(tx, first, "no"))
    assert value(found, "bff_outbox_waiting") == 1
    assert value(found, "bff_outbox_dead") == 1
    assert value(found, "bff_outbox_oldest_seconds") == 30


async def test_workers_that_are_alive(world: World, found: CollectorRegistry) -> None:
    assert value(found, "bff_workers_alive") == 0
    for worker in ("one", "two"):
        await world.db.write(partial(heartbeats.beat, worker_id=worker))
        world.clock.advance(timedelta(seconds=15))
    assert value(found, "bff_workers_alive") == 1
    assert value(found, "bff_worker_silence_seconds") == 15


def payment(number: int, status: PaymentStatus, minutes_ago: int | None) -> dict[str, object]:
    ended_at = None if minutes_ago is None else START - timedelta(minutes=minutes_ago)
    return {
        "id": f"pay_{number}",
        "kind": PaymentKind.PICKUP_FEE,
        "return_id": "",
        "subject_id": f"pic_{number}",
        "payer": "shopper:sho_1",
        "payee": "courier:sf",
        "amount_minor": 1,
        "currency": "CNY",
        "status": status,
        "requested_at": START - timedelta(days=1),
        "ended_at": ended_at,
    }


async def test_payments_under_way_and_those_of_the_last_hour(
    world: World, found: CollectorRegistry
) -> None:
    rows = [
        payment(1, PaymentStatus.REQUESTED, None),
        payment(2, PaymentStatus.SUCCEEDED, 59),
        payment(3, PaymentStatus.SUCCEEDED, 61),
        payment(4, PaymentStatus.FAILED, 1),
    ]
    await world.db.write(lambda tx: tx.execute(insert(payments), rows))
    states = {state: value(found, "bff_payments", state=state) for state in PaymentStatus}
    assert states == {"REQUESTED": 1, "SUCCEEDED": 1, "FAILED": 1}


async def enter(world: World, subject: str, *moves: tuple[str, int]) -> None:
    def rows(tx: Tx) -> list[dict[str, object]]:
        entry = {"subject_id": subject, "posting": "ADVANCE", "currency": "CNY", "at": tx.now}
        return [{**entry, "account": account, "amount_minor": minor} for account, minor in moves]

    await world.db.write(lambda tx: tx.execute(insert(ledger_entries), rows(tx)))


async def test_the_ledger_is_added_up_once_its_entries_are_settled(
    world: World, found: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "ENTRIES_AT_ONCE", 3)
    for number in range(10):
        await enter(world, f"ref_{number}", (ADVANCES, -5), ("shopper:sho_1", 5))
        world.clock.advance(SECOND)
    assert value(found, "bff_ledger_sum_minor", currency="CNY") is None
    world.clock.advance(SETTLED_AFTER)
    for _ in range(2):
        assert value(found, "bff_ledger_sum_minor", currency="CNY") == 0
        assert value(found, "bff_advances_outstanding_minor", currency="CNY") == 50
    await enter(world, "ref_wrong", (ADVANCES, 7))
    world.clock.advance(SETTLED_AFTER)
    assert value(found, "bff_ledger_sum_minor", currency="CNY") == 7
    assert value(found, "bff_advances_outstanding_minor", currency="CNY") == 43


async def test_a_few_seconds_long_the_same_is_said_again(world: World) -> None:
    registry = CollectorRegistry()
    registry.register(Figures(world.db))
    assert value(registry, "bff_timers_waiting") == 0
    await world.db.write(lambda tx: timers.schedule(tx, "sho_1", "a", "one", START + SECOND))
    assert value(registry, "bff_timers_waiting") == 0


async def test_a_database_that_is_away_is_said_to_be(
    world: World, found: CollectorRegistry
) -> None:
    assert value(found, "bff_database_up") == 1
    assert (value(found, "bff_database_bytes") or 0) > 0
    with database_away(world.db):
        assert value(found, "bff_database_up") == 0
        assert value(found, "bff_timers_waiting") is None
