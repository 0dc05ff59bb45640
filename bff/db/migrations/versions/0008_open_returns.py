"""Open returns are found without looking at those that have ended."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_returns_status"), "returns", ["status"])
    _only_set("refunds", "retry_at")
    _only_set("pickups", "fee_due_by")


def _only_set(table: str, column: str) -> None:
    is_set = sa.text(f"{column} IS NOT NULL")
    op.create_index(
        op.f(f"ix_{table}_{column}"),
        table,
        [column],
        sqlite_where=is_set,
        postgresql_where=is_set,
    )
