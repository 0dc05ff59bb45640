"""The append-only log. An event is written in the transaction of the change that it tells."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Database, Tx
from bff.db.tables import events

PAGE = 100
POLL_S = 5.0


@dataclass(frozen=True, slots=True)
class Event:
    """`id` grows along the topic without being consecutive; it is the subscriber's cursor."""

    id: int
    topic: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]


async def append(tx: Tx, topic: str, kind: str, facts: Mapping[str, Any]) -> None:
    row = {"topic": topic, "kind": kind, "at": tx.now, "facts": dict(facts)}
    await tx.execute(insert(events), row)
    tx.topics.add(topic)


async def read_after(
    connection: AsyncConnection, topic: str, cursor: int, limit: int = PAGE
) -> list[Event]:
    statement = (
        select(events)
        .where(events.c.topic == topic, events.c.id > cursor)
        .order_by(events.c.id)
        .limit(limit)
    )
    rows = await connection.execute(statement)
    return [Event(**row) for row in rows.mappings()]


async def last_ids(connection: AsyncConnection, topics: Sequence[str]) -> dict[str, int]:
    statement = (
        select(events.c.topic, func.max(events.c.id).label("last"))
        .where(events.c.topic.in_(topics))
        .group_by(events.c.topic)
    )
    return {row.topic: row.last for row in await connection.execute(statement)}


async def is_cursor(connection: AsyncConnection, topic: str, cursor: int) -> bool:
    statement = select(events.c.id).where(events.c.topic == topic, events.c.id == cursor)
    return (await connection.execute(statement)).first() is not None


async def last_moment(connection: AsyncConnection) -> datetime | None:
    """Of the newest event of all."""
    statement = select(events.c.at).order_by(events.c.id.desc()).limit(1)
    return (await connection.execute(statement)).scalar()


async def newest_id(connection: AsyncConnection) -> int:
    """Of all events; 0 before the first."""
    return (await connection.execute(select(func.max(events.c.id)))).scalar() or 0


async def news_after(connection: AsyncConnection, cursor: int) -> dict[str, int]:
    """By topic, the newest event's id, where it came after the cursor."""
    statement = (
        select(events.c.topic, func.max(events.c.id).label("last"))
        .where(events.c.id > cursor)
        .group_by(events.c.topic)
    )
    return {row.topic: row.last for row in await connection.execute(statement)}


async def follow(db: Database, topic: str, after: int = 0) -> AsyncGenerator[Event, None]:
    """Every event of `topic` after the cursor, each once and in order, without end.

    The waiter is registered before the log is read, so a commit in between is not
    missed; and the log is read again every few seconds, hint or not.
    """
    cursor = after
    async with db.feed.waiting_for(topic) as waiter:
        while True:
            async with db.read() as connection:
                page = await read_after(connection, topic, cursor)
            for event in page:
                yield event
                cursor = event.id
            if not page:
                await waiter.wait(POLL_S)


@dataclass(frozen=True, slots=True)
class Following:
    """What happens under `topic` after the cursor, shown as what `told` makes of an event.

    Whoever follows alone iterates over it; many who follow the same are better served by one
    who reads the log for all of them.
    """

    db: Database
    topic: str
    after: int
    told: Callable[[Event], Any]

    async def __aiter__(self) -> AsyncIterator[Any]:
        async for event in follow(self.db, self.topic, self.after):
            yield self.told(event)
