"""Keyset pages over (moment, id), newest first."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Integer, Select, bindparam, tuple_

from bff.core.pages import Page, Position
from bff.db.connection import Connection
from bff.db.statements import Prepared

T = TypeVar("T")


class PageQuery(Generic[T]):
    """Prepared: the first page, and those after a position."""

    def __init__(
        self,
        prepare: Callable[[Select[Any]], Prepared[T]],
        statement: Select[Any],
        at: Column[Any],
        identifier: Column[Any],
    ) -> None:
        ordered = statement.order_by(at.desc(), identifier.desc())
        ordered = ordered.limit(bindparam("limit", type_=Integer))
        position = tuple_(bindparam("at", type_=at.type), bindparam("id"))
        self._first = prepare(ordered)
        self._after = prepare(ordered.where(tuple_(at, identifier) < position))

    @property
    def prepared(self) -> dict[str, Prepared[T]]:
        return {"first": self._first, "after": self._after}

    async def read(
        self, connection: Connection, first: int, after: Position | None, **values: object
    ) -> Page[T]:
        """At most `first` rows, in one statement."""
        values |= {"limit": first + 1}
        if after:
            values |= {"at": after.at, "id": after.id}
        result = await connection.execute(self._after if after else self._first, values)
        rows = result.all()
        return Page(rows[:first], has_next=len(rows) > first, has_previous=after is not None)
