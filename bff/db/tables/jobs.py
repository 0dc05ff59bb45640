"""What was done under a key, what happened, what is still to be done, and by whom."""

from sqlalchemy import JSON, Column, Index, Integer, Table, Text, UniqueConstraint

from bff.db.tables.base import LONG, ShortText, index_where, metadata, moment, owner
from bff.db.tables.shards import OF_SHOPPER, PROGRAM

idempotency = Table(
    "idempotency",
    metadata,
    Column("shopper_id", ShortText(80), primary_key=True),
    Column("key", ShortText(128), primary_key=True),
    Column("request_digest", ShortText(64), nullable=False),
    Column("answer", JSON, nullable=False),
    moment("at", index=True),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("topic", ShortText(80), primary_key=True),
    # Along the topic. Nullable on SQLite, where a trigger numbers what the former version writes.
    Column("id", LONG, primary_key=True, autoincrement=False, nullable=True),
    Column("kind", ShortText(40), nullable=False),
    moment("at"),
    Column("facts", JSON, nullable=False),
    owner(),
    info=OF_SHOPPER,
)

timers = Table(
    "timers",
    metadata,
    Column("id", LONG, primary_key=True, autoincrement=True),
    Column("kind", ShortText(40), nullable=False),
    Column("subject_id", ShortText(80), nullable=False),
    moment("due_at", index=True),
    owner(),
    UniqueConstraint("kind", "subject_id"),
    info=OF_SHOPPER,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", LONG, primary_key=True, autoincrement=True),
    Column("message", ShortText(40), nullable=False),
    Column("subject_id", ShortText(80), nullable=False),
    moment("posted_at"),
    moment("due_at"),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    moment("dead_at", nullable=True),
    Column("addressee", ShortText(32)),
    Column("traceparent", ShortText(55)),
    Column("claimed_by", ShortText(80)),
    moment("claimed_until", nullable=True),
    owner(),
    Index(None, "subject_id", "id"),
    info=OF_SHOPPER,
    sqlite_autoincrement=True,
)
message_waits = outbox.c.dead_at.is_(None)
index_where(message_waits, outbox.c.message, outbox.c.due_at)
index_where(outbox.c.dead_at.is_not(None), outbox.c.dead_at)
index_where(outbox.c.claimed_until.is_not(None), outbox.c.claimed_until)

leases = Table(
    "leases",
    metadata,
    Column("name", ShortText(40), primary_key=True),
    Column("holder", ShortText(80), nullable=False),
    moment("until"),
    info=PROGRAM,
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("worker_id", ShortText(80), primary_key=True),
    moment("at"),
    info=PROGRAM,
)

# A row at most: how far a demonstration's clock is ahead of the system's.
demo_clock = Table(
    "demo_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("offset_us", LONG, nullable=False),
    info=PROGRAM,
)

traces = Table(
    "traces",
    metadata,
    Column("subject_id", ShortText(80), primary_key=True),
    Column("traceparent", ShortText(55), nullable=False),
    moment("at"),
    owner(),
    info=OF_SHOPPER,
)
