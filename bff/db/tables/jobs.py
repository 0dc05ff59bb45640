"""What was done under a key, what happened, and what is still to be done."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, UniqueConstraint

from bff.db.tables.base import MINOR, OF_SHOPPER, PROGRAM, index_where, metadata, moment

idempotency = Table(
    "idempotency",
    metadata,
    Column("shopper_id", String(80), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("answer", JSON, nullable=False),
    moment("at", index=True),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("topic", String(80), primary_key=True),
    # Along the topic. Nullable on SQLite, where a trigger numbers what the former version writes.
    Column("id", MINOR, primary_key=True, autoincrement=False, nullable=True),
    Column("kind", String(40), nullable=False),
    moment("at"),
    Column("facts", JSON, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("subject_id", String(80), nullable=False),
    moment("due_at", index=True),
    UniqueConstraint("kind", "subject_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message", String(40), nullable=False),
    Column("subject_id", String(80), nullable=False),
    moment("posted_at"),
    moment("due_at"),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    moment("dead_at", nullable=True),
    Column("addressee", String(32)),
    Index(None, "subject_id", "id"),
    sqlite_autoincrement=True,
)
message_waits = outbox.c.dead_at.is_(None)
index_where(message_waits, outbox.c.message, outbox.c.due_at)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("worker_id", String(80), primary_key=True),
    moment("at"),
    info=PROGRAM,
)
