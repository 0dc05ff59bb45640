"""What metrics count is found by an index: dead calls, payments by their state, new entries."""

from bff.db.migrations.online import add_index

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index("ix_outbox_dead_at", "outbox", ["dead_at"], where="dead_at IS NOT NULL")
    add_index("ix_payments_status_ended_at", "payments", ["status", "ended_at"])
    add_index("ix_ledger_entries_at", "ledger_entries", ["at"])
