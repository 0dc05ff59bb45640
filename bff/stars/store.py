from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import star_changes
from bff.stars.model import FactorScore, StarChange, StarChangeCause, Stars


async def stars_by_shopper(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Stars]:
    statement = (
        select(star_changes)
        .where(star_changes.c.shopper_id.in_(keys))
        .order_by(star_changes.c.seq.desc())
    )
    found: dict[str, list[StarChange]] = {key: [] for key in keys}
    for row in (await connection.execute(statement)).mappings():
        found[row["shopper_id"]].append(_change(row))
    return {key: Stars(key, tuple(changes)) for key, changes in found.items()}


def _change(row: RowMapping) -> StarChange:
    factors = tuple(FactorScore(**factor) for factor in row["factors"])
    return StarChange(**{**row, "cause": StarChangeCause(row["cause"]), "factors": factors})


async def add_change(tx: Tx, change: StarChange) -> None:
    row = {
        "shopper_id": change.shopper_id,
        "seq": change.seq,
        "level": change.level,
        "previous": change.previous,
        "at": change.at,
        "cause": change.cause.value,
        "factors": [asdict(factor) for factor in change.factors],
    }
    await tx.execute(insert(star_changes), row)
