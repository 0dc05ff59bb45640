"""Orders of an older database, whose delivery addresses are known where there is no doubt."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bff.db.schema import migrate
from bff.db.sqlite.database import SqliteDatabase
from tests.support.old_database import bring_to, make_old
from tests.support.world import FakeClock

BEFORE = "0022"
ADDRESS = """
INSERT INTO addresses (id, owner_id, recipient, phone, region, street)
VALUES (?, ?, '张三', '13800000000', '浙江省杭州市西湖区', '文三路1号')
"""
# As ids are made: of an order's address from its content, of a typed one from its moment.
NAMED, OTHER, TYPED = (
    f"adr_{digit * length}" for digit, length in (("a", 24), ("b", 24), ("c", 23))
)
SHIP_TO = "SELECT DISTINCT ship_to_address_id FROM orders WHERE shopper_id = ?"
BOOK = "SELECT DISTINCT is_default, removed_at FROM addresses"
WAYBILLS = "SELECT waybill_at FROM returns WHERE waybill_number IS NOT NULL"
SHIPPED = "SELECT shipped_at FROM returns WHERE waybill_number IS NOT NULL"


async def test_an_order_is_delivered_to_the_only_address_that_orders_have_named(
    tmp_path: Path,
) -> None:
    db = SqliteDatabase(tmp_path / "old.sqlite3", FakeClock())
    make_old(db.path, "0001", "old.sql")
    bring_to(db.path, BEFORE)
    with closing(sqlite3.connect(db.path)) as connection, connection:
        buyers = connection.execute("SELECT DISTINCT shopper_id FROM orders").fetchall()
        one, several, none, *_ = (shopper for (shopper,) in buyers)
        connection.execute(
            "DELETE FROM addresses WHERE owner_id LIKE 'sho_%' AND id NOT IN "
            "(SELECT address_id FROM pickups)"
        )
        connection.execute("UPDATE addresses SET owner_id = 'sho_gone' WHERE owner_id LIKE 'sho_%'")
        rows = [(NAMED, one), (TYPED, one), (OTHER, several), (f"adr_{'d' * 24}", several)]
        connection.executemany(ADDRESS, rows)
    await migrate(db)
    with closing(sqlite3.connect(db.path)) as connection:
        found = [connection.execute(SHIP_TO, (buyer,)).fetchall() for buyer in (one, several, none)]
        book = connection.execute(BOOK).fetchall()
        entered, shipped = (connection.execute(sql).fetchall() for sql in (WAYBILLS, SHIPPED))
    assert found == [[(NAMED,)], [(None,)], [(None,)]]
    assert book == [(0, None)]
    assert entered == shipped
    assert entered
    await db.close()
