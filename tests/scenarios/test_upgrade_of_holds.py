"""Lines of an older database that held what they could not."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bff.db.schema import migrate
from bff.db.sqlite.database import SqliteDatabase
from tests.support.old_database import bring_to, make_old
from tests.support.world import FakeClock

BEFORE = "0015"
# As the import did it before: what came back here is held a second time.
CREDIT = """
INSERT INTO credit_notes SELECT 'CN', 'sku', 1, shopper_id, order_line_id, quantity, 100, 'CNY',
  '2026-03-12T00:00:00.000000+00:00' FROM returns WHERE id = ?
"""
HOLD = """
UPDATE order_lines SET held_quantity = held_quantity + 1, held_minor = held_minor + 100
WHERE 'oli_' || substr(order_id, 5) || '-' || line_no = ?
"""
ODD = "UPDATE order_lines SET held_quantity = ?, held_minor = -5 WHERE order_id = ? AND line_no = ?"
HELD = "SELECT order_id, line_no, quantity, held_quantity, held_minor FROM order_lines"


async def test_what_was_held_twice_is_held_once_and_odd_rows_are_put_right(
    tmp_path: Path,
) -> None:
    db = SqliteDatabase(tmp_path / "old.sqlite3", FakeClock())
    make_old(db.path, "0001", "old.sql")
    bring_to(db.path, BEFORE)
    with closing(sqlite3.connect(db.path)) as connection, connection:
        held = connection.execute(HELD).fetchall()
        return_id, line_id, shopper_id = connection.execute(
            "SELECT id, order_line_id, shopper_id FROM returns"
            " WHERE status != 'CLOSED' AND quantity = 1"
        ).fetchone()
        free = [row for row in held if row[3] == 0][:2]
        assert len(free) == 2
        for (order, line, *_), pieces in zip(free, (-4, 99), strict=True):
            connection.execute(ODD, (pieces, order, line))
        connection.execute(CREDIT, (return_id,))
        connection.execute(HOLD, (line_id,))
    await migrate(db)
    with closing(sqlite3.connect(db.path)) as connection:
        after = {(row[0], row[1]): row for row in connection.execute(HELD)}
        shared = connection.execute("SELECT * FROM credited_returns").fetchall()
    assert shared == [("CN", "sku", 1, return_id, 1, 100, shopper_id)]
    (low_order, low_line, *_), (high_order, high_line, *_) = free
    assert after.pop((low_order, low_line))[3:] == (0, 0)
    order, line, quantity, *holds = after.pop((high_order, high_line))
    assert holds == [quantity, 0]
    assert sorted(after.values()) == sorted(row for row in held if row not in free)
    await db.close()
