"""One row, by its id: new values, or a new state."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import Column, Table, bindparam, update

from bff.core.states import Transitions
from bff.db.elements import of_owner
from bff.db.statements import Prepared, prepare
from bff.db.tables.shards import Shard, shard_of
from bff.db.transaction import Tx

State = TypeVar("State", bound=StrEnum)
ROW_ID = "row_id"


class Owned(Protocol):
    """A model whose row lies with its shopper."""

    @property
    def id(self) -> str | int: ...
    @property
    def shopper_id(self) -> str: ...


async def update_row(tx: Tx, table: Table, row_id: str | int, values: Mapping[str, Any]) -> None:
    """Of a table that belongs to no shopper."""
    await tx.send(_update_of(table, tuple(values)), {**values, ROW_ID: row_id})


async def update_own(tx: Tx, table: Table, row: Owned, values: Mapping[str, Any]) -> None:
    await tx.send(_update_of(table, tuple(values)), {**values, **_here(row)})


async def move_state(
    tx: Tx,
    column: Column[Any],
    transitions: Transitions[State],
    row: Owned,
    to: State,
    values: Mapping[str, Any],
) -> bool:
    """Whether the row was in a state that may become `to`: one statement looks and changes."""
    statement = _move_of(column, transitions.sources(to), to, tuple(values))
    return (await tx.execute(statement, {**values, **_here(row)})).rowcount == 1


def _here(row: Owned) -> dict[str, Any]:
    return {ROW_ID: row.id, "shopper_id": row.shopper_id}


@cache
def _update_of(table: Table, names: tuple[str, ...]) -> Prepared[Any]:
    here = [table.c.id == bindparam(ROW_ID)]
    if shard_of(table) is Shard.SHOPPER:
        here.append(of_owner(table))
    return prepare(update(table).where(*here), inputs=names)


@cache
def _move_of(
    column: Column[Any], sources: tuple[StrEnum, ...], to: StrEnum, names: tuple[str, ...]
) -> Prepared[Any]:
    table = column.table
    here = (table.c.id == bindparam(ROW_ID), of_owner(table), column.in_(sources))
    return prepare(update(table).where(*here).values({column: to}), inputs=names)
