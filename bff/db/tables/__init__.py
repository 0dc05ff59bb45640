"""All the tables: whoever imports one has them all, as keys refer across files."""

from bff.db.tables.base import Moment, metadata
from bff.db.tables.buying import (
    addresses,
    credit_notes,
    merchants,
    order_lines,
    orders,
    policies,
    shoppers,
)
from bff.db.tables.returning import ledger_entries, pickups, refunds, returns, slots
from bff.db.tables.stars import star_changes
from bff.db.tables.work import events, idempotency, outbox, timers

__all__ = [
    "Moment",
    "addresses",
    "credit_notes",
    "events",
    "idempotency",
    "ledger_entries",
    "merchants",
    "metadata",
    "order_lines",
    "orders",
    "outbox",
    "pickups",
    "policies",
    "refunds",
    "returns",
    "shoppers",
    "slots",
    "star_changes",
    "timers",
]
