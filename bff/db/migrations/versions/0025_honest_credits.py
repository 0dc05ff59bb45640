"""Who was rated by credit lines that match no purchase is rated again, once: they say nothing."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """By the timer of penalties that end: the worker finds it due at its next start."""
    op.execute(
        "INSERT INTO timers (kind, subject_id, due_at) "
        "SELECT 'stars.counts_no_more', shopper_id, '2000-01-01T00:00:00.000000+00:00' "
        "FROM (SELECT DISTINCT shopper_id FROM credit_notes WHERE order_line_id IS NULL) AS rated "
        "WHERE NOT EXISTS (SELECT 1 FROM timers "
        "WHERE kind = 'stars.counts_no_more' AND subject_id = rated.shopper_id) "
        "ORDER BY shopper_id"
    )
