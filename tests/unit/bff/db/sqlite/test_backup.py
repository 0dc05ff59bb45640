"""A copy while others write: whole, with all that was acknowledged before it began."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from bff.core.clock import SystemClock
from bff.db.errors import BackupError
from bff.db.schema import migrate
from bff.db.sqlite.backup import back_up
from bff.db.sqlite.database import SqliteDatabase
from bff.db.tables import idempotency
from bff.db.transaction import Tx
from tests.support.client import MAX_WAIT_S
from tests.support.invariants import COUNTS_SQL, check_invariants
from tests.support.return_cases import advanced_case
from tests.support.world import World
from tests.support.writers import Writers

pytestmark = pytest.mark.sqlite_only("SQLite's own engine")


async def test_what_was_acknowledged_before_it_began_is_in_it(world: World, tmp_path: Path) -> None:
    """Under writers who go on meanwhile; the books are right in every one."""
    writers, meanwhile = Writers(world), 0
    async with writers.running(), asyncio.timeout(MAX_WAIT_S):
        for number in count():
            if number >= 3 and meanwhile:
                break
            await writers.grow(10)
            before, copy = {*writers.acknowledged}, tmp_path / f"{number}.sqlite3"
            await asyncio.to_thread(back_up, world.sqlite.path, copy)
            meanwhile += len(writers.acknowledged) - len(before)
            with closing(sqlite3.connect(copy)) as connection:
                kept = {row[0] for row in connection.execute("SELECT id FROM returns")}
                assert sum(connection.execute(COUNTS_SQL).fetchone()) == 0
            assert kept >= before


async def test_it_is_one_file_that_serves(world: World, tmp_path: Path) -> None:
    case = await advanced_case(world)
    copy = tmp_path / "backup" / "copy.sqlite3"
    copy.parent.mkdir()
    assert back_up(world.sqlite.path, copy) == copy.stat().st_size
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = SqliteDatabase(copy, world.clock)
    await migrate(restored)
    await check_invariants(restored)
    async with restored.read() as connection:
        rows = await connection.execute("SELECT id FROM returns")
        assert rows.scalars() == [case.this_return.id]
    await restored.close()


async def test_nothing_is_replaced(world: World, tmp_path: Path) -> None:
    there = tmp_path / "there.sqlite3"
    there.write_bytes(b"mine")
    with pytest.raises(BackupError, match="is there already"):
        back_up(world.sqlite.path, there)
    assert there.read_bytes() == b"mine"
    with pytest.raises(BackupError, match="there is no folder"):
        back_up(world.sqlite.path, tmp_path / "gone" / "copy.sqlite3")


async def test_a_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    path, copy = tmp_path / "bff.sqlite3", tmp_path / "copy.sqlite3"
    db = SqliteDatabase(path, SystemClock())
    await migrate(db)

    async def fill(tx: Tx) -> None:
        row = {"shopper_id": "sho_1", "request_digest": "", "answer": {}, "at": tx.now}
        for number in range(1_000):
            await tx.execute(idempotency.insert(), {**row, "key": f"{number:0100}"})

    await db.write(fill)
    await db.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(8 * 4096))
    with pytest.raises(BackupError):
        back_up(path, copy)
    assert named(tmp_path, "copy") == []


def named(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.iterdir() if word in path.name]
