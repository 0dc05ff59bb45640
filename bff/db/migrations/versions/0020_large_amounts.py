"""Amounts have 64 bits. All integers of SQLite have: nothing changes there."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    inspector = sa.inspect(connection)
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            if column["name"].endswith("_minor"):
                op.alter_column(table, column["name"], type_=sa.BigInteger())
