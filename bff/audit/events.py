"""The event log: what a subscriber reads last is how things are."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from bff.audit.law import RowLaw, Words, shanghai_time, within
from bff.db.tables import events, pickups, refunds, returns

# The clocks of several servers are not quite the same.
MAX_BACKWARDS = timedelta(seconds=10)
_event = events.c


def last_event(topic: ColumnElement[str]) -> ColumnElement[int]:
    """The id of a topic's newest event."""
    others = events.alias()
    return select(func.max(others.c.id)).where(others.c.topic == topic).scalar_subquery()


_log = (
    select(
        *(_event.topic, _event.id, _event.at),
        func.lag(_event.at, type_=_event.at.type)
        .over(partition_by=_event.topic, order_by=_event.id)
        .label("before"),
    )
    .where(within(_event.topic))
    .subquery("log")
    .c
)


def _backwards(row: Any) -> Words | None:
    if row.before - row.at <= MAX_BACKWARDS:
        return None
    return Words(
        f"an event of {shanghai_time(row.before)} or later", f"one of {shanghai_time(row.at)}"
    )


ORDER = RowLaw(
    name="event order",
    claim="Along the cursors of a topic, time does not go back.",
    key=_event.topic,
    wrong=select(
        _log.topic.label("key"), _log.topic, _log.id.label("cursor"), _log.at, _log.before
    ).where(_log.at < _log.before),
    ids=("topic", "cursor"),
    words=_backwards,
)
_status, _advance, _pickup = (
    _event.facts[name].as_string() for name in ("return_status", "advance", "pickup_status")
)
NEWEST = RowLaw(
    name="newest events",
    claim="The newest event of a return says how it is now.",
    key=returns.c.id,
    wrong=select(
        returns.c.id.label("key"),
        returns.c.id.label("return_id"),
        _event.id.label("cursor"),
        *(returns.c.status, refunds.c.advance, pickups.c.status.label("pickup")),
        *(_status.label("status_then"), _advance.label("advance_then")),
        _pickup.label("pickup_then"),
    )
    .join(refunds, refunds.c.return_id == returns.c.id)
    .outerjoin(pickups, pickups.c.id == returns.c.pickup_id)
    .join(events, _event.topic == returns.c.id)
    .where(
        within(returns.c.id),
        _event.id == last_event(returns.c.id),
        or_(
            returns.c.status != _status,
            refunds.c.advance != _advance,
            func.coalesce(pickups.c.status, "") != func.coalesce(_pickup, ""),
        ),
    ),
    ids=("return_id", "cursor"),
    words=lambda row: Words(
        f"{row.status}, advance {row.advance}, pickup {row.pickup or 'none'}",
        f"{row.status_then}, advance {row.advance_then}, pickup {row.pickup_then or 'none'}",
    ),
)
LAWS = (ORDER, NEWEST)
