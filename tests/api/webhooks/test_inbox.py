"""An event acts once and durably, through faults and repeats."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from bff.core.signatures import readable_secret
from bff.db.sqlite.database import SqliteDatabase
from bff.db.tables import webhook_events
from bff.domain.returns.commands.returns import open_dispute
from tests.support.webhook_cases import on_its_way, refused_goods, to_accept
from tests.support.webhook_sender import Sender, effects, open_sender
from tests.support.world import FakeClock, World, open_world, serving

# How a trigger is made, and how it is dropped
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER broken BEFORE INSERT ON events WHEN new.kind = '{event}' "
        "BEGIN SELECT RAISE(ABORT, 'the disk is away'); END",
        "DROP TRIGGER broken",
    ),
    "postgresql": (
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the disk is away'; END $$;;"
        "CREATE TRIGGER broken BEFORE INSERT ON events FOR EACH ROW "
        "WHEN (new.kind = '{event}') EXECUTE FUNCTION break()",
        "DROP TRIGGER broken ON events;;DROP FUNCTION break()",
    ),
}


HUNDRED = 100
MINUTE = timedelta(minutes=1)


async def test_one_event_sent_a_hundred_times_to_two_processes_acts_once(
    server: World, db_folder: Path
) -> None:
    """Two programs on one file."""
    other = World(await open_world(db_folder, clock=server.clock), server.clock)
    async with (
        serving(other.services) as other.base,
        open_sender(server) as sender,
        open_sender(other) as second,
    ):
        data = await to_accept(sender)
        posts = [
            each.post("courier", "pickup.accepted", data, "evt")
            for each in (sender, second)
            for _ in range(HUNDRED // 2)
        ]
        answers = await asyncio.gather(*posts)
    await other.db.close()
    assert {(each.status_code, each.text) for each in answers} == {(200, '{"status":"DONE"}')}
    assert (await event_kinds(server)).count("PICKUP_ACCEPTED") == 1


async def event_kinds(world: World) -> list[str]:
    async with world.db.read() as connection:
        rows = await connection.execute(
            "SELECT kind FROM events WHERE topic LIKE 'ret_%' ORDER BY id"
        )
        return [row.kind for row in rows]


@asynccontextmanager
async def broken(world: World, event: str) -> AsyncIterator[None]:
    """The database fails at the last step of what leads to that event."""
    kind = "sqlite" if isinstance(world.db, SqliteDatabase) else "postgresql"
    make, drop = TRIGGERS[kind]
    await world.db.alter(lambda connection: _run(connection, make.format(event=event)))
    yield
    await world.db.alter(lambda connection: _run(connection, drop))


def _run(connection: Connection, statements: str) -> None:
    for statement in statements.split(";;"):
        connection.exec_driver_sql(statement)


async def test_a_fault_is_masked_without_effect_and_the_repeat_acts(server: World) -> None:
    async with open_sender(server) as sender:
        data = await to_accept(sender)
        before = await effects(server)
        async with broken(server, "PICKUP_ACCEPTED"):
            failed = await sender.post("courier", "pickup.accepted", data, "evt")
        assert (await effects(server), await count(server)) == (before, 0)
        again = await sender.post("courier", "pickup.accepted", data, "evt")
    assert (failed.status_code, failed.json()["code"]) == (500, "FAULT")
    assert "disk" not in failed.text
    assert (again.status_code, again.json()) == (200, {"status": "DONE"})


async def count(world: World) -> int:
    async with world.db.read() as connection:
        return len((await connection.execute(webhook_events.select())).all())


async def test_a_fault_of_a_waiting_event_does_not_touch_the_next(server: World) -> None:
    async with open_sender(server) as sender:
        shopper, return_id = await on_its_way(sender)
        assert await became(sender, return_id) == "WAITING"
        await sender.tell("merchant", "goods.inspected", refused_goods(return_id))
        await server.db.write(lambda tx: open_dispute(tx, shopper, return_id))
        async with broken(server, "RETURN_SUCCEEDED"):
            await sender.tell("merchant", "goods.received", {"returnId": return_id})
            assert await became(sender, return_id) == "WAITING"
            server.clock.advance(MINUTE)
            await server.work()
            assert await became(sender, return_id) == "WAITING"
        server.clock.advance(2 * MINUTE)
        await server.work()
        assert await became(sender, return_id) == "DONE"


async def became(sender: Sender, return_id: str) -> str:
    decided = {"returnId": return_id, "winner": "SHOPPER"}
    answer = await sender.post("staff", "dispute.decided", decided, "early")
    return str(answer.json()["status"])


async def test_a_new_secret_is_accepted_beside_the_old_one(db_folder: Path) -> None:
    """Both are good until the old one goes."""
    old, new = map(readable_secret, ("the courier's secret of old", "the courier's secret of now"))
    clock = FakeClock()
    services = await open_world(db_folder, clock=clock, courier_webhook_secret=f"{new},{old}")
    world = World(services, clock)
    async with serving(services) as world.base, open_sender(world) as sender:
        for secret in (old, new):
            sender.secrets["courier"] = secret
            answer = await sender.post("courier", "pickup.collected", {"pickupId": "pic_1"})
            assert answer.json()["code"] == "UNKNOWN_SUBJECT"
    await services.db.close()
