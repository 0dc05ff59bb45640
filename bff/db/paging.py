"""Keyset pages over (moment, id), newest first."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Select, and_, or_
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.core.paging import Page, Position

T = TypeVar("T")


async def page_of(
    connection: AsyncConnection,
    statement: Select[Any],
    at: Column[Any],
    identifier: Column[Any],
    first: int,
    after: Position | None,
    build: Callable[[RowMapping], T],
) -> Page[T]:
    """At most `first` rows behind `after`, in one statement."""
    if after:
        older = or_(at < after.at, and_(at == after.at, identifier < after.id))
        statement = statement.where(older)
    ordered = statement.order_by(at.desc(), identifier.desc()).limit(first + 1)
    rows: Sequence[RowMapping] = (await connection.execute(ordered)).mappings().all()
    items = [build(row) for row in rows[:first]]
    return Page(items, has_next=len(rows) > first, has_previous=after is not None)
