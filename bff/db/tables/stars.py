"""Star levels, and the behaviour that moves them."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from bff.db.tables.base import LONG, ShortText, metadata, moment, to
from bff.db.tables.shards import OF_SHOPPER

star_changes = Table(
    "star_changes",
    metadata,
    to("shoppers", "shopper_id", primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("level", Integer, nullable=False),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Column("previous", Integer),
    moment("at"),
    Column("cause", ShortText(40), nullable=False),
    to("returns", "return_id", nullable=True),
    Column("factors", JSON, nullable=False),
    info=OF_SHOPPER,
    sqlite_with_rowid=False,
)

behaviours = Table(
    "behaviours",
    metadata,
    Column("id", LONG, primary_key=True),
    to("shoppers", "shopper_id"),
    to("returns", "return_id"),
    Column("kind", ShortText(24), nullable=False),
    moment("at"),
    Column("seq", Integer, nullable=False),
    UniqueConstraint("return_id", "kind"),
    Index(None, "shopper_id", "kind", "at"),
    info=OF_SHOPPER,
)
