"""Statements in every form, and what is read of their results."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import bindparam, column, select, table

from bff.db.connection import Connection, Result
from bff.db.sqlite.connection import SqliteConnection
from bff.db.sqlite.files import open_file
from bff.db.statements import prepare

pets = table("pets", column("id"), column("name"))
PETS = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
BY_ID = prepare(select(pets).where(pets.c.id == bindparam("id")))


@pytest.fixture
async def connection() -> AsyncIterator[Connection]:
    opened = SqliteConnection(open_file(":memory:"))
    await opened.execute("CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT)")
    await opened.execute(pets.insert(), PETS)
    yield opened
    opened.close()


async def test_a_text_takes_its_values_by_position(connection: Connection) -> None:
    result = await connection.execute("SELECT name FROM pets WHERE id = ?", (2,))
    assert result.scalars() == ["dog"]


async def test_a_statement_runs_for_each_of_a_list_of_values(connection: Connection) -> None:
    assert (await connection.execute("SELECT count(*) FROM pets")).scalar() == 2


async def test_a_prepared_statement_runs_as_one_that_is_not(connection: Connection) -> None:
    once = select(pets).where(pets.c.id == bindparam("id"))
    for statement in (BY_ID, once):
        assert (await connection.execute(statement, {"id": 1})).mappings() == PETS[:1]


async def test_listeners_are_called_with_the_sql_before_it_runs() -> None:
    seen: list[str] = []
    opened = SqliteConnection(open_file(":memory:"), [seen.append])
    with pytest.raises(Exception, match="no such table"):
        await opened.execute("SELECT * FROM nowhere")
    opened.close()
    assert seen == ["SELECT * FROM nowhere"]


async def test_it_says_whether_a_transaction_has_begun(connection: Connection) -> None:
    assert not connection.in_transaction
    await connection.execute("BEGIN")
    assert connection.in_transaction


def test_of_no_rows_the_first_and_the_scalar_are_none() -> None:
    empty: Result[tuple[int]] = Result([], 0)
    assert (empty.first(), empty.scalar(), empty.scalars(), empty.all()) == (None, None, [], [])
    with pytest.raises(LookupError, match="0 rows"):
        empty.one()


def test_one_is_the_only_row() -> None:
    assert Result([(7,)], -1).one() == (7,)
    with pytest.raises(LookupError, match="2 rows where one is expected"):
        Result([(7,), (8,)], -1).one()


def test_scalars_are_first_columns() -> None:
    result = Result([(7, "x"), (8, "y")], -1)
    assert (result.scalar(), result.scalars(), list(result)) == (7, [7, 8], [(7, "x"), (8, "y")])
