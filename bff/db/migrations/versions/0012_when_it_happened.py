"""When each event from outside happened; of those that came before, when they came."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("happened_at", sa.String(32), nullable=True)
    op.add_column("webhook_events", column)
    op.execute("UPDATE webhook_events SET happened_at = received_at")
    with op.batch_alter_table("webhook_events") as table:
        table.alter_column("happened_at", nullable=False)
