"""Returns with their pickups, and the money that goes back."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    false,
)

from bff.db.tables.base import (
    ShortText,
    identifier,
    index_where,
    metadata,
    minor,
    moment,
    owner,
    quantity,
    to,
)
from bff.db.tables.shards import OF_AREA, OF_SHOPPER

returns = Table(
    "returns",
    metadata,
    identifier(),
    to("shoppers", "shopper_id"),
    Column("order_line_id", ShortText(80), nullable=False, index=True),
    to("merchants", "merchant_id"),
    Column("kind", ShortText(40), nullable=False),
    Column("status", ShortText(40), nullable=False, index=True),
    Column("express", Boolean, nullable=False),
    Column("advance_at_waybill", Boolean, nullable=False),
    *quantity(),
    Column("policy_version", ShortText(64), ForeignKey("policies.version"), nullable=False),
    Column("star_level", Integer, nullable=False),
    to("addresses", "return_address_id", nullable=True),
    moment("opened_at"),
    moment("approved_at", nullable=True),
    moment("shipped_at", nullable=True),
    moment("ended_at", nullable=True),
    Column("courier_company", ShortText(32)),
    Column("waybill_number", ShortText(64)),
    Column("waybill_by", ShortText(16)),
    moment("waybill_at", nullable=True),
    Column("checks", JSON, nullable=False, server_default="[]"),
    Column("close_reason", ShortText(24)),
    moment("refused_at", nullable=True),
    Column("refused_because", ShortText(24)),
    Column("refusal_note", Text),
    Column("refusal_photos", JSON, nullable=False, server_default="[]"),
    moment("disputed_at", nullable=True),
    moment("goods_received_at", nullable=True),
    moment("ship_back_from", nullable=True),
    moment("visits_escalated_at", nullable=True),
    Column("visits_outcome", ShortText(24)),
    # Of the pickup that brings it back, now or last; several returns may share one.
    Column("pickup_id", ShortText(80)),
    Column("freight_payer", ShortText(16)),
    Column("deductions", JSON, nullable=False, server_default="[]"),
    Index(None, "shopper_id", "opened_at", "id"),
    info=OF_SHOPPER,
)
index_where(returns.c.pickup_id.is_not(None), returns.c.pickup_id)
has_waybill = returns.c.waybill_number.is_not(None)
index_where(has_waybill, returns.c.waybill_number)

refunds = Table(
    "refunds",
    metadata,
    identifier(),
    owner(),
    to("returns", "return_id", unique=True),
    *minor("amount_minor"),
    Column("currency", ShortText(3), nullable=False),
    Column("advance", ShortText(40), nullable=False),
    *minor("deducted_minor", server_default="0"),
    moment("refunded_at", nullable=True),
    moment("settled_at", nullable=True),
    moment("repaid_at", nullable=True),
    moment("retry_at", nullable=True),
    *minor("surplus_minor", server_default="0"),
    *minor("overpaid_minor", server_default="0"),
    Column("repaying", Boolean, nullable=False, server_default=false()),
    moment("owed_since", nullable=True),
    info=OF_SHOPPER,
)
index_where(refunds.c.owed_since.is_not(None), refunds.c.owed_since)

pickups = Table(
    "pickups",
    metadata,
    identifier(),
    owner(),
    to("returns", "return_id", index=True),
    to("addresses", "address_id"),
    Column("status", ShortText(40), nullable=False),
    Column("courier_company", ShortText(32), nullable=False),
    Column("area", ShortText(80), nullable=False),
    Column("slot_key", ShortText(40), nullable=False),
    Column("slot_kind", ShortText(40), nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    *minor("fee_minor"),
    *minor("shopper_pays_minor"),
    Column("currency", ShortText(3), nullable=False),
    Column("payer", ShortText(16), nullable=False),
    Column("fee_status", ShortText(24), nullable=False),
    moment("booked_at"),
    moment("requested_at", nullable=True),
    moment("accepted_at", nullable=True),
    moment("collected_at", nullable=True),
    Column("weight_grams", Integer),
    moment("fee_final_at", nullable=True),
    moment("fee_due_by", nullable=True),
    moment("fee_paid_at", nullable=True),
    Column("fee_paying", Boolean, nullable=False, server_default=false()),
    Column("held_waybill", ShortText(64)),
    Column("cancel_reason", ShortText(24)),
    Column("visit_failure", ShortText(24)),
    Column("courier_name", ShortText(80)),
    Column("courier_phone", ShortText(32)),
    Column("pickup_code", ShortText(32)),
    Column("merchant_agreed", Boolean, nullable=False, server_default=false()),
    info=OF_SHOPPER,
)
is_open = pickups.c.status != "CANCELLED"
index_where(is_open, pickups.c.return_id, name="uq_pickups_open", unique=True)

index_where(pickups.c.held_waybill.is_not(None), pickups.c.held_waybill)

for waited_for in (refunds.c.retry_at, pickups.c.fee_due_by):
    index_where(waited_for.is_not(None), waited_for)

past_offers = Table(
    "past_offers",
    metadata,
    to("pickups", "pickup_id", primary_key=True),
    owner(),
    Column("courier_company", ShortText(32), primary_key=True),
    moment("requested_at", primary_key=True),
    moment("ends_at"),
    moment("accepted_at", nullable=True),
    moment("ended_at"),
    Column("end", ShortText(24), nullable=False),
    Column("visit_failure", ShortText(24)),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)

# Of a line of a credit note, the pieces that came back in a return made here: they count once.
credited_returns = Table(
    "credited_returns",
    metadata,
    Column("number", ShortText(64), primary_key=True),
    owner(),
    Column("sku", ShortText(64), primary_key=True),
    Column("entry", Integer, primary_key=True),
    to("returns", "return_id", primary_key=True, index=True),
    *quantity(),
    *minor("refunded_minor"),
    ForeignKeyConstraint(
        ["number", "sku", "entry"],
        ["credit_notes.number", "credit_notes.sku", "credit_notes.entry"],
    ),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)

slots = Table(
    "slots",
    metadata,
    Column("area", ShortText(80), primary_key=True),
    Column("key", ShortText(40), primary_key=True),
    Column("capacity", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    CheckConstraint("remaining BETWEEN 0 AND capacity", name="remaining"),
    info=OF_AREA,
    sqlite_with_rowid=False,
)

missed_deadlines = Table(
    "missed_deadlines",
    metadata,
    to("returns", "return_id", primary_key=True),
    owner(),
    Column("what", ShortText(24), primary_key=True),
    moment("due_at", primary_key=True),
    moment("missed_at"),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)
