"""One row, by its id: new values, or a new state."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, Table, bindparam, update

from bff.core.states import Transitions
from bff.db.statements import Prepared, prepare
from bff.db.transaction import Tx

State = TypeVar("State", bound=StrEnum)
ROW_ID = "row_id"


async def update_row(tx: Tx, table: Table, row_id: str | int, values: Mapping[str, Any]) -> None:
    await tx.execute(_update_of(table, tuple(values)), {**values, ROW_ID: row_id})


async def move_state(
    tx: Tx,
    column: Column[Any],
    transitions: Transitions[State],
    row_id: str,
    to: State,
    values: Mapping[str, Any],
) -> bool:
    """Whether the row was in a state that may become `to`: one statement looks and changes."""
    statement = _move_of(column, transitions.sources(to), to, tuple(values))
    return (await tx.execute(statement, {**values, ROW_ID: row_id})).rowcount == 1


@cache
def _update_of(table: Table, names: tuple[str, ...]) -> Prepared[Any]:
    return prepare(update(table).where(table.c.id == bindparam(ROW_ID)), inputs=names)


@cache
def _move_of(
    column: Column[Any], sources: tuple[StrEnum, ...], to: StrEnum, names: tuple[str, ...]
) -> Prepared[Any]:
    here = (column.table.c.id == bindparam(ROW_ID), column.in_(sources))
    return prepare(update(column.table).where(*here).values({column: to}), inputs=names)
