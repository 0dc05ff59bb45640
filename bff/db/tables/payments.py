"""Money on its way through the gateway, and where it went."""

from sqlalchemy import Column, String, Table, and_

from bff.db.tables.base import (
    MINOR,
    OF_SHOPPER,
    identifier,
    index_where,
    metadata,
    minor,
    moment,
    owner,
)

payments = Table(
    "payments",
    metadata,
    identifier(),
    owner(),
    Column("kind", String(24), nullable=False),
    Column("return_id", String(80), nullable=False, server_default="", index=True),
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
    Column("duplicate_of", String(80)),
    info=OF_SHOPPER,
)
# One payment at most for a purpose, whatever is retried or raced: only one that has failed, or
# that is known to be the second, makes room. An advance and a merchant's refund have one purpose.
_alive = and_(payments.c.status != "FAILED", payments.c.duplicate_of.is_(None))
index_where(_alive, payments.c.kind, payments.c.subject_id, name="uq_payments_live", unique=True)
index_where(
    and_(payments.c.kind.in_(("ADVANCE", "MERCHANT_REFUND")), _alive),
    payments.c.subject_id,
    name="uq_payments_refunding",
    unique=True,
)
index_where(payments.c.duplicate_of.is_not(None), payments.c.duplicate_of)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("subject_id", String(80), primary_key=True),
    owner(),
    Column("posting", String(24), primary_key=True),
    Column("account", String(100), primary_key=True),
    Column("amount_minor", MINOR, nullable=False),
    Column("currency", String(3), nullable=False),
    moment("at"),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)
