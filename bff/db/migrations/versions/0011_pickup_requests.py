"""When a courier company was requested, under its own word."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE pickups RENAME COLUMN asked_at TO requested_at")
