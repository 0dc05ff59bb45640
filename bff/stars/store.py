from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import behaviours, star_changes
from bff.stars.model import GOOD, Behaviour, FactorScore, StarChange, StarChangeCause, Stars
from bff.stars.scorecard import Conduct, Offence

Factors = tuple[FactorScore, ...]


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
    factors = tuple(_factor(**factor) for factor in row["factors"])
    return StarChange(**{**row, "cause": StarChangeCause(row["cause"]), "factors": factors})


def _factor(code: str, value: int, points: int, until: str | None = None) -> FactorScore:
    return FactorScore(code, value, points, datetime.fromisoformat(until) if until else None)


def _stored(factors: Factors) -> list[dict[str, Any]]:
    """Without what is None."""
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(factor).items()
            if value is not None
        }
        for factor in factors
    ]


async def add_change(tx: Tx, change: StarChange) -> None:
    row = {
        "shopper_id": change.shopper_id,
        "seq": change.seq,
        "level": change.level,
        "previous": change.previous,
        "at": change.at,
        "cause": change.cause.value,
        "return_id": change.return_id,
        "factors": _stored(change.factors),
    }
    await tx.execute(insert(star_changes), row)


async def refresh_factors(tx: Tx, change: StarChange, factors: Factors) -> None:
    """More was counted that is worth as many points."""
    here = (
        star_changes.c.shopper_id == change.shopper_id,
        star_changes.c.seq == change.seq,
    )
    await tx.execute(update(star_changes).where(*here).values(factors=_stored(factors)))


async def is_recorded(connection: AsyncConnection, return_id: str, kind: Behaviour) -> bool:
    here = (behaviours.c.return_id == return_id, behaviours.c.kind == kind.value)
    return (await connection.execute(select(behaviours.c.id).where(*here))).first() is not None


async def add_behaviour(tx: Tx, shopper_id: str, return_id: str, kind: Behaviour, seq: int) -> None:
    row = {"shopper_id": shopper_id, "return_id": return_id, "kind": kind.value}
    await tx.execute(insert(behaviours), row | {"at": tx.now, "seq": seq})


async def conduct_by_shopper(
    connection: AsyncConnection, keys: Sequence[str]
) -> dict[str, Conduct]:
    """What was good is counted by the database: there may be thousands."""
    found: dict[str, dict[str, Any]] = {key: {} for key in keys}
    for row in await connection.execute(_good(keys)):
        found[row.shopper_id] = {
            "genuine": row.genuine,
            "kept": row.known - row.genuine,
            "last_at": row.last_at,
        }
    for row in await connection.execute(_bad(keys)):
        offence = Offence(Behaviour(row.kind), row.at, row.seq)
        found[row.shopper_id].setdefault("offences", []).append(offence)
    return {key: _conduct(**facts) for key, facts in found.items()}


def _conduct(offences: Sequence[Offence] = (), **good: Any) -> Conduct:
    return Conduct(offences=tuple(offences), **good)


def _good(keys: Sequence[str]) -> Select[Any]:
    genuine = behaviours.c.kind == Behaviour.GENUINE_RETURN.value
    return (
        select(
            behaviours.c.shopper_id,
            func.count().label("known"),
            func.count().filter(genuine).label("genuine"),
            func.max(behaviours.c.at).label("last_at"),
        )
        .where(behaviours.c.shopper_id.in_(keys), behaviours.c.kind.in_(GOOD))
        .group_by(behaviours.c.shopper_id)
    )


def _bad(keys: Sequence[str]) -> Select[Any]:
    return (
        select(behaviours)
        .where(behaviours.c.shopper_id.in_(keys), behaviours.c.kind.not_in(GOOD))
        .order_by(behaviours.c.id)
    )
