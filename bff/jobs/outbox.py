"""What partners are to be told, written with the change that makes it true."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    update,
)

from bff.db.connection import Connection
from bff.db.database import Tx
from bff.db.sqlite import among
from bff.db.statements import Prepared, prepare, prepare_models
from bff.db.tables import outbox
from bff.db.tables.jobs import letter_waits
from bff.jobs.timers import WORK


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


_post = prepare(
    insert(outbox).values(attempts=0), given=["message", "subject_id", "posted_at", "due_at"]
)


def _every_message() -> CTE:
    """Each message that waits, found in a step through the index: however many letters have it."""
    first = select(func.min(outbox.c.message).label("message")).where(letter_waits)
    every = first.cte("every_message", recursive=True)
    following = select(func.min(outbox.c.message)).where(
        letter_waits, outbox.c.message > every.c.message
    )
    step = select(following.scalar_subquery()).where(every.c.message.is_not(None))
    return every.union_all(step)


_every = _every_message()
_messages = prepare(select(_every.c.message).where(_every.c.message.is_not(None)))
_next_of_message = (
    select(func.min(outbox.c.due_at))
    .where(letter_waits, outbox.c.message == _every.c.message, outbox.c.due_at > bindparam("now"))
    .scalar_subquery()
)
_next_due = prepare(select(func.min(_next_of_message)).select_from(_every))
_older = outbox.alias()
_is_behind = exists().where(
    _older.c.subject_id == outbox.c.subject_id,
    _older.c.id < outbox.c.id,
    _older.c.dead_at.is_(None),
)
_due = prepare_models(
    Letter,
    select(outbox)
    .where(
        letter_waits,
        outbox.c.message == bindparam("message"),
        outbox.c.due_at <= bindparam("now"),
        ~_is_behind,
        not_(among(outbox.c.id, "under_way")),
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most", type_=Integer)),
)
_all = prepare_models(Letter, select(outbox).order_by(outbox.c.id))
_delivered = prepare(delete(outbox).where(outbox.c.id == bindparam("id")))
_dead = prepare(select(outbox.c.id).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id))


async def post(tx: Tx, message: str, subject_id: str) -> None:
    row = {"message": message, "subject_id": subject_id, "posted_at": tx.now, "due_at": tx.now}
    tx.add_later(_post, row)
    tx.topics.add(WORK)


async def messages(connection: Connection) -> list[str]:
    """Those of all letters that are not dead."""
    return (await connection.execute(_messages)).scalars()


async def due(
    connection: Connection, now: datetime, message: str, under_way: Collection[int], limit: int
) -> list[Letter]:
    """Letters whose turn it is, but those under way: of each subject the oldest not dead.

    Those that have been due for longest come first.
    """
    asked = {"now": now, "message": message, "under_way": under_way, "most": limit}
    return (await connection.execute(_due, asked)).all()


async def next_due(connection: Connection, now: datetime) -> datetime | None:
    """The next moment from now at which a letter is to be tried."""
    found: datetime | None = (await connection.execute(_next_due, {"now": now})).scalar()
    return found


async def all_letters(connection: Connection) -> list[Letter]:
    """What waits and what is dead, in the order in which it was posted."""
    return (await connection.execute(_all)).all()


async def delivered(tx: Tx, letter: Letter) -> None:
    await tx.execute(_delivered, {"id": letter.id})
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
    dead = (await tx.execute(_dead)).scalars()
    wanted = dead if ids is None else sorted(set(ids))
    if missing := [letter for letter in wanted if letter not in dead]:
        raise NotDeadError(f"no dead letter {', '.join(map(str, missing))}")
    await _note(tx, wanted, dead_at=None, attempts=0)
    return wanted


@cache
def _noted(names: tuple[str, ...]) -> Prepared[Any]:
    return prepare(update(outbox).where(among(outbox.c.id, "ids")), given=names)


async def _note(tx: Tx, ids: Sequence[int], **values: object) -> None:
    await tx.execute(_noted(tuple(values)), {**values, "ids": ids})
    tx.topics.add(WORK)
