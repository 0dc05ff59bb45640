"""Money on its way through the gateway, and where it went."""

from sqlalchemy import Column, String, Table

from bff.db.tables.base import MINOR, identifier, index_where, metadata, minor, moment

payments = Table(
    "payments",
    metadata,
    identifier(),
    Column("kind", String(24), nullable=False),
    Column("subject_id", String(80), nullable=False),
    Column("payer", String(100), nullable=False),
    Column("payee", String(100), nullable=False),
    *minor("amount_minor"),
    Column("currency", String(3), nullable=False),
    Column("status", String(16), nullable=False),
    moment("requested_at"),
    moment("ended_at", nullable=True),
    Column("reference", String(128)),
    Column("failure", String(200)),
)
# One payment at most for a purpose, whatever is retried or raced: only a failed one makes room.
index_where(
    payments.c.status != "FAILED",
    payments.c.kind,
    payments.c.subject_id,
    name="uq_payments_live",
    unique=True,
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("subject_id", String(80), primary_key=True),
    Column("posting", String(24), primary_key=True),
    Column("account", String(100), primary_key=True),
    Column("amount_minor", MINOR, nullable=False),
    Column("currency", String(3), nullable=False),
    moment("at"),
    sqlite_with_rowid=False,
)
