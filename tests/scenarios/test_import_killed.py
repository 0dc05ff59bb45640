"""An import that is killed keeps nothing, and the same file again is imported whole."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.client import wait_until
from tests.support.import_files import a_file, a_line, an_order
from tests.support.program import Program

ORDERS, LINES = 800, 5


@pytest.fixture
def files(tmp_path: Path) -> Path:
    lines = [a_line(line_no=number) for number in range(1, LINES + 1)]
    orders = [
        an_order(order_no=f"K-{n}", shopper_no=f"{n % 50}", lines=lines) for n in range(ORDERS)
    ]
    return a_file(tmp_path, "orders.jsonl", *orders)


def counted(database: Path) -> tuple[int, int]:
    """Orders, and lines of orders."""
    with closing(sqlite3.connect(database)) as connection:
        orders = connection.execute("SELECT count(*) FROM orders").fetchone()[0]
        lines = connection.execute("SELECT count(*) FROM order_lines").fetchone()[0]
    return orders, lines


def is_writing(database: Path) -> bool:
    """Whether the import has begun its one write: the policy is there, and the database locked."""
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


async def kill_as_it_writes(program: Program, files: Path) -> int | None:
    process = await program.start("import", str(files))
    await wait_until(lambda: program.database.exists() and is_writing(program.database))
    process.kill()
    await process.communicate()
    return process.returncode


async def test_the_same_file_again_completes_what_was_killed(tmp_path: Path, files: Path) -> None:
    program = Program(tmp_path / "bff.sqlite3")
    assert await kill_as_it_writes(program, files) == -signal.SIGKILL
    assert counted(program.database) == (0, 0)
    code, output, _ = await program.run("import", str(files))
    assert (code, "known before: 0 orders" in output) == (0, True)
    assert counted(program.database) == (ORDERS, ORDERS * LINES)
