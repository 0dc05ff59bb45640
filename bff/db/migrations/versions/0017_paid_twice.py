"""Payments that turn out to be the second for their purpose, and what is owed for them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ALIVE = "status != 'FAILED' AND duplicate_of IS NULL"


def upgrade() -> None:
    _add_to_payments()
    _add_to_refunds()


def _add_to_payments() -> None:
    op.add_column(
        "payments", sa.Column("return_id", sa.String(80), nullable=False, server_default="")
    )
    op.add_column("payments", sa.Column("duplicate_of", sa.String(80)))
    op.execute(
        "UPDATE payments SET return_id = coalesce("
        "(SELECT return_id FROM refunds WHERE refunds.id = subject_id), "
        "(SELECT return_id FROM pickups WHERE pickups.id = subject_id), '')"
    )
    op.create_index("ix_payments_return_id", "payments", ["return_id"])
    known = "duplicate_of IS NOT NULL"
    _index("ix_payments_duplicate_of", ["duplicate_of"], known, unique=False)
    op.drop_index("uq_payments_live", "payments")
    _index("uq_payments_live", ["kind", "subject_id"], ALIVE)
    refunding = f"kind IN ('ADVANCE', 'MERCHANT_REFUND') AND {ALIVE}"
    _index("uq_payments_refunding", ["subject_id"], refunding)


def _index(name: str, columns: list[str], where: str, *, unique: bool = True) -> None:
    op.create_index(
        name,
        "payments",
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _add_to_refunds() -> None:
    with op.batch_alter_table("refunds") as table:
        for name in ("surplus_minor", "overpaid_minor"):
            table.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
            table.create_check_constraint(op.f(f"ck_refunds_{name}"), f"{name} >= 0")
        flag = sa.Column("repaying", sa.Boolean, nullable=False, server_default=sa.false())
        table.add_column(flag)
        table.add_column(sa.Column("owed_since", sa.String(32)))
    op.execute(
        "UPDATE refunds SET owed_since = (SELECT ended_at FROM returns WHERE id = return_id)"
        " WHERE advance = 'CLAWED_BACK' AND repaid_at IS NULL"
    )
    op.create_index(
        "ix_refunds_owed_since",
        "refunds",
        ["owed_since"],
        sqlite_where=sa.text("owed_since IS NOT NULL"),
        postgresql_where=sa.text("owed_since IS NOT NULL"),
    )
    op.execute(
        "UPDATE refunds SET repaying = (1 = 1) WHERE id IN (SELECT subject_id FROM payments"
        " WHERE kind = 'REPAYMENT' AND status = 'REQUESTED')"
    )
