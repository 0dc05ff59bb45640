"""Who was erased, and how far the rules of retention have come."""

from sqlalchemy import Column, Integer, Table

from bff.db.tables.base import ShortText, index_where, metadata, moment

# The audit trail: it outlives the shopper, and has no personal data but the shopper's id.
erasures = Table(
    "erasures",
    metadata,
    Column("shopper_id", ShortText(80), primary_key=True),
    moment("requested_at"),
    Column("requested_by", ShortText(80), nullable=False),
    moment("erased_at", nullable=True),
    moment("ended_at", nullable=True),
    # The last return or order whose personal data are gone
    Column("position", ShortText(80), nullable=False, server_default=""),
)
index_where(erasures.c.erased_at.is_not(None), erasures.c.erased_at)

retention_runs = Table(
    "retention_runs",
    metadata,
    Column("rule", ShortText(40), primary_key=True),
    # The last key before which nothing is left to delete
    Column("position", ShortText(80), nullable=False),
    moment("ran_at"),
    Column("deleted", Integer, nullable=False),
    sqlite_with_rowid=False,
)
