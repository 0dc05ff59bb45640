"""SQLite's own: how files are opened, how values lie in them, lists in one parameter."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, String, Table, bindparam, select

from bff.db.elements import PairList, ValueList, among, pair_table, rows_as_json
from bff.db.sqlite.connection import SqliteConnection
from bff.db.sqlite.files import BEGIN, BUSY_TIMEOUT_MS, READ_ONLY, begin_at_once, open_file
from bff.db.sqlite.form import FORM
from bff.db.tables import Moment
from tests.support.world import START

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 0}
pets = Table("pets", MetaData(), Column("id", Integer), Column("name", String))


@pytest.mark.parametrize(("pragma", "value"), PRAGMAS.items())
def test_every_connection_is_durable_and_checks_references(
    tmp_path: Path, pragma: str, value: object
) -> None:
    with closing(open_file(tmp_path / "x.sqlite3")) as connection:
        assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_a_connection_that_reads_cannot_write(tmp_path: Path) -> None:
    with (
        closing(open_file(tmp_path / "x.sqlite3", READ_ONLY)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("CREATE TABLE x (y)")


def test_a_write_begins_at_once_or_not_at_all(tmp_path: Path) -> None:
    """It does not wait, and the timeout is as before."""
    path = tmp_path / "x.sqlite3"
    with closing(open_file(path)) as first, closing(open_file(path)) as second:
        assert begin_at_once(first)
        assert not begin_at_once(second)
        assert (first.in_transaction, second.in_transaction) == (True, False)
        assert second.execute("PRAGMA busy_timeout").fetchone() == (BUSY_TIMEOUT_MS,)
        first.execute("COMMIT")
        assert begin_at_once(second)


def test_any_other_failure_to_begin_is_raised(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / "x.sqlite3")) as connection:
        connection.execute(BEGIN)
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            begin_at_once(connection)


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (Moment(), START, "2026-03-10T02:00:00.000000+00:00"),
        (Moment(), None, None),
        (JSON(), {"键": [1, None]}, '{"键":[1,null]}'),
        (ValueList(String()), ("a", "b"), '["a","b"]'),
        (ValueList(String()), {"a": 1}, '["a"]'),
        (PairList(), (), "[]"),
    ],
)
def test_values_are_encoded_by_their_columns_type(kind: Any, value: Any, stored: Any) -> None:
    encode = FORM.encoder(kind)
    assert encode
    assert encode(value) == stored


@pytest.mark.parametrize(
    ("kind", "stored", "value"),
    [
        (Moment(), "2026-03-10T02:00:00.000000+00:00", START),
        (JSON(), '{"a":[1,null]}', {"a": [1, None]}),
        (Boolean(), 1, True),
    ],
)
def test_values_are_decoded_by_their_columns_type(kind: Any, stored: Any, value: Any) -> None:
    decode = FORM.decoder(kind)
    assert decode
    assert decode(stored) == value


@pytest.mark.parametrize("kind", [Integer(), String()])
def test_what_sqlite_takes_and_gives_as_it_is_needs_no_conversion(kind: Any) -> None:
    assert FORM.encoder(kind) is None
    assert FORM.decoder(kind) is None


@pytest.fixture
async def connection() -> Any:
    opened = SqliteConnection(open_file(":memory:"))
    await opened.execute("CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT)")
    await opened.execute("INSERT INTO pets VALUES (1, 'cat'), (2, 'dog'), (3, 'cow')")
    yield opened
    opened.close()


@pytest.mark.parametrize("ids", [(), (2,), (3, 1, 9), range(2)])
async def test_a_column_is_among_any_number_of_values(
    connection: SqliteConnection, ids: Any
) -> None:
    statement = select(pets.c.id).where(among(pets.c.id, "ids")).order_by(pets.c.id)
    read = (await connection.execute(statement, {"ids": ids})).scalars()
    assert read == sorted({1, 2, 3} & {*ids})


async def test_pairs_are_a_table_of_two_columns(connection: SqliteConnection) -> None:
    wanted = pair_table("pairs")
    statement = select(pets.c.id).join(
        wanted, (wanted.c.one == pets.c.id) & (wanted.c.other == pets.c.name)
    )
    values = {"pairs": [(1, "cat"), (2, "cat")]}
    assert (await connection.execute(statement, values)).scalars() == [1]


async def test_rows_are_a_json_list_of_lists(connection: SqliteConnection) -> None:
    statement = select(rows_as_json(pets.c.id, pets.c.name)).where(pets.c.id > bindparam("id"))
    assert (await connection.execute(statement, {"id": 1})).scalar() == '[[2,"dog"],[3,"cow"]]'
    assert (await connection.execute(statement, {"id": 9})).scalar() == "[]"
