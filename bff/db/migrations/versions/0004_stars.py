"""Stars that float: what happened to returns, and which return moved a level."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.String(length=32)


def upgrade() -> None:
    _star_changes()
    _behaviours()


def _star_changes() -> None:
    op.rename_table("star_changes", "old_changes")
    if op.get_bind().dialect.name == "postgresql":  # where a key has a name of its own
        op.drop_constraint("pk_star_changes", "old_changes")
    op.create_table(
        "star_changes",
        sa.Column("shopper_id", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("return_id", sa.String(length=80), nullable=True),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_star_changes_level")),
        sa.ForeignKeyConstraint(
            ["shopper_id"], ["shoppers.id"], name=op.f("fk_star_changes_shopper_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["returns.id"], name=op.f("fk_star_changes_return_id")
        ),
        sa.PrimaryKeyConstraint("shopper_id", "seq", name=op.f("pk_star_changes")),
        sqlite_with_rowid=False,
    )
    columns = "shopper_id, seq, level, previous, at, cause, factors"
    op.execute(
        f"INSERT INTO star_changes ({columns}) SELECT {columns} FROM old_changes"  # noqa: S608
    )
    op.drop_table("old_changes")


def _behaviours() -> None:
    op.create_table(
        "behaviours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shopper_id", sa.String(length=80), nullable=False),
        sa.Column("return_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shopper_id"], ["shoppers.id"], name=op.f("fk_behaviours_shopper_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["returns.id"], name=op.f("fk_behaviours_return_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behaviours")),
        sa.UniqueConstraint("return_id", "kind", name=op.f("uq_behaviours_return_id_kind")),
    )
    op.create_index("ix_behaviours_shopper_id_kind_at", "behaviours", ["shopper_id", "kind", "at"])
