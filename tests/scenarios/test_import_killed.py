"""An import that is killed keeps whole orders alone, and the same file again completes it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.import_files import a_file, a_line, an_order
from tests.support.program import Program

ORDERS, LINES = 800, 5
NUMBERS = range(ORDERS)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    lines = [a_line(line_no=number) for number in range(1, LINES + 1)]
    orders = [
        an_order(order_no=f"K-{n}", shopper_no=f"{n % 50}", lines=lines) for n in range(ORDERS)
    ]
    return a_file(tmp_path, "orders.jsonl", *orders)


def counted(database: Path) -> tuple[int, int]:
    """Orders, and lines of orders."""
    if not database.exists():
        return 0, 0
    with closing(sqlite3.connect(database)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if "order_lines" not in tables:
            return 0, 0
        orders = connection.execute("SELECT count(*) FROM orders").fetchone()[0]
        lines = connection.execute("SELECT count(*) FROM order_lines").fetchone()[0]
    return orders, lines


@pytest.mark.parametrize("part", [0.8])
async def test_the_same_file_again_completes_what_was_killed(
    tmp_path: Path, files: Path, part: float
) -> None:
    whole = Program(tmp_path / "whole.sqlite3")
    began = asyncio.get_running_loop().time()
    assert (await whole.run("import", str(files)))[0] == 0
    takes = asyncio.get_running_loop().time() - began
    killed = Program(tmp_path / "killed.sqlite3")
    process = await killed.start("import", str(files))
    await asyncio.sleep(takes * part)
    if process.returncode is None:
        process.kill()
    await process.communicate()
    orders, lines = counted(killed.database)
    assert lines == orders * LINES
    code, output, _ = await killed.run("import", str(files))
    assert (code, f"known before: {orders} orders" in output) == (0, True)
    assert counted(killed.database) == counted(whole.database) == (ORDERS, ORDERS * LINES)
