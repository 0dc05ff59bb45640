"""Who buys what from whom, on which terms."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    false,
)

from bff.db.tables.base import (
    LONG,
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
from bff.db.tables.shards import OF_SHOPPER, REFERENCE, Shard, placed_by

policies = Table(
    "policies",
    metadata,
    Column("version", ShortText(64), primary_key=True),
    moment("in_force_from"),
    Column("document", JSON, nullable=False),
    info=REFERENCE,
)

shoppers = Table(
    "shoppers",
    metadata,
    identifier(),
    Column("nickname", ShortText(80), nullable=False),
    moment("erased_at", nullable=True),
    info=placed_by(Shard.SHOPPER, "id"),
)

# The owner is a shopper, a merchant or the platform: each address lies with its owner.
addresses = Table(
    "addresses",
    metadata,
    identifier(),
    Column("owner_id", ShortText(80), nullable=False, index=True),
    Column("recipient", ShortText(80), nullable=False),
    Column("phone", ShortText(32), nullable=False),
    Column("region", ShortText(80), nullable=False),
    Column("street", ShortText(200), nullable=False),
    Column("area_code", ShortText(6)),
    Column("is_default", Boolean, nullable=False, server_default=false()),
    moment("removed_at", nullable=True),
    info=placed_by(Shard.SHOPPER, "owner_id"),
)
index_where(addresses.c.is_default, addresses.c.owner_id, name="uq_addresses_default", unique=True)

merchants = Table(
    "merchants",
    metadata,
    identifier(),
    Column("number", ShortText(64), nullable=False, unique=True),
    Column("name", ShortText(80), nullable=False),
    Column("covers_pickup", Boolean, nullable=False),
    to("addresses", "return_address_id", nullable=True),
    info=REFERENCE,
)

orders = Table(
    "orders",
    metadata,
    identifier(),
    Column("number", ShortText(64), nullable=False, unique=True),
    to("shoppers", "shopper_id"),
    to("merchants", "merchant_id"),
    Column("currency", ShortText(3), nullable=False),
    Column("policy_version", ShortText(64), ForeignKey("policies.version"), nullable=False),
    moment("paid_at"),
    moment("shipped_at", nullable=True),
    moment("received_at", nullable=True),
    Column("ship_to_address_id", ShortText(80)),
    # Of all its returns, and not settled yet: kept here, or each screen would sum it up.
    Column("advanced_minor", LONG, nullable=False, server_default="0"),
    # All of it, before it was shipped
    moment("refunded_at", nullable=True),
    Index(None, "shopper_id", "paid_at", "id"),
    info=OF_SHOPPER,
)

index_where(orders.c.refunded_at.is_not(None), orders.c.refunded_at)

order_lines = Table(
    "order_lines",
    metadata,
    to("orders", "order_id", primary_key=True),
    owner(),
    Column("line_no", Integer, primary_key=True),
    Column("sku", ShortText(64), nullable=False),
    Column("title", ShortText(200), nullable=False),
    Column("category", ShortText(64), nullable=False),
    *quantity(),
    *minor("unit_price_minor"),
    *minor("paid_minor"),
    Column("freight_insured", Boolean, nullable=False),
    Column("no_return_confirmed", Boolean, nullable=False),
    # The order's, and what returns and credit notes hold: read together nearly always.
    Column("currency", ShortText(3), nullable=False, server_default=""),
    Column("held_quantity", Integer, nullable=False, server_default="0"),
    Column("held_minor", LONG, nullable=False, server_default="0"),
    CheckConstraint("held_quantity BETWEEN 0 AND quantity", name="held_quantity"),
    CheckConstraint("held_minor >= 0", name="held_minor"),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)

credit_notes = Table(
    "credit_notes",
    metadata,
    Column("number", ShortText(64), primary_key=True),
    Column("sku", ShortText(64), primary_key=True),
    Column("entry", Integer, primary_key=True),
    to("shoppers", "shopper_id"),
    Column("order_line_id", ShortText(80), index=True),
    *quantity(),
    *minor("refunded_minor"),
    Column("currency", ShortText(3), nullable=False),
    moment("returned_at"),
    Index(None, "shopper_id"),
    info=OF_SHOPPER,
)
