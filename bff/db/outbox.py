"""What partners are to be told, written with the change that makes it true."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    update,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import outbox
from bff.db.timers import WORK


@dataclass(frozen=True, slots=True)
class Letter:
    """`message` says what it is about, `subject_id` whom; `attempts` failed so far.

    One with `dead_at` is not tried any more, until it is resent.
    """

    id: int
    message: str
    subject_id: str
    posted_at: datetime
    due_at: datetime
    attempts: int = 0
    last_error: str | None = None
    dead_at: datetime | None = None

    @property
    def key(self) -> str:
        """Its idempotency key: the same at every try, and never another letter's."""
        return f"{self.message}-{self.subject_id}-{self.id}"


@dataclass(frozen=True, slots=True)
class Which:
    """Letters with these messages, or all the `others`; those of `first` go first."""

    messages: frozenset[str] = frozenset()
    others: bool = False
    first: frozenset[str] = frozenset()


ALL = Which(others=True)


def _letter(row: RowMapping) -> Letter:
    return Letter(**row)


async def post(tx: Tx, message: str, subject_id: str) -> None:
    row = {"message": message, "subject_id": subject_id, "attempts": 0}
    await tx.execute(insert(outbox), row | {"posted_at": tx.now, "due_at": tx.now})
    tx.topics.add(WORK)


async def due(
    connection: AsyncConnection,
    now: datetime,
    which: Which = ALL,
    under_way: Collection[int] = (),
    limit: int = 50,
) -> list[Letter]:
    """The letters whose turn it is, but those under way: of each subject the oldest not dead."""
    asked = {"now": now, "under_way": list(under_way), "most": limit}
    rows = await connection.execute(_due(which), asked)
    return [_letter(row) for row in rows.mappings()]


@cache
def _due(which: Which) -> Select[Any]:
    """Asked in every round of the worker: made once."""
    older = outbox.alias()
    is_behind = exists().where(
        older.c.subject_id == outbox.c.subject_id,
        older.c.id < outbox.c.id,
        older.c.dead_at.is_(None),
    )
    under_way: BindParameter[int] = bindparam("under_way", expanding=True)
    return (
        select(outbox)
        .where(outbox.c.dead_at.is_(None), outbox.c.due_at <= bindparam("now"), ~is_behind)
        .where(outbox.c.id.not_in(under_way), _about(which))
        .order_by(outbox.c.message.not_in(which.first), outbox.c.id)
        .limit(bindparam("most", type_=Integer))
    )


def _about(which: Which) -> ColumnElement[bool]:
    named = outbox.c.message.in_(which.messages)
    return not_(named) if which.others else named


async def next_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """The next moment from now at which a letter is to be tried."""
    statement = select(func.min(outbox.c.due_at)).where(
        outbox.c.dead_at.is_(None), outbox.c.due_at > now
    )
    found: datetime | None = await connection.scalar(statement)
    return found


async def all_letters(connection: AsyncConnection) -> list[Letter]:
    """What waits and what is dead, in the order in which it was posted."""
    rows = await connection.execute(select(outbox).order_by(outbox.c.id))
    return [_letter(row) for row in rows.mappings()]


async def delivered(tx: Tx, letter: Letter) -> None:
    await tx.execute(delete(outbox).where(outbox.c.id == letter.id))
    tx.topics.add(WORK)


async def postponed(tx: Tx, letter: Letter, error: str, until: datetime) -> None:
    """Tried without success: once more at that moment."""
    values = {"due_at": until, "attempts": letter.attempts + 1, "last_error": error}
    await _note(tx, [letter.id], **values)


async def given_up(tx: Tx, letter: Letter, error: str) -> None:
    """Tried without success, and not to be tried again."""
    values = {"dead_at": tx.now, "attempts": letter.attempts + 1, "last_error": error}
    await _note(tx, [letter.id], **values)


class NotDeadError(ValueError):
    """Letters that are asked for and are not dead."""


async def resend(tx: Tx, ids: Collection[int] | None) -> list[int]:
    """Put dead letters back, all where `ids` is None; those that were. Raises NotDeadError."""
    statement = select(outbox.c.id).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id)
    dead = [row.id for row in await tx.execute(statement)]
    wanted = dead if ids is None else sorted(set(ids))
    if missing := [letter for letter in wanted if letter not in dead]:
        raise NotDeadError(f"no dead letter {', '.join(map(str, missing))}")
    await _note(tx, wanted, dead_at=None, attempts=0)
    return wanted


async def _note(tx: Tx, ids: Sequence[int], **values: object) -> None:
    await tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(**values))
    tx.topics.add(WORK)
