"""Changes that are sent wait for the next statement, and go together."""

from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy import bindparam, insert, select, update

from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.statements import prepare
from bff.db.tables import addresses, shoppers
from bff.db.transaction import Tx
from tests.support.world import FakeClock

ADD = prepare(insert(shoppers), inputs=["id", "nickname"])
ADD_ADDRESS = prepare(
    insert(addresses), inputs=["id", "owner_id", "recipient", "phone", "region", "street"]
)
RENAME = prepare(
    update(shoppers)
    .where(shoppers.c.id == bindparam("row_id"))
    .values(nickname=shoppers.c.nickname + bindparam("more"))
)
NICKNAMES = select(shoppers.c.nickname).order_by(shoppers.c.id)


@pytest.fixture
async def db(postgresql_database: str) -> AsyncIterator[PostgresqlDatabase]:
    opened = PostgresqlDatabase(postgresql_database, FakeClock())
    yield opened
    await opened.close()


@pytest.fixture
def statements(db: PostgresqlDatabase) -> list[str]:
    """As they are sent."""
    sent: list[str] = []
    db.listeners.append(sent.append)
    return sent


def shopper(number: int) -> dict[str, str]:
    return {"id": f"sho_{number}", "nickname": f"s{number}"}


def address(number: int) -> dict[str, str]:
    row = dict.fromkeys(["recipient", "phone", "region", "street"], "somewhere")
    return {"id": f"adr_{number}", "owner_id": f"sho_{number}", **row}


async def stored(db: PostgresqlDatabase) -> list[str]:
    async with db.read() as connection:
        return (await connection.execute(NICKNAMES)).scalars()


async def test_changes_of_two_tables_are_one_statement(
    db: PostgresqlDatabase, statements: list[str]
) -> None:
    async def change(tx: Tx) -> None:
        await tx.execute(ADD, shopper(1))
        await tx.send(ADD_ADDRESS, address(1))
        await tx.send(RENAME, {"row_id": "sho_1", "more": "!"})

    await db.write(change)
    assert len(statements) == 2
    assert await stored(db) == ["s1!"]
    async with db.read() as connection:
        [found] = (await connection.execute(select(addresses))).mappings()
    assert found.items() >= address(1).items()


async def test_changes_of_one_table_see_each_other(db: PostgresqlDatabase) -> None:
    async def change(tx: Tx) -> None:
        await tx.send(ADD, shopper(1))
        await tx.send(RENAME, {"row_id": "sho_1", "more": "!"})
        await tx.send(RENAME, {"row_id": "sho_1", "more": "?"})

    await db.write(change)
    assert await stored(db) == ["s1!?"]


async def test_the_next_statement_sees_what_was_sent(db: PostgresqlDatabase) -> None:
    async def change(tx: Tx) -> list[str]:
        await tx.send(ADD, shopper(1))
        return (await tx.execute(NICKNAMES)).scalars()

    assert await db.write(change) == ["s1"]


async def test_what_was_sent_in_a_savepoint_is_undone_with_it(db: PostgresqlDatabase) -> None:
    async def change(tx: Tx) -> None:
        await tx.send(ADD, shopper(1))
        with suppress(LookupError):
            async with tx.savepoint():
                await tx.send(ADD, shopper(2))
                raise LookupError
        await tx.send(ADD, shopper(3))

    await db.write(change)
    assert await stored(db) == ["s1", "s3"]


async def test_a_refused_change_fails_the_write(db: PostgresqlDatabase) -> None:
    async def change(tx: Tx) -> None:
        await tx.send(ADD, shopper(1))
        await tx.send(ADD_ADDRESS, {**address(1), "owner_id": None})

    with pytest.raises(asyncpg.NotNullViolationError):
        await db.write(change)
    assert await stored(db) == []


async def test_a_change_that_the_database_refuses_is_undone_with_its_savepoint(
    db: PostgresqlDatabase,
) -> None:
    async def change(tx: Tx) -> None:
        await tx.send(ADD, shopper(1))
        with pytest.raises(asyncpg.NotNullViolationError):
            async with tx.savepoint():
                await tx.send(ADD_ADDRESS, {**address(1), "owner_id": None})

    await db.write(change)
    assert await stored(db) == ["s1"]
