"""Events that partners have sent."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, and_

from bff.db.tables.base import LONG, ShortText, index_where, metadata, moment, owner
from bff.db.tables.shards import OF_SHOPPER

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("id", LONG, primary_key=True, autoincrement=True),
    Column("partner", ShortText(16), nullable=False),
    Column("event_id", ShortText(128), nullable=False),
    Column("type", ShortText(40), nullable=False),
    Column("subject_id", ShortText(80), nullable=False),
    Column("digest", ShortText(64), nullable=False),
    Column("status", ShortText(16), nullable=False),
    Column("code", ShortText(40)),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("data", Text, nullable=False),
    moment("happened_at"),
    moment("received_at"),
    moment("ended_at", nullable=True),
    moment("dismissed_at", nullable=True),
    owner(),
    UniqueConstraint("partner", "event_id"),
    Index(None, "subject_id", "status"),
    info=OF_SHOPPER,
)
# What is done has no code
report_is_open = and_(webhook_events.c.code.is_not(None), webhook_events.c.dismissed_at.is_(None))
index_where(report_is_open, webhook_events.c.code, webhook_events.c.received_at)
