"""When a photo's upload failed, and when the photo was removed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("failed_at", "removed_at"):
        op.add_column("photos", sa.Column(name, sa.String(32), nullable=True))
