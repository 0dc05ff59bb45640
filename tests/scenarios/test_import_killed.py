"""An import that is killed keeps nothing, and the same file again is imported whole."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bff.core.clock import SystemClock
from bff.db.engines import open_database
from bff.db.tables import order_lines, orders
from tests.support.client import wait_until
from tests.support.database import counts
from tests.support.engines import database_address
from tests.support.import_files import a_file, a_line, an_order
from tests.support.program import Program
from tests.support.servers.control import Control

ORDERS, LINES = 800, 5
WRITES = """
SELECT EXISTS (SELECT FROM policies) AND EXISTS (
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL)
"""


@pytest.fixture
def files(db_folder: Path) -> Path:
    lines = [a_line(line_no=number) for number in range(1, LINES + 1)]
    imported = [
        an_order(order_no=f"K-{n}", shopper_no=f"{n % 50}", lines=lines) for n in range(ORDERS)
    ]
    return a_file(db_folder, "orders.jsonl", *imported)


async def counted(path: Path) -> list[int]:
    """Orders, and lines of orders."""
    db = open_database(database_address(path), SystemClock())
    found = await counts(db, orders, order_lines)
    await db.close()
    return found


def is_writing(path: Path) -> bool:
    """Whether the import has begun its one write: the policy is there, and somebody writes."""
    address = database_address(path)
    if isinstance(address, Path):
        return address.exists() and _is_locked(address)
    control = Control(address, "test")
    [found] = control.values(WRITES)
    control.close()
    return bool(found)


def _is_locked(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            published = connection.execute("SELECT 1 FROM policies").fetchone()
        except sqlite3.OperationalError:
            return False
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return published is not None
        return False


async def kill_as_it_writes(program: Program, files: Path) -> int:
    async with program.running("import", str(files)) as importing:
        await wait_until(lambda: is_writing(program.database))
        importing.process.kill()
        return await importing.process.wait()


async def test_the_same_file_again_completes_what_was_killed(db_folder: Path, files: Path) -> None:
    program = Program(db_folder / "bff.sqlite3")
    assert await kill_as_it_writes(program, files) == -signal.SIGKILL
    assert await counted(program.database) == [0, 0]
    code, output, _ = await program.run("import", str(files))
    assert (code, "known before: 0 orders" in output) == (0, True)
    assert await counted(program.database) == [ORDERS, ORDERS * LINES]
