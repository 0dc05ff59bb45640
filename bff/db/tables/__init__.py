"""All the tables: an import of one loads them all, since foreign keys refer across files."""

from bff.db.tables.base import LONG, Moment, ShortText, metadata
from bff.db.tables.evidence import photos
from bff.db.tables.jobs import (
    demo_clock,
    events,
    heartbeats,
    idempotency,
    leases,
    outbox,
    timers,
    traces,
)
from bff.db.tables.orders import (
    addresses,
    credit_notes,
    merchants,
    order_lines,
    orders,
    policies,
    shoppers,
)
from bff.db.tables.partners import webhook_events
from bff.db.tables.payments import ledger_entries, payments
from bff.db.tables.retention import erasures, retention_runs
from bff.db.tables.returns import (
    credited_returns,
    missed_deadlines,
    past_offers,
    pickups,
    refunds,
    returns,
    slots,
)
from bff.db.tables.stars import behaviours, star_changes

__all__ = [
    "LONG",
    "Moment",
    "ShortText",
    "addresses",
    "behaviours",
    "credit_notes",
    "credited_returns",
    "demo_clock",
    "erasures",
    "events",
    "heartbeats",
    "idempotency",
    "leases",
    "ledger_entries",
    "merchants",
    "metadata",
    "missed_deadlines",
    "order_lines",
    "orders",
    "outbox",
    "past_offers",
    "payments",
    "photos",
    "pickups",
    "policies",
    "refunds",
    "retention_runs",
    "returns",
    "shoppers",
    "slots",
    "star_changes",
    "timers",
    "traces",
    "webhook_events",
]
