"""Parts of statements that SQLite and PostgreSQL write in different words.

Each database's form compiles them: here is what they mean.
"""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Subquery
from sqlalchemy.types import NullType, TypeEngine

from bff.db.tables.shards import shard_key

# What it adds to an insert, `on_conflict_…`, both databases write in the same words.
upsert = insert


class ValueList(TypeDecorator[list[Any]]):
    """Many values in one parameter, so that the SQL is the same for any number of them."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return ARRAY(self.item)
        return Text()


class PairList(TypeDecorator[list[Any]]):
    """Many pairs of values in one parameter, as JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return JSONB() if dialect.name == "postgresql" else Text()


class Among(FunctionElement[Any]):
    """Of a column and a list. Without a type, or SQLite's compiler would compare it with 1."""

    type = NullType()
    inherit_cache = True


class EachOf(FunctionElement[Any]):
    """The items of a list in JSON as a table, whose column is `value`."""

    inherit_cache = True


class ItemOf(FunctionElement[Any]):
    """Of a list in JSON, and the place of the item in it."""

    inherit_cache = True

    def __init__(self, value: ColumnElement[Any], at: int, item: TypeEngine[Any]) -> None:
        super().__init__(value)
        self.at = at
        self.type = item


class RowsAsJson(FunctionElement[str]):
    """An aggregate of columns."""

    type = Text()
    inherit_cache = True


class Agree(FunctionElement[Any]):
    """Two values that are the same, in rows that something else finds.

    SQLite knows nothing of how many rows a shopper has, and would look through all of them for one
    whose id is given.
    """

    type = NullType()
    inherit_cache = True


def of_owner(table: Table) -> ColumnElement[bool]:
    """Whether a row, which its id or its parent finds, is that of the parameter `shopper_id`."""
    key = shard_key(table)
    return Agree(key, bindparam("shopper_id", type_=key.type))


def same_shopper(table: Table, other: Table) -> ColumnElement[bool]:
    """In a join: both rows lie with one shopper."""
    return Agree(shard_key(table), shard_key(other))


def among(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the values of the parameter `name`."""
    return Among(column, bindparam(name, type_=ValueList(column.type)))


def pair_table(name: str) -> Subquery:
    """The pairs of the parameter `name`, a text and a number each, as a table with the columns
    `one` and `other`."""
    pairs = EachOf(bindparam(name, type_=PairList())).table_valued("value", name=f"each_of_{name}")
    one, other = ItemOf(pairs.c.value, 0, String()), ItemOf(pairs.c.value, 1, Integer())
    return select(one.label("one"), other.label("other")).subquery(f"pairs_of_{name}")


def rows_as_json(*columns: Column[Any]) -> ColumnElement[str]:
    """All the rows of a subquery as one value: a JSON list of lists, in no order."""
    return RowsAsJson(*columns)
