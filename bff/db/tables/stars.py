"""Star levels."""

from sqlalchemy import JSON, CheckConstraint, Column, Integer, String, Table

from bff.db.tables.base import metadata, moment, to

star_changes = Table(
    "star_changes",
    metadata,
    to("shoppers", "shopper_id", primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("level", Integer, nullable=False),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Column("previous", Integer),
    moment("at"),
    Column("cause", String(40), nullable=False),
    Column("factors", JSON, nullable=False),
    sqlite_with_rowid=False,
)
