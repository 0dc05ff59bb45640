"""The whole life of a return: payments, deadlines, fees, refusals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.String(length=32)


def upgrade() -> None:
    _payments()
    _ledger()
    _missed_deadlines()
    _returns()
    _refunds()
    _pickups()


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("payer", sa.String(length=100), nullable=False),
        sa.Column("payee", sa.String(length=100), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reference", sa.String(length=128), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payments_amount_minor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    live = sa.text("status != 'FAILED'")
    op.create_index(
        "uq_payments_live",
        "payments",
        ["kind", "subject_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def _ledger() -> None:
    """What is posted may be about a refund or a pickup."""
    op.rename_table("ledger_entries", "old_entries")
    if op.get_bind().dialect.name == "postgresql":  # where a key has a name of its own
        op.drop_constraint("pk_ledger_entries", "old_entries")
    op.create_table(
        "ledger_entries",
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("posting", sa.String(length=24), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "posting", "account", name=op.f("pk_ledger_entries")),
        sqlite_with_rowid=False,
    )
    columns = "posting, account, amount_minor, currency, at"
    op.execute(
        f"INSERT INTO ledger_entries (subject_id, {columns}) "  # noqa: S608
        f"SELECT refund_id, {columns} FROM old_entries"
    )
    op.drop_table("old_entries")


def _missed_deadlines() -> None:
    op.create_table(
        "missed_deadlines",
        sa.Column("return_id", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("missed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["return_id"], ["returns.id"], name=op.f("fk_missed_deadlines_return_id")
        ),
        sa.PrimaryKeyConstraint("return_id", "what", "due_at", name=op.f("pk_missed_deadlines")),
        sqlite_with_rowid=False,
    )


def _returns() -> None:
    none = sa.text("'[]'")
    op.add_column("returns", sa.Column("checks", sa.JSON(), server_default=none, nullable=False))
    op.add_column("returns", sa.Column("close_reason", sa.String(length=24)))
    op.add_column("returns", sa.Column("refused_at", MOMENT))
    op.add_column("returns", sa.Column("refused_because", sa.String(length=24)))
    op.add_column("returns", sa.Column("refusal_note", sa.Text()))
    op.add_column(
        "returns", sa.Column("refusal_photos", sa.JSON(), server_default=none, nullable=False)
    )
    op.add_column("returns", sa.Column("disputed_at", MOMENT))
    op.add_column("returns", sa.Column("goods_received_at", MOMENT))
    op.execute("UPDATE returns SET close_reason = 'SHOPPER' WHERE status = 'CLOSED'")


def _refunds() -> None:
    op.add_column("refunds", sa.Column("repaid_at", MOMENT))
    op.add_column("refunds", sa.Column("retry_at", MOMENT))


def _pickups() -> None:
    op.add_column("pickups", sa.Column("asked_at", MOMENT))
    op.add_column("pickups", sa.Column("weight_grams", sa.Integer()))
    op.add_column("pickups", sa.Column("fee_final_at", MOMENT))
    op.add_column("pickups", sa.Column("fee_due_by", MOMENT))
    op.add_column("pickups", sa.Column("fee_paid_at", MOMENT))
    op.add_column(
        "pickups", sa.Column("fee_paying", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("pickups", sa.Column("held_waybill", sa.String(length=64)))
    op.add_column("pickups", sa.Column("cancel_reason", sa.String(length=24)))
    op.add_column("pickups", sa.Column("visit_failure", sa.String(length=24)))
    op.execute("UPDATE pickups SET asked_at = booked_at")
    op.execute("UPDATE pickups SET fee_final_at = collected_at, fee_paid_at = collected_at")
    op.execute("UPDATE pickups SET cancel_reason = 'SHOPPER' WHERE status = 'CANCELLED'")
