"""Shoppers of an older database whose stars fell for credit lines without a purchase."""

from pathlib import Path

from alembic import command
from sqlalchemy import Connection, text

from bff.db.database import Database
from bff.db.schema import config_for, in_one_go, migrate
from bff.domain.stars.model import StarChangeCause
from bff.domain.stars.store import stars_by_shopper
from tests.support.world import FakeClock, World, open_world

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


def _to_before(connection: Connection) -> None:
    command.upgrade(config_for(connection), BEFORE)
    for statement in POORLY_RATED:
        connection.execute(text(statement))


async def test_who_fell_for_what_was_never_bought_is_rated_again(tmp_path: Path) -> None:
    clock = FakeClock()
    db = Database(tmp_path / "bff.sqlite3", clock)
    in_one_go(db.path, _to_before)
    await migrate(db)
    await db.close()
    services = await open_world(tmp_path, clock=clock)
    await World(services, clock).work()
    async with services.db.read() as connection:
        history = (await stars_by_shopper(connection, [SHOPPER]))[SHOPPER].history
    assert [change.cause for change in history] == [
        StarChangeCause.RATED_AGAIN,
        StarChangeCause.FIRST_RATING,
    ]
    assert {part.code: part.points for part in history[0].factors}["HONEST_RETURNS"] == 50
    await services.db.close()
