"""Who was erased, and how far the rules of retention have come."""

from sqlalchemy import Column, Integer, Table

from bff.db.tables.base import ShortText, index_where, metadata, moment
from bff.db.tables.shards import OF_SHOPPER, PROGRAM

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
    info=OF_SHOPPER,
)
index_where(erasures.c.erased_at.is_not(None), erasures.c.erased_at)

retention_runs = Table(
    "retention_runs",
    metadata,
    Column("rule", ShortText(40), primary_key=True),
    # The key at which it goes on, and the first that had to stay in the run under way
    Column("position", ShortText(80), nullable=False),
    Column("first_kept", ShortText(80)),
    moment("ran_at"),
    Column("deleted", Integer, nullable=False),
    info=PROGRAM,
    sqlite_with_rowid=False,
)
