"""The append-only log. An event is written in the transaction of its change."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, insert, select

from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.sqlite import among
from bff.db.statements import prepare, prepare_models
from bff.db.tables import events
from bff.db.transaction import Tx

PAGE = 100
NEWS_PAGE = 1_000
POLL_S = 5.0


@dataclass(frozen=True, slots=True)
class Event:
    """`id` grows along the topic without being consecutive; it is the subscriber's cursor."""

    id: int
    topic: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]


_append = prepare(insert(events), inputs=["topic", "kind", "at", "facts"])
_after = prepare_models(
    Event,
    select(events)
    .where(events.c.topic == bindparam("topic"), events.c.id > bindparam("cursor"))
    .order_by(events.c.id)
    .limit(bindparam("limit", type_=Integer)),
)
_last = prepare(
    select(events.c.topic, func.max(events.c.id).label("last"))
    .where(among(events.c.topic, "topics"))
    .group_by(events.c.topic)
)
_known = prepare(
    select(events.c.id).where(
        events.c.topic == bindparam("topic"), events.c.id == bindparam("cursor")
    )
)
_newest_id = prepare(select(func.max(events.c.id)))
# Grouped here, SQLite would look through the whole log, topic by topic.
_news = prepare(
    select(events.c.topic, events.c.id)
    .where(events.c.id > bindparam("cursor"))
    .order_by(events.c.id)
    .limit(bindparam("limit", type_=Integer))
)
_newest = prepare(select(events.c.at).order_by(events.c.id.desc()).limit(1))


async def append(tx: Tx, topic: str, kind: str, facts: Mapping[str, Any]) -> None:
    row = {"topic": topic, "kind": kind, "at": tx.now, "facts": dict(facts)}
    tx.add_later(_append, row)
    tx.topics.add(topic)


async def read_after(
    connection: Connection, topic: str, cursor: int, limit: int = PAGE
) -> list[Event]:
    values = {"topic": topic, "cursor": cursor, "limit": limit}
    return (await connection.execute(_after, values)).all()


async def last_ids(connection: Connection, topics: Sequence[str]) -> dict[str, int]:
    return dict((await connection.execute(_last, {"topics": topics})).all())


async def is_cursor(connection: Connection, topic: str, cursor: int) -> bool:
    result = await connection.execute(_known, {"topic": topic, "cursor": cursor})
    return result.first() is not None


async def last_moment(connection: Connection) -> datetime | None:
    """Of the newest event of all."""
    moment: datetime | None = (await connection.execute(_newest)).scalar()
    return moment


async def newest_id(connection: Connection) -> int:
    """Of all events; 0 before the first."""
    return (await connection.execute(_newest_id)).scalar() or 0


async def news_after(connection: Connection, cursor: int) -> dict[str, int]:
    """Of the next events after the cursor: by topic, the newest one's id."""
    values = {"cursor": cursor, "limit": NEWS_PAGE}
    return dict((await connection.execute(_news, values)).all())


async def follow(db: Database, topic: str, after: int = 0) -> AsyncGenerator[Event, None]:
    """Every event of `topic` after the cursor, each once and in order, without end.

    The waiter is registered before the log is read, so a commit in between is not
    missed; and the log is read again every few seconds, hint or not.
    """
    cursor = after
    async with db.wakeups.waiting_for(topic) as waiter:
        while True:
            async with db.read() as connection:
                page = await read_after(connection, topic, cursor)
            for event in page:
                yield event
                cursor = event.id
            if not page:
                await waiter.wait(POLL_S)


@dataclass(frozen=True, slots=True)
class EventSource:
    """What happens under `topic` after the cursor, as what `to_value` makes of an event.

    Whoever follows alone iterates over it; many who follow the same are better served by one
    who reads the log for all of them.
    """

    db: Database
    topic: str
    after: int
    to_value: Callable[[Event], Any]

    async def __aiter__(self) -> AsyncIterator[Any]:
        async for event in follow(self.db, self.topic, self.after):
            yield self.to_value(event)
