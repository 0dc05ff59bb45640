"""A return's photos. What they show lies in the object store."""

from sqlalchemy import Column, Index, Integer, Table

from bff.db.tables.base import ShortText, identifier, metadata, moment, owner, to
from bff.db.tables.shards import OF_SHOPPER

photos = Table(
    "photos",
    metadata,
    identifier(),
    owner(),
    to("returns", "return_id", index=True),
    moment("opened_at"),
    moment("expires_at"),
    moment("uploaded_at", nullable=True),
    Column("width", Integer),
    Column("height", Integer),
    Column("digest", ShortText(64)),
    moment("swept_at", nullable=True),
    moment("failed_at", nullable=True),
    moment("removed_at", nullable=True),
    Index(None, "swept_at", "expires_at"),
    info=OF_SHOPPER,
)
