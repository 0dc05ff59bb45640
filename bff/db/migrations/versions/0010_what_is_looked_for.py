"""Letters are found by their message, in the order in which they are due; returns by their
waybill, once they have one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_outbox_dead_at_due_at"), "outbox")
    _add("outbox", ["message", "due_at"], "dead_at IS NULL")
    op.drop_index(op.f("ix_returns_courier_company_waybill_number"), "returns")
    _add("returns", ["courier_company", "waybill_number"], "waybill_number IS NOT NULL")


def _add(table: str, columns: list[str], where: str) -> None:
    op.create_index(
        op.f(f"ix_{table}_{'_'.join(columns)}"),
        table,
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
