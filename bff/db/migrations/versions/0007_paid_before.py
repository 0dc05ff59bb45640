"""What went back to shoppers before there were payments was paid too: each has one now."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = "id, kind, subject_id, payer, payee, amount_minor, currency, status"


def upgrade() -> None:
    _refunds()
    _fees()


def _refunds() -> None:
    """Their ids and those of payments differ in the prefix alone."""
    op.execute(
        f"INSERT INTO payments ({COLUMNS}, requested_at, ended_at) "  # noqa: S608
        "SELECT 'pay_' || substr(refunds.id, 5), "
        "CASE advance WHEN 'NONE' THEN 'MERCHANT_REFUND' ELSE 'ADVANCE' END, refunds.id, "
        "CASE advance WHEN 'NONE' THEN 'merchant:' || merchant_id ELSE 'platform:advances' END, "
        "'shopper:' || shopper_id, amount_minor, currency, 'SUCCEEDED', refunded_at, refunded_at "
        "FROM refunds JOIN returns ON returns.id = refunds.return_id "
        "WHERE refunded_at IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.subject_id = refunds.id)"
    )


def _fees() -> None:
    """Only one that the shopper had to pay was paid at the door."""
    op.execute("UPDATE pickups SET fee_paid_at = NULL WHERE fee_status != 'PAID'")
