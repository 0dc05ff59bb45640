"""Messages to partners, written in the transaction of the change that they are about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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
from bff.db.elements import among
from bff.db.statements import prepare, prepare_models
from bff.db.tables import outbox
from bff.db.tables.jobs import message_waits
from bff.db.transaction import Tx
from bff.db.updates import update_row
from bff.jobs import traces
from bff.jobs.timers import WORK


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """`message` is its name, `subject_id` the thing that it is about; `attempts` have failed.

    One with `dead_at` is not tried any more, until it is resent. `addressee`: whom at the partner
    it is for, where that is not who has the subject now. `traceparent`: of the span that posted it.
    """

    id: int
    message: str
    subject_id: str
    posted_at: datetime
    due_at: datetime
    attempts: int = 0
    last_error: str | None = None
    dead_at: datetime | None = None
    addressee: str | None = None
    traceparent: str | None = None

    @property
    def key(self) -> str:
        """Its idempotency key: the same at every try, and never another message's."""
        return f"{self.message}-{self.subject_id}-{self.id}"


_post = prepare(
    insert(outbox).values(attempts=0),
    inputs=["message", "subject_id", "posted_at", "due_at", "addressee", "traceparent"],
)


def _every_name() -> CTE:
    """The names of messages that wait, each read in one step through the index, however many
    messages have it."""
    first = select(func.min(outbox.c.message).label("message")).where(message_waits)
    every = first.cte("every_message", recursive=True)
    following = select(func.min(outbox.c.message)).where(
        message_waits, outbox.c.message > every.c.message
    )
    step = select(following.scalar_subquery()).where(every.c.message.is_not(None))
    return every.union_all(step)


_every = _every_name()
_waiting_names = prepare(select(_every.c.message).where(_every.c.message.is_not(None)))
_next_of_message = (
    select(func.min(outbox.c.due_at))
    .where(message_waits, outbox.c.message == _every.c.message, outbox.c.due_at > bindparam("now"))
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
    OutboxMessage,
    select(outbox)
    .where(
        message_waits,
        outbox.c.message == bindparam("message"),
        outbox.c.due_at <= bindparam("now"),
        ~_is_behind,
        not_(among(outbox.c.id, "under_way")),
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("limit", type_=Integer)),
)
_all = prepare_models(OutboxMessage, select(outbox).order_by(outbox.c.id))
_remove = prepare(delete(outbox).where(outbox.c.id == bindparam("id")))
_dead = prepare(select(outbox.c.id).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id))
_hasten = prepare(
    update(outbox).where(outbox.c.subject_id == bindparam("about"), message_waits),
    inputs=["due_at"],
)
_resend = prepare(update(outbox).where(among(outbox.c.id, "ids")).values(dead_at=None, attempts=0))


async def post(tx: Tx, message: str, subject_id: str, addressee: str | None = None) -> None:
    row = {
        "message": message,
        "subject_id": subject_id,
        "posted_at": tx.now,
        "due_at": tx.now,
        "addressee": addressee,
        "traceparent": traces.remember(tx, subject_id),
    }
    tx.add_later(_post, row)
    tx.topics.add(WORK)


async def hasten(tx: Tx, subject_id: str) -> None:
    """What waits for its next try, and keeps others of the subject waiting, is tried now."""
    await tx.execute(_hasten, {"about": subject_id, "due_at": tx.now})
    tx.topics.add(WORK)


async def waiting_names(connection: Connection) -> list[str]:
    """The names of all messages that are not dead."""
    return (await connection.execute(_waiting_names)).scalars()


async def due(
    connection: Connection, now: datetime, message: str, under_way: Collection[int], limit: int
) -> list[OutboxMessage]:
    """Messages of this name whose turn it is and that are not under way, the longest due first.

    Of each subject the oldest that is not dead.
    """
    values = {"now": now, "message": message, "under_way": under_way, "limit": limit}
    return (await connection.execute(_due, values)).all()


async def next_due(connection: Connection, now: datetime) -> datetime | None:
    """The next moment from now at which a message is to be tried."""
    moment: datetime | None = (await connection.execute(_next_due, {"now": now})).scalar()
    return moment


async def all_messages(connection: Connection) -> list[OutboxMessage]:
    """What waits and what is dead, in the order in which it was posted."""
    return (await connection.execute(_all)).all()


async def remove(tx: Tx, outgoing: OutboxMessage) -> None:
    """It has been delivered."""
    await tx.execute(_remove, {"id": outgoing.id})
    tx.topics.add(WORK)


async def postpone(tx: Tx, outgoing: OutboxMessage, error: str, until: datetime) -> None:
    """An attempt has failed: the next one is at `until`."""
    values = {"due_at": until, "attempts": outgoing.attempts + 1, "last_error": error}
    await update_row(tx, outbox, outgoing.id, values)
    tx.topics.add(WORK)


async def give_up(tx: Tx, outgoing: OutboxMessage, error: str) -> None:
    """An attempt has failed, and was the last."""
    values = {"dead_at": tx.now, "attempts": outgoing.attempts + 1, "last_error": error}
    await update_row(tx, outbox, outgoing.id, values)
    tx.topics.add(WORK)


class NotDeadError(ValueError):
    """Some of the messages that are to be resent are not dead, or not there."""


async def resend(tx: Tx, ids: Collection[int] | None) -> list[int]:
    """The ids of the dead messages that wait again; all of them where `ids` is None.

    Raises NotDeadError.
    """
    dead = (await tx.execute(_dead)).scalars()
    wanted = dead if ids is None else sorted(set(ids))
    if missing := [message_id for message_id in wanted if message_id not in dead]:
        raise NotDeadError(f"no dead letter {', '.join(map(str, missing))}")
    await tx.execute(_resend, {"ids": wanted})
    tx.topics.add(WORK)
    return wanted
