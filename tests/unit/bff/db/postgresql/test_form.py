"""PostgreSQL's own: how values lie in its columns, lists in one parameter, sums."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    not_,
    select,
)

from bff.db.connection import Connection
from bff.db.elements import among, pair_table, rows_as_json, upsert
from bff.db.postgresql.connection import PostgresqlConnection
from bff.db.postgresql.form import FORM
from bff.db.postgresql.pool import ConnectionPool
from bff.db.statements import prepare
from bff.db.tables import Moment
from tests.support.world import START

pets = Table(
    "pets",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String),
    Column("born_at", Moment),
    Column("facts", JSON),
    Column("tame", Boolean),
    Column("grams", BigInteger),
)
CAT = {
    "id": 1,
    "name": "cat",
    "born_at": START,
    "facts": {"键": [1, None]},
    "tame": True,
    "grams": 2**62,
}
DOG = {"id": 2, "name": "dog", "born_at": None, "facts": {}, "tame": False, "grams": 5}
COW = {"id": 3, "name": "cow", "born_at": START, "facts": [], "tame": None, "grams": 7}
MAKE = """CREATE TEMPORARY TABLE pets (id integer PRIMARY KEY, name text, born_at timestamptz,
    facts json, tame boolean, grams bigint)"""


@pytest.fixture
async def connection(postgresql_database: str) -> AsyncIterator[Connection]:
    """With pets, as long as it is open."""
    pool = ConnectionPool(postgresql_database, size=1, session={})
    async with pool.lease() as raw:
        opened = PostgresqlConnection(raw)
        await opened.execute(MAKE)
        await opened.execute(insert(pets), [CAT, DOG, COW])
        yield opened
    await pool.close()


async def test_values_come_back_as_they_were(connection: Connection) -> None:
    found = await connection.execute(select(pets).order_by(pets.c.id))
    assert found.mappings() == [CAT, DOG, COW]


@pytest.mark.parametrize("ids", [(), (2,), (3, 1, 9), range(2), {1: "a key"}])
async def test_a_column_is_among_any_number_of_values(connection: Connection, ids: Any) -> None:
    inside = select(pets.c.id).where(among(pets.c.id, "ids")).order_by(pets.c.id)
    outside = select(pets.c.id).where(not_(among(pets.c.id, "ids"))).order_by(pets.c.id)
    wanted = {1, 2, 3} & {*ids}
    assert (await connection.execute(inside, {"ids": ids})).scalars() == sorted(wanted)
    assert (await connection.execute(outside, {"ids": ids})).scalars() == sorted({1, 2, 3} - wanted)


async def test_pairs_are_a_table_of_a_text_and_a_number(connection: Connection) -> None:
    wanted = pair_table("pairs")
    statement = select(pets.c.id).join(
        wanted, (wanted.c.one == pets.c.name) & (wanted.c.other == pets.c.id)
    )
    values = {"pairs": [("cat", 1), ("cat", 2)]}
    assert (await connection.execute(statement, values)).scalars() == [1]


async def test_a_text_with_a_nul_is_looked_for_in_vain(connection: Connection) -> None:
    """PostgreSQL stores none, and would refuse the statement."""
    named = select(pets.c.id).where(pets.c.name == bindparam("name"))
    assert (await connection.execute(named, {"name": "cat\0"})).all() == []
    listed = select(pets.c.id).where(among(pets.c.name, "names"))
    found = await connection.execute(listed, {"names": ["cat\0", "dog"]})
    assert found.scalars() == [2]
    wanted = pair_table("pairs")
    paired = select(pets.c.id).join(wanted, wanted.c.one == pets.c.name)
    found = await connection.execute(paired, {"pairs": [("cat\0", 1), ("cow", 3)]})
    assert found.scalars() == [3]


async def test_rows_are_a_json_list_of_lists(connection: Connection) -> None:
    statement = select(rows_as_json(pets.c.id, pets.c.name)).where(pets.c.id > bindparam("id"))
    assert (await connection.execute(statement, {"id": 1})).scalar() == '[[2, "dog"], [3, "cow"]]'
    assert (await connection.execute(statement, {"id": 9})).scalar() == "[]"


async def test_a_sum_is_a_whole_number(connection: Connection) -> None:
    total = (await connection.execute(select(func.sum(pets.c.grams)))).scalar()
    assert (type(total), total) == (int, 2**62 + 12)


async def test_a_change_says_how_many_rows_it_touched(connection: Connection) -> None:
    tamed = pets.update().where(pets.c.id > 1).values(tame=True)
    assert (await connection.execute(tamed)).rowcount == 2
    again = upsert(pets).on_conflict_do_nothing()
    assert (await connection.execute(again, CAT)).rowcount == 0


async def test_nothing_comes_back_of_an_insert_but_what_is_wanted(connection: Connection) -> None:
    added = insert(pets).returning(pets.c.name)
    assert (await connection.execute(added, {"id": 4, "name": "owl"})).all() == [("owl",)]
    plain = prepare(insert(pets), inputs=["id", "name"])
    assert "RETURNING" not in plain.compiled(FORM).sql
