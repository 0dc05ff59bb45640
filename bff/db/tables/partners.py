"""Events that partners have sent."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint, and_

from bff.db.tables.base import index_where, metadata, moment

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("partner", String(16), nullable=False),
    Column("event_id", String(128), nullable=False),
    Column("type", String(40), nullable=False),
    Column("subject_id", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("code", String(40)),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("data", Text, nullable=False),
    moment("happened_at"),
    moment("received_at"),
    moment("ended_at", nullable=True),
    moment("dismissed_at", nullable=True),
    UniqueConstraint("partner", "event_id"),
    Index(None, "subject_id", "status"),
)
# What is done has no code
report_is_open = and_(webhook_events.c.code.is_not(None), webhook_events.c.dismissed_at.is_(None))
index_where(report_is_open, webhook_events.c.code, webhook_events.c.received_at)
