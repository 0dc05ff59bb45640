"""What was answered, what happened, what partners said, and calls that they never took."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, bindparam, delete, func, select

from bff.core import ids
from bff.db.connection import Connection
from bff.db.elements import among
from bff.db.statements import prepare
from bff.db.tables import events, idempotency, outbox, returns, webhook_events
from bff.db.tables.base import Moment
from bff.db.transaction import Tx
from bff.domain.retention.model import Found
from bff.domain.retention.open_subjects import open_subjects
from bff.jobs.inbox import Code
from bff.jobs.received_events import Status

_before = bindparam("before", type_=Moment)
_limit = bindparam("limit", type_=Integer)

_answers = prepare(
    select(idempotency.c.shopper_id.label("of_shopper"), idempotency.c.key.label("of_key"))
    .where(idempotency.c.at < _before)
    .order_by(idempotency.c.at)
    .limit(_limit)
)
_remove_answer = prepare(
    delete(idempotency).where(
        idempotency.c.shopper_id == bindparam("of_shopper"),
        idempotency.c.key == bindparam("of_key"),
    )
)


async def old_answers(
    connection: Connection, _position: str, before: datetime, limit: int
) -> Found:
    """Mutations' answers; a key from before can be used anew."""
    rows = (await connection.execute(_answers, {"before": before, "limit": limit})).mappings()
    return Found(rows, more=len(rows) == limit)


async def delete_answers(tx: Tx, keys: Sequence[Any]) -> int:
    await tx.execute(_remove_answer, list(keys))
    return len(keys)


_old_returns = prepare(
    select(returns.c.id)
    .where(
        returns.c.id >= bindparam("position", type_=String),
        returns.c.id < bindparam("first", type_=String),
    )
    .order_by(returns.c.id)
    .limit(_limit)
)
_newer = events.alias("newer")
_last = select(func.max(_newer.c.id)).where(_newer.c.topic == events.c.topic).scalar_subquery()
_old_events = prepare(
    select(events.c.topic.label("of_topic"), events.c.id.label("of_id")).where(
        among(events.c.topic, "topics"), events.c.at < _before, events.c.id < _last
    )
)
_remove_event = prepare(
    delete(events).where(events.c.topic == bindparam("of_topic"), events.c.id == bindparam("of_id"))
)


async def old_events(connection: Connection, position: str, before: datetime, limit: int) -> Found:
    """Of returns that have ended, but for the newest of each: cursors go on from that one."""
    values = {"position": position, "first": ids.first_id(ids.RETURN, before), "limit": limit}
    topics = (await connection.execute(_old_returns, values)).scalars()
    still_open = await open_subjects(connection, topics)
    ended = [topic for topic in topics if topic not in still_open]
    rows = await connection.execute(_old_events, {"topics": ended, "before": before})
    return Found(
        rows.mappings(),
        topics[-1] if topics else position,
        min(still_open, default=None),
        more=len(topics) == limit,
    )


async def delete_events(tx: Tx, keys: Sequence[Any]) -> int:
    if keys:
        await tx.execute(_remove_event, list(keys))
    return len(keys)


_r = webhook_events.c
_reports = prepare(
    select(_r.id, _r.subject_id, _r.status, _r.code, _r.dismissed_at)
    .where(_r.id >= bindparam("position", type_=Integer), _r.received_at < _before)
    .order_by(_r.id)
    .limit(_limit)
)
_remove_reports = prepare(delete(webhook_events).where(among(_r.id, "ids")))


async def old_reports(connection: Connection, position: str, before: datetime, limit: int) -> Found:
    """Not those that wait, that staff have to look at, or that are of something open."""
    values = {"position": int(position or 0), "before": before, "limit": limit}
    rows = (await connection.execute(_reports, values)).all()
    still_open = await open_subjects(connection, [row.subject_id for row in rows])
    needed = [row.id for row in rows if row.subject_id in still_open or _is_needed(row)]
    return Found(
        [row.id for row in rows if row.id not in needed],
        str(rows[-1].id) if rows else position,
        str(needed[0]) if needed else None,
        more=len(rows) == limit,
    )


def _is_needed(report: Any) -> bool:
    given_up = report.code == Code.NEVER_MADE_SENSE and report.dismissed_at is None
    return given_up or report.status == Status.WAITING


async def delete_reports(tx: Tx, keys: Sequence[Any]) -> int:
    return (await tx.execute(_remove_reports, {"ids": keys})).rowcount


_dead = prepare(
    select(outbox.c.id, outbox.c.subject_id)
    .where(outbox.c.id >= bindparam("position", type_=Integer), outbox.c.dead_at < _before)
    .order_by(outbox.c.id)
    .limit(_limit)
)
_remove_calls = prepare(
    delete(outbox).where(among(outbox.c.id, "ids"), outbox.c.dead_at.is_not(None))
)


async def old_calls(connection: Connection, position: str, before: datetime, limit: int) -> Found:
    """Dead ones; those that wait are never old."""
    values = {"position": int(position or 0), "before": before, "limit": limit}
    rows = (await connection.execute(_dead, values)).all()
    still_open = await open_subjects(connection, [row.subject_id for row in rows])
    needed = [row.id for row in rows if row.subject_id in still_open]
    return Found(
        [row.id for row in rows if row.id not in needed],
        str(rows[-1].id) if rows else position,
        str(needed[0]) if needed else None,
        more=len(rows) == limit,
    )


async def delete_calls(tx: Tx, keys: Sequence[Any]) -> int:
    return (await tx.execute(_remove_calls, {"ids": keys})).rowcount
