"""A call to a partner belongs to the trace that posted it, and so does the partner's answer."""

import sqlalchemy as sa
from alembic import op

from bff.db.tables import Moment
from bff.db.tables.base import ShortText

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("traceparent", ShortText(55)))
    op.create_table(
        "traces",
        sa.Column("subject_id", ShortText(80), nullable=False),
        sa.Column("traceparent", ShortText(55), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_traces")),
    )
