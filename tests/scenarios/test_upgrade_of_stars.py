"""Shoppers of an older database whose stars fell for credit lines without a purchase."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bff.db.schema import migrate
from bff.db.sqlite.database import SqliteDatabase
from bff.domain.stars.model import StarChangeCause
from bff.domain.stars.store import stars_by_shopper
from tests.support.old_database import bring_to
from tests.support.world import FakeClock, World, open_world

pytestmark = pytest.mark.sqlite_only("upgrades: test_upgrade_on_postgresql.py has the rest")

BEFORE = "0024"
SHOPPER = "sho_old"
POORLY_RATED = (
    "INSERT INTO shoppers (id, nickname) VALUES ('sho_old', 'old')",
    "INSERT INTO credit_notes (number, sku, entry, shopper_id, order_line_id, quantity,"
    " refunded_minor, currency, returned_at) VALUES ('C-OLD', 'X', 1, 'sho_old', NULL, 1, 100,"
    " 'CNY', '2026-03-01T00:00:00.000000+00:00')",
    "INSERT INTO star_changes (shopper_id, seq, level, previous, at, cause, return_id, factors)"
    " VALUES ('sho_old', 0, 1, NULL, '2026-03-01T00:00:00.000000+00:00', 'FIRST_RATING', NULL,"
    """ '[{"code": "HONEST_RETURNS", "value": 0, "points": 0}]')""",
)


async def test_who_fell_for_what_was_never_bought_is_rated_again(db_folder: Path) -> None:
    clock = FakeClock()
    db = SqliteDatabase(db_folder / "bff.sqlite3", clock)
    bring_to(db.path, BEFORE)
    with closing(sqlite3.connect(db.path)) as old, old:
        for statement in POORLY_RATED:
            old.execute(statement)
    await migrate(db)
    await db.close()
    services = await open_world(db_folder, clock=clock)
    await World(services, clock).work()
    async with services.db.read() as connection:
        history = (await stars_by_shopper(connection, [SHOPPER]))[SHOPPER].history
    assert [change.cause for change in history] == [
        StarChangeCause.RATED_AGAIN,
        StarChangeCause.FIRST_RATING,
    ]
    assert {part.code: part.points for part in history[0].factors}["HONEST_RETURNS"] == 50
    await services.db.close()
