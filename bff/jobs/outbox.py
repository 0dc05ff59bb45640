"""Messages to partners, written in the transaction of the change that they are about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
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
    or_,
    select,
    update,
)

from bff.db.connection import Connection
from bff.db.elements import among, of_owner
from bff.db.statements import prepare, prepare_models
from bff.db.tables import outbox
from bff.db.tables.jobs import message_waits
from bff.db.transaction import Tx
from bff.jobs import traces
from bff.jobs.timers import WORK


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """`message` is its name, `subject_id` the thing of the shopper that it is about; `attempts`
    have failed.

    One with `dead_at` is not tried any more, until it is resent. `addressee`: whom at the partner
    it is for, where that is not who has the subject now. Until `claimed_until` it is `claimed_by`
    a process, and no other makes the call. `traceparent`: of the span that posted it.
    """

    id: int
    message: str
    subject_id: str
    shopper_id: str
    posted_at: datetime
    due_at: datetime
    attempts: int = 0
    last_error: str | None = None
    dead_at: datetime | None = None
    addressee: str | None = None
    traceparent: str | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None

    @property
    def key(self) -> str:
        """Its idempotency key: the same at every try, and never another message's."""
        return f"{self.message}-{self.subject_id}-{self.id}"


_post = prepare(
    insert(outbox).values(attempts=0),
    inputs=[
        *("shopper_id", "message", "subject_id", "posted_at", "due_at"),
        *("addressee", "traceparent"),
    ],
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
_next_free = prepare(
    select(func.min(outbox.c.claimed_until)).where(outbox.c.claimed_until > bindparam("now"))
)
_older = outbox.alias()
_is_behind = exists().where(
    _older.c.subject_id == outbox.c.subject_id,
    _older.c.id < outbox.c.id,
    _older.c.dead_at.is_(None),
)
_is_due = (
    message_waits,
    outbox.c.due_at <= bindparam("now"),
    or_(
        outbox.c.claimed_until.is_(None),
        outbox.c.claimed_until <= bindparam("now"),
        outbox.c.claimed_by == bindparam("claimer"),
    ),
    ~_is_behind,
)
_due = prepare_models(
    OutboxMessage,
    select(outbox)
    .where(
        outbox.c.message == bindparam("message"),
        *_is_due,
        not_(among(outbox.c.id, "under_way")),
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("limit", type_=Integer)),
)
# What another process is claiming is locked there, and passed over.
_free = (
    select(outbox.c.id)
    .where(among(outbox.c.id, "ids"), *_is_due)
    .with_for_update(skip_locked=True)
    .correlate(None)
)
_claim = prepare_models(
    OutboxMessage,
    update(outbox)
    .where(outbox.c.id.in_(_free))
    .values(
        claimed_by=bindparam("claimer", type_=outbox.c.claimed_by.type),
        claimed_until=bindparam("until", type_=outbox.c.claimed_until.type),
    )
    .returning(outbox),
)
_own = (outbox.c.claimed_by == bindparam("claimer"), outbox.c.claimed_until.is_not(None))
_renew = prepare(update(outbox).where(among(outbox.c.id, "ids"), *_own), inputs=["claimed_until"])
_release = prepare(update(outbox).where(*_own).values(claimed_by=None, claimed_until=None))
_all = prepare_models(OutboxMessage, select(outbox).order_by(outbox.c.id))
_is_same = (
    of_owner(outbox),
    outbox.c.id == bindparam("outgoing"),
    outbox.c.claimed_by.is_not_distinct_from(bindparam("claimer", type_=outbox.c.claimed_by.type)),
)
_remove = prepare(delete(outbox).where(*_is_same))
_FAILED = ("attempts", "last_error", "claimed_by", "claimed_until")
_fail = prepare(update(outbox).where(*_is_same), inputs=["due_at", *_FAILED])
_give_up = prepare(update(outbox).where(*_is_same), inputs=["dead_at", *_FAILED])
_dead = prepare(select(outbox.c.id).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id))
_hasten = prepare(
    update(outbox).where(
        of_owner(outbox), outbox.c.subject_id == bindparam("about"), message_waits
    ),
    inputs=["due_at"],
)
_resend = prepare(update(outbox).where(among(outbox.c.id, "ids")).values(dead_at=None, attempts=0))


async def post(
    tx: Tx, shopper_id: str, message: str, subject_id: str, addressee: str | None = None
) -> None:
    row = {
        "shopper_id": shopper_id,
        "message": message,
        "subject_id": subject_id,
        "posted_at": tx.now,
        "due_at": tx.now,
        "addressee": addressee,
        "traceparent": traces.remember(tx, shopper_id, subject_id),
    }
    tx.add_later(_post, row)
    tx.topics.add(WORK)


async def hasten(tx: Tx, shopper_id: str, subject_id: str) -> None:
    """What waits for its next try, and keeps others of the subject waiting, is tried now."""
    values = {"shopper_id": shopper_id, "about": subject_id, "due_at": tx.now}
    await tx.execute(_hasten, values)
    tx.topics.add(WORK)


async def waiting_names(connection: Connection) -> list[str]:
    """The names of all messages that are not dead."""
    return (await connection.execute(_waiting_names)).scalars()


async def due(
    connection: Connection,
    now: datetime,
    message: str,
    claimer: str,
    under_way: Collection[int],
    limit: int,
) -> list[OutboxMessage]:
    """Messages of this name whose turn it is, the longest due first: of each subject the oldest
    that is not dead.

    None of those under way, and none that another than `claimer` has claimed.
    """
    values = {
        "now": now,
        "message": message,
        "claimer": claimer,
        "under_way": under_way,
        "limit": limit,
    }
    return (await connection.execute(_due, values)).all()


async def claim(
    tx: Tx, ids: Collection[int], claimer: str, lease: timedelta
) -> list[OutboxMessage]:
    """Those that are still due, in the order in which they were posted: no other process calls
    for them until the lease ends."""
    values = {"now": tx.now, "ids": ids, "claimer": claimer, "until": tx.now + lease}
    return sorted((await tx.execute(_claim, values)).all(), key=attrgetter("id"))


async def renew(tx: Tx, ids: Collection[int], claimer: str, lease: timedelta) -> None:
    """The lease of those that are still claimed."""
    await tx.execute(_renew, {"ids": ids, "claimer": claimer, "claimed_until": tx.now + lease})


async def release(tx: Tx, claimer: str) -> None:
    """Others may make the calls that were not made."""
    await tx.execute(_release, {"claimer": claimer})
    tx.topics.add(WORK)


async def next_due(connection: Connection, now: datetime) -> datetime | None:
    """The next moment from now at which a message is to be tried, or a lease ends."""
    found = [await connection.execute(one, {"now": now}) for one in (_next_due, _next_free)]
    return min((moment for one in found if (moment := one.scalar())), default=None)


async def all_messages(connection: Connection) -> list[OutboxMessage]:
    """What waits and what is dead, in the order in which it was posted."""
    return (await connection.execute(_all)).all()


async def remove(tx: Tx, outgoing: OutboxMessage) -> None:
    """It has been delivered. Here and below: unless another process has claimed it meanwhile."""
    await tx.execute(_remove, _same(outgoing))
    tx.topics.add(WORK)


async def postpone(tx: Tx, outgoing: OutboxMessage, error: str, until: datetime) -> None:
    """An attempt has failed: the next one is at `until`."""
    await tx.execute(_fail, {**_failure(outgoing, error), "due_at": until})
    tx.topics.add(WORK)


async def give_up(tx: Tx, outgoing: OutboxMessage, error: str) -> None:
    """An attempt has failed, and was the last."""
    await tx.execute(_give_up, {**_failure(outgoing, error), "dead_at": tx.now})
    tx.topics.add(WORK)


def _same(outgoing: OutboxMessage) -> dict[str, Any]:
    return {
        "shopper_id": outgoing.shopper_id,
        "outgoing": outgoing.id,
        "claimer": outgoing.claimed_by,
    }


def _failure(outgoing: OutboxMessage, error: str) -> dict[str, Any]:
    return {
        **_same(outgoing),
        "attempts": outgoing.attempts + 1,
        "last_error": error,
        "claimed_by": None,
        "claimed_until": None,
    }


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
