from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from msgspec import to_builtins
from msgspec.json import Decoder
from sqlalchemy import bindparam, delete, func, insert, select, update

from bff.db.connection import Connection
from bff.db.elements import among, of_owner
from bff.db.statements import prepare, prepare_models
from bff.db.tables import behaviours, star_changes
from bff.db.transaction import Tx
from bff.domain.stars.model import GOOD, Behaviour, FactorScore, StarChange, Stars
from bff.domain.stars.scorecard import Conduct, Offence

Factors = tuple[FactorScore, ...]
_factors = Decoder(Factors).decode

_changes = prepare_models(
    StarChange,
    select(star_changes)
    .where(among(star_changes.c.shopper_id, "keys"))
    .order_by(star_changes.c.seq.desc()),
    factors=_factors,
)
_add_change = prepare(insert(star_changes), inputs=[column.name for column in star_changes.columns])
_refresh = prepare(
    update(star_changes).where(
        star_changes.c.shopper_id == bindparam("shopper"), star_changes.c.seq == bindparam("number")
    ),
    inputs=["factors"],
)
_recorded = prepare(
    select(behaviours.c.id).where(
        of_owner(behaviours),
        behaviours.c.return_id == bindparam("return_id"),
        behaviours.c.kind == bindparam("kind"),
    )
)
_add_behaviour = prepare(
    insert(behaviours), inputs=["shopper_id", "return_id", "kind", "at", "seq"]
)
_remove_behaviour = prepare(
    delete(behaviours).where(
        of_owner(behaviours),
        behaviours.c.return_id == bindparam("return_id"),
        behaviours.c.kind == bindparam("kind"),
    )
)
_good_conduct = prepare(
    select(
        behaviours.c.shopper_id,
        func.count().label("known"),
        func.count().filter(behaviours.c.kind == Behaviour.GENUINE_RETURN.value).label("genuine"),
        func.max(behaviours.c.at).label("last_at"),
    )
    .where(among(behaviours.c.shopper_id, "keys"), behaviours.c.kind.in_(sorted(GOOD)))
    .group_by(behaviours.c.shopper_id)
)
_offences = prepare(
    select(behaviours)
    .where(among(behaviours.c.shopper_id, "keys"), behaviours.c.kind.not_in(sorted(GOOD)))
    .order_by(behaviours.c.id)
)


async def stars_by_shopper(connection: Connection, keys: Sequence[str]) -> dict[str, Stars]:
    histories: dict[str, list[StarChange]] = {key: [] for key in keys}
    for change in await connection.execute(_changes, {"keys": keys}):
        histories[change.shopper_id].append(change)
    return {key: Stars(key, tuple(changes)) for key, changes in histories.items()}


async def add_change(tx: Tx, change: StarChange) -> None:
    row = {
        "shopper_id": change.shopper_id,
        "seq": change.seq,
        "level": change.level,
        "previous": change.previous,
        "at": change.at,
        "cause": change.cause.value,
        "return_id": change.return_id,
        "factors": to_builtins(change.factors),
    }
    await tx.execute(_add_change, row)


async def refresh_factors(tx: Tx, change: StarChange, factors: Factors) -> None:
    """More was counted that is worth as many points."""
    here = {"shopper": change.shopper_id, "number": change.seq}
    await tx.execute(_refresh, {**here, "factors": to_builtins(factors)})


async def is_recorded(
    connection: Connection, shopper_id: str, return_id: str, kind: Behaviour
) -> bool:
    facts = {"shopper_id": shopper_id, "return_id": return_id, "kind": kind}
    row = await connection.execute(_recorded, facts)
    return row.first() is not None


async def add_behaviour(tx: Tx, shopper_id: str, return_id: str, kind: Behaviour, seq: int) -> None:
    row = {"shopper_id": shopper_id, "return_id": return_id, "kind": kind.value}
    await tx.execute(_add_behaviour, row | {"at": tx.now, "seq": seq})


async def remove_behaviour(tx: Tx, shopper_id: str, return_id: str, kind: Behaviour) -> None:
    facts = {"shopper_id": shopper_id, "return_id": return_id, "kind": kind}
    await tx.execute(_remove_behaviour, facts)


async def conduct_by_shopper(connection: Connection, keys: Sequence[str]) -> dict[str, Conduct]:
    """What was good is counted by the database: there may be thousands."""
    conduct = {key: Conduct() for key in keys}
    for row in await connection.execute(_good_conduct, {"keys": keys}):
        kept = row.known - row.genuine
        conduct[row.shopper_id] = Conduct(row.genuine, kept, row.last_at)
    offences: dict[str, list[Offence]] = defaultdict(list)
    for row in await connection.execute(_offences, {"keys": keys}):
        offence = Offence(Behaviour(row.kind), row.at, row.seq)
        offences[row.shopper_id].append(offence)
    return {key: replace(each, offences=tuple(offences[key])) for key, each in conduct.items()}
