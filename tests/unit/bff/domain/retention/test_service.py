"""What is old goes in small batches; what still matters stays, however old it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from bff.app import periods_of
from bff.db import events as log
from bff.db.idempotency import Request, StoredResult, once
from bff.db.tables import (
    addresses,
    events,
    idempotency,
    ledger_entries,
    order_lines,
    orders,
    outbox,
    past_offers,
    payments,
    photos,
    pickups,
    retention_runs,
    returns,
    shoppers,
    slots,
    timers,
    webhook_events,
)
from bff.domain.erasure.service import begin_erasure, continue_erasure
from bff.domain.evidence.model import UPLOAD_LIFETIME
from bff.domain.evidence.object_store import ObjectStore
from bff.domain.evidence.sweeper import GRACE, Sweeper
from bff.domain.retention import service
from bff.domain.retention.model import Kept
from bff.domain.retention.service import arm_retention, count_old, delete_some
from bff.jobs import outbox as calls
from tests.support.database import count, nothing_changes
from tests.support.person import SHOPPER, Person
from tests.support.webhook_sender import open_sender
from tests.support.world import World

DAY = timedelta(days=1)
YEAR = timedelta(days=366)


@pytest.fixture
async def person(server: World) -> AsyncIterator[Person]:
    """With a return under way: a pickup, a photo, reports."""
    async with open_sender(server) as sender:
        person = Person(sender)
        await person.buy()
        await person.tap()
        yield person


async def run(world: World, kept: Kept) -> int:
    """To its end, as the timers do; how much was deleted."""
    period, deleted, more = periods_of(world.services.settings)[kept], 0, True
    while more:
        batch, more = await world.db.write(lambda tx: delete_some(tx, kept, period))
        deleted += batch
    return deleted


async def old(world: World, kept: Kept) -> int:
    period = periods_of(world.services.settings)[kept]
    async with world.db.read() as connection:
        return await count_old(connection, world.clock.now(), kept, period)


async def ask(world: World, key: str) -> StoredResult:
    """A mutation's answer: the moment at which it was done."""

    async def effect() -> StoredResult:
        return {"at": world.clock.now().timestamp()}

    def same(result: StoredResult) -> StoredResult:
        return result

    request = Request("sho_1", key, "tap", {})
    return await world.db.write(lambda tx: once(tx, request, effect, same, same))


async def all_deleted(world: World, kept: Kept) -> int:
    """As many as were counted before, and none when it is run again."""
    counted = await old(world, kept)
    assert await run(world, kept) == counted
    assert await run(world, kept) == 0
    return counted


async def test_an_answer_is_kept_for_as_long_as_is_promised(world: World) -> None:
    first = await ask(world, "one")
    world.clock.advance(30 * DAY)
    await ask(world, "two")
    assert await run(world, Kept.KEYS) == 0
    assert await ask(world, "one") == first
    world.clock.advance(timedelta(seconds=1))
    assert await all_deleted(world, Kept.KEYS) == 1
    assert await count(world.db, idempotency) == 1
    assert await ask(world, "one") != first


async def test_many_answers_go_in_small_batches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 3)

    for number in range(7):
        await ask(world, str(number))
    world.clock.advance(31 * DAY)
    period = 30 * DAY
    batches = [await world.db.write(lambda tx: delete_some(tx, Kept.KEYS, period)) for _ in "123"]
    assert batches == [(3, True), (3, True), (1, False)]


@pytest.mark.usefixtures("person")
async def test_of_an_open_return_nothing_goes(server: World) -> None:
    server.clock.advance(3 * YEAR)
    assert await run(server, Kept.REPORTS) == 1  # of the stars alone
    async with nothing_changes(server, but=("retention_runs",)):
        for kept in set(Kept) - {Kept.KEYS, Kept.SLOTS, Kept.CALLS}:
            assert await run(server, kept) == 0, kept


async def test_of_an_ended_return_the_newest_event_stays(server: World, person: Person) -> None:
    """Its number goes on, and the cursor of who has seen everything is good."""
    await person.end()
    async with server.db.read() as connection:
        known = await log.read_after(connection, SHOPPER, person.returned, 0)
    server.clock.advance(364 * DAY)
    assert await run(server, Kept.EVENTS) == 0
    server.clock.advance(2 * DAY)
    assert await all_deleted(server, Kept.EVENTS) == len(known) - 1
    async with server.db.read() as connection:
        left = await log.read_after(connection, SHOPPER, person.returned, 0)
        assert [one.id for one in left] == [known[-1].id]
        assert not await log.is_cursor(connection, SHOPPER, person.returned, known[0].id)
        assert await log.is_cursor(connection, SHOPPER, person.returned, known[-1].id)


async def test_a_return_that_was_open_goes_with_a_later_run(server: World, person: Person) -> None:
    server.clock.advance(366 * DAY)
    assert await run(server, Kept.EVENTS) == 0
    await server.work()  # the merchant was silent
    server.clock.advance(366 * DAY)
    assert await run(server, Kept.EVENTS) > 0
    async with server.db.read() as connection:
        assert len(await log.read_after(connection, SHOPPER, person.returned, 0)) == 1


async def test_reports_go_once_nothing_of_theirs_is_open(server: World, person: Person) -> None:
    await person.end()
    before = await count(server.db, webhook_events)
    server.clock.advance(180 * DAY)
    assert await run(server, Kept.REPORTS) == 0
    server.clock.advance(DAY)
    assert await all_deleted(server, Kept.REPORTS) == before > 0
    assert await count(server.db, webhook_events) == 0


async def test_a_dead_call_goes_a_waiting_one_stays(world: World) -> None:
    for subject in ("pic_1", "pic_2"):
        await world.db.write(
            partial(calls.post, shopper_id=SHOPPER, message="pickup.requested", subject_id=subject)
        )
    async with world.db.read() as connection:
        [dead, _] = await calls.all_messages(connection)
    await world.db.write(lambda tx: calls.give_up(tx, dead, "gone"))
    world.clock.advance(91 * DAY)
    assert await all_deleted(world, Kept.CALLS) == 1
    async with world.db.read() as connection:
        assert [one.id for one in await calls.all_messages(connection)] == [dead.id + 1]


async def test_photos_go_with_their_files(server: World, person: Person) -> None:
    folder = Path(server.services.settings.photo_store)
    sweeper = Sweeper(server.db, ObjectStore(str(folder)))
    await person.end()
    server.clock.advance(UPLOAD_LIFETIME + GRACE)
    await sweeper.step()
    server.clock.advance(181 * DAY)
    assert await run(server, Kept.PHOTOS) == 1
    assert len(files(folder)) == 2
    await sweeper.step()
    assert files(folder) == []
    server.clock.advance(181 * DAY)
    assert await run(server, Kept.PHOTOS) == 1
    assert await count(server.db, photos) == 0


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_offers_and_places_of_days_gone_by_go(server: World, person: Person) -> None:
    pickup = {"pickupId": await first(server, pickups)}
    await person.end()
    await server.db.write(
        lambda tx: tx.execute(
            past_offers.insert(),
            {
                "pickup_id": pickup["pickupId"],
                "courier_company": "sf",
                "requested_at": tx.now,
                "ends_at": tx.now,
                "ended_at": tx.now,
                "end": "NO_ANSWER",
            },
        )
    )
    assert await count(server.db, slots) == 1
    server.clock.advance(367 * DAY)
    assert await all_deleted(server, Kept.OFFERS) == 1
    assert await all_deleted(server, Kept.SLOTS) == 1


async def first(world: World, table: Table) -> str:
    async with world.db.read() as connection:
        return str((await connection.execute(select(table.c.id))).scalar())


async def test_orders_of_an_erased_shopper_go_after_three_years_and_the_books_after_thirty(
    server: World, person: Person
) -> None:
    await person.end()
    await server.db.write(lambda tx: begin_erasure(tx, SHOPPER, "li"))
    while await server.db.write(lambda tx: continue_erasure(tx, SHOPPER)):
        pass
    server.clock.advance(1095 * DAY)
    await Sweeper(server.db, ObjectStore(server.services.settings.photo_store)).step()
    assert await run(server, Kept.ORDERS) == 0
    server.clock.advance(2 * DAY)
    booked = await count(server.db, ledger_entries)
    assert await run(server, Kept.BOOKS) == 0
    assert await run(server, Kept.SLOTS) == 1
    assert await all_deleted(server, Kept.ORDERS) == 1
    assert person.order not in await ids(server, orders)
    for table in (returns, pickups, photos, events):
        assert await count(server.db, table) == 0, table.name
    assert SHOPPER not in str(await owners(server))
    assert SHOPPER in await ids(server, shoppers)  # so that files bring nobody back
    assert await count(server.db, ledger_entries) == booked > 0
    server.clock.advance(10_958 * DAY)
    assert await all_deleted(server, Kept.BOOKS) > 0
    assert await count(server.db, ledger_entries) + await count(server.db, payments) == 0


async def ids(world: World, table: Table) -> list[str]:
    async with world.db.read() as connection:
        return (await connection.execute(select(table.c.id))).scalars()


async def owners(world: World) -> list[str]:
    async with world.db.read() as connection:
        return (await connection.execute(select(addresses.c.owner_id))).scalars()


async def test_orders_of_a_shopper_who_is_here_stay(server: World, person: Person) -> None:
    """The stars count them."""
    await person.end()
    before = await count(server.db, order_lines)
    server.clock.advance(20 * YEAR)
    assert await run(server, Kept.ORDERS) == 0
    assert await count(server.db, order_lines) == before


async def test_timers_run_the_rules_each_day_by_themselves(world: World) -> None:
    await arm_retention(world.db)
    async with nothing_changes(world):
        await arm_retention(world.db)
    await world.work()
    assert await count(world.db, retention_runs) == len(Kept)
    async with world.db.read() as connection:
        armed = (await connection.execute(select(timers.c.subject_id, timers.c.due_at))).all()
    assert {subject: due - world.clock.now() for subject, due in armed} == dict.fromkeys(Kept, DAY)


async def test_writers_go_on_between_the_batches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No batch takes more rows than it may, whatever there is."""
    monkeypatch.setattr(service, "BATCH", 2)

    for number in range(6):
        await ask(world, str(number))
    world.clock.advance(31 * DAY)
    await asyncio.gather(run(world, Kept.KEYS), ask(world, "new"))
    assert await count(world.db, idempotency) == 1
    assert await count(world.db, outbox) == 0
