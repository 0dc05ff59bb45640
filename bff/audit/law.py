"""What must hold in the books, and how what breaks it is found: a part of a table at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, func, select

from bff.core.clock import SHANGHAI
from bff.core.money import Money
from bff.db.connection import Connection
from bff.db.statements import Prepared, prepare
from bff.db.transaction import Caches
from bff.locale.messages import format_money


class Span(NamedTuple):
    """The keys from `first` to `last`, with both."""

    first: Any
    last: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """The law `law` is broken by the things with these ids; `key` is where to look again."""

    law: str
    key: Any
    ids: Mapping[str, str]
    expected: str
    found: str


class Law(Protocol):
    """`claim` says what holds, of what has the `key`, a column of a table."""

    @property
    def name(self) -> str: ...
    @property
    def claim(self) -> str: ...
    @property
    def key(self) -> ColumnElement[Any]: ...
    async def look(self, connection: Connection, span: Span, caches: Caches) -> list[Finding]:
        """What breaks the law in a part of the books."""
        ...


class Words(NamedTuple):
    expected: str
    found: str


@dataclass(frozen=True)
class RowLaw:
    """`wrong` finds the rows that break the law, among those `within` the key's span: each with its
    `key`, with `ids`, and with what `words` needs. These give None for a row that is right.
    """

    name: str
    claim: str
    key: ColumnElement[Any]
    wrong: Select[Any]
    ids: tuple[str, ...]
    words: Callable[[Any], Words | None]

    @cached_property
    def _prepared(self) -> Prepared[Any]:
        return prepare(self.wrong)

    async def look(self, connection: Connection, span: Span, caches: Caches) -> list[Finding]:
        rows = await connection.execute(self._prepared, span._asdict())
        return [self._finding(row, words) for row in rows if (words := self.words(row))]

    def _finding(self, row: Any, words: Words) -> Finding:
        ids = {name: str(getattr(row, name)) for name in self.ids}
        return Finding(self.name, row.key, ids, *words)


def within(key: ColumnElement[Any]) -> ColumnElement[bool]:
    first, last = (bindparam(name, type_=key.type) for name in Span._fields)
    return key.between(first, last)


@cache
def next_span(key: ColumnElement[Any]) -> Prepared[Any]:
    """The first and the last of the next `many` keys after `after`, and how many there are."""
    after = bindparam("after", type_=key.type)
    many = bindparam("many", type_=Integer)
    part = select(key.label("key")).where(key > after).distinct().order_by(key).limit(many)
    keys = part.subquery("part").c.key
    first, last = func.min(keys).label("first"), func.max(keys).label("last")
    return prepare(select(first, last, func.count(keys)))


def before_all(key: ColumnElement[Any]) -> Any:
    return "" if isinstance(key.type, String) else -1


def shanghai_time(at: datetime) -> str:
    """In Shanghai, to the second."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def money(minor: Any, currency: str) -> str:
    """PostgreSQL's sums are decimals."""
    return format_money("en", Money(int(minor), currency))
