"""Rows of an older database get the shopper of their parents, and so do those that the former
version writes while it still serves."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.old_database import bring_to, make_old

BEFORE = "0036"
OWNED = {
    "order_lines": "SELECT shopper_id FROM orders WHERE id = order_id",
    "refunds": "SELECT shopper_id FROM returns WHERE id = return_id",
    "pickups": "SELECT shopper_id FROM returns WHERE id = return_id",
    "payments": "SELECT shopper_id FROM returns WHERE id = return_id",
    "missed_deadlines": "SELECT shopper_id FROM returns WHERE id = return_id",
    "ledger_entries": "SELECT shopper_id FROM returns WHERE id = (SELECT return_id FROM refunds"
    " WHERE id = subject_id UNION SELECT return_id FROM pickups WHERE id = subject_id)",
}


def others(connection: sqlite3.Connection, table: str) -> tuple[int, int]:
    """How many rows there are, and how many have not their parent's shopper."""
    wrong = f"SELECT count(*), sum(shopper_id IS NOT ({OWNED[table]})) FROM {table}"
    rows: tuple[int, int] = connection.execute(wrong).fetchone()
    return rows


async def test_every_row_has_its_parents_shopper(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    make_old(path, "0011", "town.sql")
    bring_to(path, BEFORE)
    bring_to(path, "0038")
    with closing(sqlite3.connect(path)) as connection:
        found = {table: others(connection, table) for table in OWNED}
    assert {table for table, (rows, _) in found.items() if not rows} == set()
    assert {table: wrong for table, (_, wrong) in found.items() if wrong} == {}


async def test_what_the_former_version_writes_gets_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    make_old(path, "0011", "town.sql")
    bring_to(path, "0038")
    with closing(sqlite3.connect(path)) as connection:
        for table in OWNED:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(name for name in columns if name != "shopper_id")
            rows = connection.execute(f"SELECT {kept} FROM {table}").fetchall()
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} ({kept}) VALUES ({marks})", rows)
            assert others(connection, table) == (len(rows), 0), table
