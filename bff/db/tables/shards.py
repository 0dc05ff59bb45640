"""Where a distributed database puts the rows of each table: the table's `info` says it."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Table


class Shard(StrEnum):
    """SHOPPER: with the shopper whose they are. AREA: with the area. REFERENCE: on every machine,
    as few of them change. PROGRAM: the program's own, which no shopper's operation touches.
    """

    SHOPPER = "SHOPPER"
    AREA = "AREA"
    REFERENCE = "REFERENCE"
    PROGRAM = "PROGRAM"


def placed_by(shard: Shard, key: str | None = None) -> dict[str, Any]:
    """A table's `info`; `key`: its column that names the shopper or the area."""
    return {"shard": shard, "key": key}


OF_SHOPPER = placed_by(Shard.SHOPPER, "shopper_id")
OF_AREA = placed_by(Shard.AREA, "area")
REFERENCE = placed_by(Shard.REFERENCE)
PROGRAM = placed_by(Shard.PROGRAM)


def shard_of(table: Table) -> Shard:
    shard: Shard = table.info["shard"]
    return shard


def shard_key(table: Table) -> Column[Any]:
    """Of a table that has one."""
    return table.c[table.info["key"]]
