"""The append-only log. An event is written in the transaction of its change."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, insert, select

from bff.db.connection import Connection
from bff.db.elements import among, of_owner
from bff.db.statements import prepare, prepare_models
from bff.db.tables import events
from bff.db.transaction import Tx

PAGE = 100


@dataclass(frozen=True, slots=True)
class Event:
    """`id` grows along the topic; it is the subscriber's cursor."""

    id: int
    topic: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]


_values = {
    name: bindparam(name, type_=events.c[name].type)
    for name in ("topic", "kind", "at", "facts", "shopper_id")
}
_next_id = func.coalesce(func.max(events.c.id), 0) + 1
# Numbered by the statement itself: of two that write to a topic at once, the second fails on the
# key and runs again. No event commits behind one that a subscriber has read.
_append = prepare(
    insert(events).from_select(
        [*_values, "id"],
        select(*_values.values(), _next_id).where(
            of_owner(events), events.c.topic == _values["topic"]
        ),
    )
)
_after = prepare_models(
    Event,
    select(*(events.c[name] for name in Event.__match_args__))
    .where(
        of_owner(events), events.c.topic == bindparam("topic"), events.c.id > bindparam("cursor")
    )
    .order_by(events.c.id)
    .limit(bindparam("limit", type_=Integer)),
)
_last = prepare(
    select(events.c.topic, func.max(events.c.id).label("last"))
    .where(among(events.c.shopper_id, "shopper_ids"), among(events.c.topic, "topics"))
    .group_by(events.c.topic)
)
_cursor = prepare(
    select(events.c.id).where(
        of_owner(events), events.c.topic == bindparam("topic"), events.c.id == bindparam("cursor")
    )
)
_last_moment = prepare(select(func.max(events.c.at)))


async def append(tx: Tx, shopper_id: str, topic: str, kind: str, facts: Mapping[str, Any]) -> None:
    row = {
        "shopper_id": shopper_id,
        "topic": topic,
        "kind": kind,
        "at": tx.now,
        "facts": dict(facts),
    }
    tx.add_later(_append, row)
    tx.topics.add(topic)


async def read_after(
    connection: Connection, shopper_id: str, topic: str, cursor: int, limit: int = PAGE
) -> list[Event]:
    """A page, in order."""
    values = {"shopper_id": shopper_id, "topic": topic, "cursor": cursor, "limit": limit}
    return (await connection.execute(_after, values)).all()


async def last_ids(
    connection: Connection, shopper_ids: Sequence[str], topics: Sequence[str]
) -> dict[str, int]:
    """Of topics of these shoppers."""
    values = {"shopper_ids": shopper_ids, "topics": topics}
    return dict((await connection.execute(_last, values)).all())


async def is_cursor(connection: Connection, shopper_id: str, topic: str, cursor: int) -> bool:
    values = {"shopper_id": shopper_id, "topic": topic, "cursor": cursor}
    result = await connection.execute(_cursor, values)
    return result.first() is not None


async def last_moment(connection: Connection) -> datetime | None:
    """Of the newest event of all, which takes a look at each."""
    moment: datetime | None = (await connection.execute(_last_moment)).scalar()
    return moment


@dataclass(frozen=True, slots=True)
class EventSource:
    """Events of a shopper's `topic` after the cursor, as the values that `to_value` makes of
    them."""

    shopper_id: str
    topic: str
    after: int
    to_value: Callable[[Event], Any]

    def __aiter__(self) -> AsyncIterator[Any]:
        """graphql-core checks that a source has it, and never calls it: channels read the log."""
        raise TypeError("an EventSource is read by a channel")
