"""Changing one row by its id: what is known of it, or its state."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, Table, bindparam, update

from bff.core.states import Transitions
from bff.db.database import Tx
from bff.db.statements import Prepared, prepare

State = TypeVar("State", bound=StrEnum)
ROW = "changed_row"


async def note(tx: Tx, table: Table, row_id: str | int, values: Mapping[str, Any]) -> None:
    await tx.execute(_note(table, tuple(values)), {**values, ROW: row_id})


async def move(
    tx: Tx,
    column: Column[Any],
    transitions: Transitions[State],
    row_id: str,
    to: State,
    values: Mapping[str, Any],
) -> bool:
    """Whether the row was in a state that may become `to`: looked at and changed in one."""
    statement = _move(column, transitions.sources(to), to, tuple(values))
    return (await tx.execute(statement, {**values, ROW: row_id})).rowcount == 1


@cache
def _note(table: Table, names: tuple[str, ...]) -> Prepared[Any]:
    return prepare(update(table).where(table.c.id == bindparam(ROW)), given=names)


@cache
def _move(
    column: Column[Any], sources: tuple[StrEnum, ...], to: StrEnum, names: tuple[str, ...]
) -> Prepared[Any]:
    here = (column.table.c.id == bindparam(ROW), column.in_(sources))
    return prepare(update(column.table).where(*here).values({column: to}), given=names)
