"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.String(length=80), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
    )
    op.create_index("ix_addresses_owner_id", "addresses", ["owner_id"])

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_topic_id", "events", ["topic", "id"])

    op.create_table(
        "idempotency",
        sa.Column("shopper_id", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("shopper_id", "key", name=op.f("pk_idempotency")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])

    op.create_table(
        "policies",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("in_force_from", sa.String(length=32), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_table(
        "shoppers",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("nickname", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shoppers")),
    )
    op.create_table(
        "slots",
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.CheckConstraint("remaining BETWEEN 0 AND capacity", name=op.f("ck_slots_remaining")),
        sa.PrimaryKeyConstraint("area", "key", name=op.f("pk_slots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_timers_kind_subject_id")),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])

    op.create_table(
        "credit_notes",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("shopper_id", sa.String(length=80), nullable=False),
        sa.Column("order_line_id", sa.String(length=80), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("refunded_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("returned_at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_credit_notes_quantity")),
        sa.CheckConstraint("refunded_minor >= 0", name=op.f("ck_credit_notes_refunded_minor")),
        sa.ForeignKeyConstraint(
            ["shopper_id"], ["shoppers.id"], name=op.f("fk_credit_notes_shopper_id")
        ),
        sa.PrimaryKeyConstraint("number", "sku", "entry", name=op.f("pk_credit_notes")),
    )
    op.create_index("ix_credit_notes_order_line_id", "credit_notes", ["order_line_id"])
    op.create_index("ix_credit_notes_shopper_id", "credit_notes", ["shopper_id"])

    op.create_table(
        "merchants",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("covers_pickup", sa.Boolean(), nullable=False),
        sa.Column("return_address_id", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["return_address_id"], ["addresses.id"], name=op.f("fk_merchants_return_address_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchants")),
        sa.UniqueConstraint("number", name=op.f("uq_merchants_number")),
    )
    op.create_table(
        "star_changes",
        sa.Column("shopper_id", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_star_changes_level")),
        sa.ForeignKeyConstraint(
            ["shopper_id"], ["shoppers.id"], name=op.f("fk_star_changes_shopper_id")
        ),
        sa.PrimaryKeyConstraint("shopper_id", "seq", name=op.f("pk_star_changes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("shopper_id", sa.String(length=80), nullable=False),
        sa.Column("merchant_id", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("policy_version", sa.String(length=64), nullable=False),
        sa.Column("paid_at", sa.String(length=32), nullable=False),
        sa.Column("shipped_at", sa.String(length=32), nullable=True),
        sa.Column("received_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_orders_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policies.version"], name=op.f("fk_orders_policy_version")
        ),
        sa.ForeignKeyConstraint(["shopper_id"], ["shoppers.id"], name=op.f("fk_orders_shopper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    op.create_index("ix_orders_shopper_id_paid_at_id", "orders", ["shopper_id", "paid_at", "id"])

    op.create_table(
        "returns",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("shopper_id", sa.String(length=80), nullable=False),
        sa.Column("order_line_id", sa.String(length=80), nullable=False),
        sa.Column("merchant_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("express", sa.Boolean(), nullable=False),
        sa.Column("advance_at_waybill", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("policy_version", sa.String(length=64), nullable=False),
        sa.Column("star_level", sa.Integer(), nullable=False),
        sa.Column("return_address_id", sa.String(length=80), nullable=True),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("approved_at", sa.String(length=32), nullable=True),
        sa.Column("shipped_at", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("courier_company", sa.String(length=32), nullable=True),
        sa.Column("waybill_number", sa.String(length=64), nullable=True),
        sa.Column("waybill_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_returns_quantity")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_returns_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policies.version"], name=op.f("fk_returns_policy_version")
        ),
        sa.ForeignKeyConstraint(
            ["return_address_id"], ["addresses.id"], name=op.f("fk_returns_return_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["shopper_id"], ["shoppers.id"], name=op.f("fk_returns_shopper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index(
        "ix_returns_courier_company_waybill_number",
        "returns",
        ["courier_company", "waybill_number"],
    )
    op.create_index("ix_returns_order_line_id", "returns", ["order_line_id"])
    op.create_index(
        "ix_returns_shopper_id_opened_at_id", "returns", ["shopper_id", "opened_at", "id"]
    )

    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.Integer(), nullable=False),
        sa.Column("paid_minor", sa.Integer(), nullable=False),
        sa.Column("freight_insured", sa.Boolean(), nullable=False),
        sa.Column("no_return_confirmed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("paid_minor >= 0", name=op.f("ck_order_lines_paid_minor")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.CheckConstraint("unit_price_minor >= 0", name=op.f("ck_order_lines_unit_price_minor")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.PrimaryKeyConstraint("order_id", "line_no", name=op.f("pk_order_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pickups",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("return_id", sa.String(length=80), nullable=False),
        sa.Column("address_id", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("courier_company", sa.String(length=32), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("slot_key", sa.String(length=40), nullable=False),
        sa.Column("slot_kind", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.String(length=32), nullable=False),
        sa.Column("ends_at", sa.String(length=32), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=False),
        sa.Column("shopper_pays_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payer", sa.String(length=16), nullable=False),
        sa.Column("fee_status", sa.String(length=24), nullable=False),
        sa.Column("booked_at", sa.String(length=32), nullable=False),
        sa.Column("accepted_at", sa.String(length=32), nullable=True),
        sa.Column("collected_at", sa.String(length=32), nullable=True),
        sa.CheckConstraint("fee_minor >= 0", name=op.f("ck_pickups_fee_minor")),
        sa.CheckConstraint("shopper_pays_minor >= 0", name=op.f("ck_pickups_shopper_pays_minor")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_pickups_address_id")
        ),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_pickups_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickups")),
    )
    op.create_index("ix_pickups_return_id", "pickups", ["return_id"])
    op.create_index(
        "uq_pickups_open",
        "pickups",
        ["return_id"],
        unique=True,
        sqlite_where=sa.text("status != 'CANCELLED'"),
        postgresql_where=sa.text("status != 'CANCELLED'"),
    )

    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("return_id", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("advance", sa.String(length=40), nullable=False),
        sa.Column("refunded_at", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.String(length=32), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_refunds_amount_minor")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_refunds_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("return_id", name=op.f("uq_refunds_return_id")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("refund_id", sa.String(length=80), nullable=False),
        sa.Column("posting", sa.String(length=24), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_ledger_entries_refund_id")
        ),
        sa.PrimaryKeyConstraint("refund_id", "posting", "account", name=op.f("pk_ledger_entries")),
        sqlite_with_rowid=False,
    )
