"""Money on its way through the gateway, and where it went."""

from sqlalchemy import Column, Index, Table, and_

from bff.db.tables.base import (
    LONG,
    ShortText,
    identifier,
    index_where,
    metadata,
    minor,
    moment,
    owner,
)
from bff.db.tables.shards import OF_SHOPPER

payments = Table(
    "payments",
    metadata,
    identifier(),
    owner(),
    Column("kind", ShortText(24), nullable=False),
    Column("return_id", ShortText(80), nullable=False, server_default="", index=True),
    Column("subject_id", ShortText(80), nullable=False),
    Column("payer", ShortText(100), nullable=False),
    Column("payee", ShortText(100), nullable=False),
    *minor("amount_minor"),
    Column("currency", ShortText(3), nullable=False),
    Column("status", ShortText(16), nullable=False),
    moment("requested_at"),
    moment("ended_at", nullable=True),
    Column("reference", ShortText(128)),
    Column("failure", ShortText(200)),
    Column("duplicate_of", ShortText(80)),
    Index(None, "status", "ended_at"),
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
    Column("subject_id", ShortText(80), primary_key=True),
    owner(),
    Column("posting", ShortText(24), primary_key=True),
    Column("account", ShortText(100), primary_key=True),
    Column("amount_minor", LONG, nullable=False),
    Column("currency", ShortText(3), nullable=False),
    moment("at", index=True),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)
