"""Statements that are compiled once, and what becomes of their rows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
)

from bff.core.clock import SystemClock
from bff.db.database import Database
from bff.db.elements import among, pair_table
from bff.db.row_mapping import ModelColumns
from bff.db.sqlite.database import SqliteDatabase
from bff.db.sqlite.form import FORM
from bff.db.statements import prepare, prepare_insert, prepare_joined, prepare_models
from bff.db.tables import Moment
from bff.db.transaction import Tx
from tests.support.database import statements

NOON = datetime(2026, 3, 10, 4, 30, tzinfo=UTC)


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


@dataclass(frozen=True)
class Thing:
    """Its fields are in another order than the columns; the table has none for the last."""

    name: str
    id: int
    colour: Colour
    second: Colour | None
    seen_at: datetime | None
    nice: bool | None
    tags: tuple[str, ...]
    facts: Any
    note: str = "none"


@dataclass(frozen=True)
class Twin:
    id: int
    name: str


things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("colour", String),
    Column("second", String),
    Column("seen_at", Moment),
    Column("nice", Boolean),
    Column("tags", JSON),
    Column("facts", JSON),
)
FIELDS = [column.name for column in things.columns]
RED = Thing("a", 1, Colour.RED, None, NOON, True, ("x", "y"), {"colour": Colour.BLUE})
BLUE = Thing("b", 2, Colour.BLUE, Colour.RED, None, None, (), {})
ALL = prepare_models(Thing, select(things).order_by(things.c.id))


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = SqliteDatabase(tmp_path / "things.sqlite3", SystemClock())
    columns = ", ".join(f"{name} INTEGER PRIMARY KEY" if name == "id" else name for name in FIELDS)
    await opened.write(lambda tx: tx.execute(f"CREATE TABLE things ({columns})"))
    await opened.write(lambda tx: tx.execute(prepare(insert(things), FIELDS), rows(RED, BLUE)))
    yield opened
    await opened.close()


def rows(*wanted: Thing) -> list[dict[str, object]]:
    return [{name: getattr(thing, name) for name in FIELDS} for thing in wanted]


async def found(db: Database, statement: Any, **values: object) -> list[Any]:
    async with db.read() as connection:
        return (await connection.execute(statement, values)).all()


async def test_rows_become_models_by_name_with_words_lists_and_moments(db: Database) -> None:
    assert await found(db, ALL) == [RED, BLUE]


async def test_a_column_may_be_read_in_its_own_way(db: Database) -> None:
    own = prepare_models(Thing, select(things), tags=len, name=str.upper)
    assert [(one.name, one.tags) for one in await found(db, own)] == [("A", 9), ("B", 2)]


async def test_a_row_may_be_several_models_and_one_of_them_none(db: Database) -> None:
    other = things.alias()
    joined = prepare_joined(
        [
            ModelColumns(Twin, (things.c.id, things.c.name)),
            ModelColumns(Twin, (other.c.id, other.c.name), True),
        ],
        select(things.c.id, things.c.name, other.c.id, other.c.name)
        .outerjoin(other, other.c.id == things.c.id + 1)
        .order_by(things.c.id),
    )
    assert await found(db, joined) == [(Twin(1, "a"), Twin(2, "b")), (Twin(2, "b"), None)]


async def test_rows_without_a_model_have_names(db: Database) -> None:
    counted = prepare(select(func.max(things.c.seen_at).label("last"), func.count()))
    [row] = await found(db, counted)
    assert (row.last, row[1]) == (NOON, 2)


async def test_a_column_that_is_no_field_is_an_error(db: Database) -> None:
    with pytest.raises(LookupError, match="Twin"):
        await found(db, prepare_models(Twin, select(things.c.id, things.c.nice)))


async def test_an_object_is_inserted_as_it_is_read(db: Database) -> None:
    added = Thing("c", 3, Colour.RED, None, NOON, False, ("z",), [1, 2])
    given = [name for name in Thing.__match_args__ if name in FIELDS]
    stored = type("Stored", (Thing,), {"__match_args__": tuple(given)})
    await db.write(lambda tx: tx.execute(prepare_insert(things, stored), added))
    assert (await found(db, ALL))[2] == added


async def test_a_moment_is_stored_in_utc_and_one_without_a_zone_is_refused(db: Database) -> None:
    seen = prepare(select(things.c.id).where(things.c.seen_at == bindparam("at")))
    there = NOON.astimezone(timezone(timedelta(hours=8)))
    assert await found(db, seen, at=there) == [(1,)]
    with pytest.raises(ValueError, match="without a zone"):
        await found(db, seen, at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("keys", [[], ["b"], ["b", "x", "a"], {"a", "b"}, ["a"] * 2000])
async def test_any_number_of_keys_is_the_same_statement(db: Database, keys: Any) -> None:
    named = prepare(select(things.c.name).where(among(things.c.name, "keys")))
    with statements(db) as seen:
        assert sorted(await found(db, named, keys=keys)) == sorted(
            {(key,) for key in keys} - {("x",)}
        )
    assert seen == [named.compiled(FORM).sql]


async def test_pairs_are_found_as_pairs(db: Database) -> None:
    wanted = pair_table("pairs")
    both = (things.c.name == wanted.c.one) & (things.c.id == wanted.c.other)
    paired = prepare(select(things.c.id).join(wanted, both))
    assert await found(db, paired, pairs=[("a", 1), ("a", 2), ("b", 1)]) == [(1,)]


async def test_a_statement_that_is_run_once_takes_lists_and_values(db: Database) -> None:
    once = select(things.c.id).where(things.c.colour.in_([Colour.RED, Colour.BLUE]))
    assert await found(db, once.where(things.c.name == bindparam("name")), name="b") == [(2,)]
    assert await found(db, "SELECT id, name FROM things WHERE id = 1") == [(1, "a")]


async def test_a_change_says_how_many_rows_it_touched(db: Database) -> None:
    async def use_case(tx: Tx) -> tuple[int, int]:
        one = await tx.execute(text("UPDATE things SET nice = 0 WHERE id = :id"), {"id": 1})
        many = await tx.execute(things.update(), {"nice": True})
        return one.rowcount, many.rowcount

    assert await db.write(use_case) == (1, 2)


async def test_one_refuses_two_rows(db: Database) -> None:
    async with db.read() as connection:
        with pytest.raises(LookupError, match="2 rows"):
            (await connection.execute(ALL)).one()
