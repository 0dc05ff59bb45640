"""An address leads to its database, and a database to what wakes its other processes."""

from pathlib import Path

import pytest

from bff.db.engines import open_database, relay_between
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.relays.broker import BrokerRelay
from bff.db.relays.sockets import SocketRelay
from bff.db.sqlite.database import SqliteDatabase
from tests.support.world import FakeClock

POSTGRESQL = "postgresql://nobody@nowhere.invalid/nothing"


@pytest.mark.parametrize(
    ("address", "redis_url", "database", "relay"),
    [
        (Path("x.sqlite3"), None, SqliteDatabase, SocketRelay),
        (POSTGRESQL, None, PostgresqlDatabase, BrokerRelay),
        (Path("x.sqlite3"), "redis://nowhere.invalid", SqliteDatabase, BrokerRelay),
        (POSTGRESQL, "redis://nowhere.invalid", PostgresqlDatabase, BrokerRelay),
    ],
)
async def test_what_is_opened_depends_on_the_address_and_on_redis(
    address: Path | str, redis_url: str | None, database: type, relay: type
) -> None:
    opened = open_database(address, FakeClock())
    assert type(opened) is database
    assert type(relay_between(opened, redis_url)) is relay
    await opened.close()
