"""PostgreSQL as docs/operations.md says: a base backup, the archive, back to a point in time."""

import asyncio
from pathlib import Path

import asyncpg

from bff.db.engines import open_database
from bff.db.schema import migrate
from bff.domain.policy.store import publish
from bff.services import Services
from bff.settings import Settings
from tests.support.invariants import check_invariants
from tests.support.servers.account import server_account
from tests.support.servers.postgresql import SETTINGS, PostgresqlServer
from tests.support.world import FakeClock, World, packaged
from tests.support.writers import Writers

POINT = "before_it_went_wrong"


async def open_on(url: str) -> World:
    clock = FakeClock()
    db = open_database(url, clock)
    await migrate(db)
    await db.write(lambda tx: publish(tx, packaged()))
    return World(Services(Settings(database_url=url, mode="demo"), db), clock)


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def return_ids(world: World) -> set[str]:
    async with world.db.read() as connection:
        return {*(await connection.execute("SELECT id FROM returns")).scalars()}


def made_archive(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    server_account().own(folder)
    return folder


async def test_a_point_in_time_is_restored_while_writers_went_on(server_folder: Path) -> None:
    """What was acknowledged before the point is there, nothing of what began after it is."""
    archive = made_archive(server_folder / "archive")
    server = PostgresqlServer(server_folder / "archived")
    archived = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
    server.create({**SETTINGS, "wal_level": "replica", "max_wal_senders": "4", **archived})
    server.start()
    world = await open_on(server.url())
    restored = PostgresqlServer(server_folder / "restored")
    writers = Writers(world)
    async with writers.running():
        await writers.grow(5)
        await asyncio.to_thread(restored.copy_from, server)
        await writers.grow(5)
    before = {*writers.acknowledged}
    await execute(server.url(), f"SELECT pg_create_restore_point('{POINT}')")
    await Writers(world).open_one()
    await execute(server.url(), "SELECT pg_switch_wal()")
    await world.db.close()
    server.stop()
    restored.recover(
        {
            "archive_mode": "off",
            "restore_command": f"cp {archive}/%f %p",
            "recovery_target_name": POINT,
            "recovery_target_action": "promote",
        }
    )
    restored.start()
    again = await open_on(restored.url())
    assert await return_ids(again) == before
    await check_invariants(again.db)
    await again.db.close()
    restored.stop()
