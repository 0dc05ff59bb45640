"""A call to a partner belongs to the trace that posted it, and so does the partner's answer."""

import sqlalchemy as sa
from alembic import op

from bff.db.tables import Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("traceparent", sa.String(55)))
    op.create_table(
        "traces",
        sa.Column("subject_id", sa.String(80), nullable=False),
        sa.Column("traceparent", sa.String(55), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_traces")),
    )
