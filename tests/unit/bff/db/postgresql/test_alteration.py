"""Tables are changed by one process at a time, and never behind a long query."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from sqlalchemy import Connection, make_url, text

from bff.db.errors import NoDatabaseError
from bff.db.postgresql import alteration
from bff.db.postgresql.alteration import alter
from tests.support.client import wait_until
from tests.support.servers.databases import Databases, url_of
from tests.support.servers.refusing import refusing_server

ADD_SIZE = "ALTER TABLE things ADD COLUMN size bigint"
COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = 'things'::regclass AND attnum > 0"
# Other tests use the same server
WAITING = """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE NOT granted AND datname = current_database()"""


@pytest.fixture
def url(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of a database with one table."""
    monkeypatch.setattr(alteration, "PAUSE_S", 0.02)
    monkeypatch.setitem(alteration.SESSION, "lock_timeout", "100ms")
    with databases.lend_bare() as bare:
        asyncio.run(alter(bare, statement("CREATE TABLE things (id bigint)")))
        yield bare


def statement(sql: str) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        connection.execute(text(sql))

    return change


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def columns(url: str) -> list[str]:
    async with connected(url) as connection:
        found = (
            "SELECT attname FROM pg_attribute WHERE attrelid = 'things'::regclass AND attnum > 0"
        )
        return [row[0] for row in await connection.fetch(found)]


async def test_a_change_that_fails_changes_nothing(url: str) -> None:
    def change(connection: Connection) -> None:
        connection.execute(text(ADD_SIZE))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await alter(url, change)
    assert await columns(url) == ["id"]


async def test_a_change_runs_again_until_a_long_transaction_has_ended(url: str) -> None:
    async with connected(url) as reader:
        transaction = reader.transaction()
        await transaction.start()
        await reader.fetch("SELECT * FROM things")
        tries: list[None] = []

        def change(connection: Connection) -> None:
            tries.append(None)
            statement(ADD_SIZE)(connection)

        changing = asyncio.create_task(alter(url, change))
        await wait_until(lambda: len(tries) >= 3)
        await transaction.rollback()
        await changing
    assert await columns(url) == ["id", "size"]


async def test_a_change_that_is_never_let_through_says_what_is_in_the_way(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alteration, "MAX_TRIES", 2)
    async with connected(url) as reader, reader.transaction():
        await reader.fetch("SELECT * FROM things")
        with pytest.raises(NoDatabaseError, match="a long query or transaction was in the way"):
            await alter(url, statement(ADD_SIZE))
    assert await columns(url) == ["id"]


async def test_a_process_changes_tables_once_another_has_done_so(url: str) -> None:
    going_on, steps = asyncio.Event(), []

    def slowly(connection: Connection) -> None:
        steps.append("first begins")
        loop.call_soon(going_on.set)
        connection.execute(text("SELECT pg_sleep(0.3)"))
        steps.append("first ends")

    loop = asyncio.get_running_loop()
    first = asyncio.create_task(alter(url, slowly))
    await going_on.wait()
    await alter(url, lambda _: steps.append("second"))
    await first
    assert steps == ["first begins", "first ends", "second"]


async def test_whoever_waits_for_a_turn_is_in_no_ones_way(url: str) -> None:
    """An index that is built concurrently would wait for a statement that waits for a lock."""
    async with connected(url) as other:
        await other.execute("SELECT pg_advisory_lock(6841956002)")
        waiting = asyncio.create_task(alter(url, statement(ADD_SIZE)))
        async with connected(url) as observer:
            for _ in range(20):
                await asyncio.sleep(0.02)
                assert await observer.fetchval(WAITING) == 0
        assert not waiting.done()
    await waiting
    assert await columns(url) == ["id", "size"]


async def test_a_database_that_is_not_there_is_a_sentence(postgresql_url: str) -> None:
    with pytest.raises(NoDatabaseError, match="there is no such database; create it first"):
        await alter(url_of(postgresql_url, "nowhere"), statement("SELECT 1"))


async def test_a_server_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(NoDatabaseError) as caught:
        await alter("postgresql://shop:secret@127.0.0.1:1/bff", statement("SELECT 1"))
    assert "postgresql://shop:***@127.0.0.1:1/bff: no PostgreSQL answers: " in str(caught.value)


@pytest.mark.parametrize(
    ("code", "message", "sentence"),
    [
        ("28P01", "password authentication failed", "the password is wrong"),
        ("28000", 'role "shop" does not exist', 'role "shop" does not exist'),
        ("57P03", "the database system is starting up", "the database system is starting up"),
        ("53300", "too many clients already", "too many clients already"),
    ],
)
async def test_a_server_that_refuses_is_a_sentence(code: str, message: str, sentence: str) -> None:
    async with refusing_server(code, message) as url:
        with pytest.raises(NoDatabaseError) as caught:
            await alter(url, statement("SELECT 1"))
    assert str(caught.value) == f"{url.replace('secret', '***')}: {sentence}"


async def test_a_user_without_rights_is_a_sentence(url: str) -> None:
    async with connected(url) as admin:
        with suppress(asyncpg.DuplicateObjectError):
            await admin.execute("CREATE ROLE bff_test_reader LOGIN")
    theirs = make_url(url).set(username="bff_test_reader").render_as_string(hide_password=False)
    with pytest.raises(NoDatabaseError, match=r"must be owner of table things; the user has to"):
        await alter(theirs, statement(ADD_SIZE))
    assert await columns(url) == ["id"]


async def test_a_standby_is_a_sentence(url: str) -> None:
    reading = f"{url}&default_transaction_read_only=on"
    with pytest.raises(NoDatabaseError, match="it only reads; name the primary, not a standby"):
        await alter(reading, statement(ADD_SIZE))
