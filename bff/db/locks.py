"""Who writes of a shopper does so alone.

Where several writes go on at the same time, each locks the shoppers that it is about before it
reads anything of theirs; what it reads after that stays as it is until it ends. Rows are locked in
one order: shoppers by their id, then places of slots. What waits in a circle all the same is found
by the database, and one of them runs again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from bff.core import ids
from bff.db.elements import among
from bff.db.statements import Prepared, prepare
from bff.db.tables import orders, payments, photos, pickups, returns, shoppers
from bff.db.tables.shards import shard_key
from bff.db.transaction import Tx


def _locked(condition: ColumnElement[bool], *, wait: bool) -> Prepared[Any]:
    """A row that refers to the shopper can be added meanwhile: that takes no part in this."""
    found = select(shoppers.c.id).where(condition).order_by(shoppers.c.id)
    return prepare(found.with_for_update(key_share=True, nowait=not wait))


_OWNED = {
    ids.ORDER: orders,
    ids.RETURN: returns,
    ids.PICKUP: pickups,
    ids.PHOTO: photos,
    ids.PAYMENT: payments,
}


def _is_owner(table: Table) -> ColumnElement[bool]:
    return shoppers.c.id.in_(select(shard_key(table)).where(among(table.c.id, "keys")))


_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    ids.SHOPPER: among(shoppers.c.id, "keys"),
    **{kind: _is_owner(table) for kind, table in _OWNED.items()},
}
_LOCKS = {kind: _locked(condition, wait=True) for kind, condition in _CONDITIONS.items()}
_LOCKS_AT_ONCE = {kind: _locked(condition, wait=False) for kind, condition in _CONDITIONS.items()}


async def lock(tx: Tx, subject_ids: Collection[str], *, wait: bool = True) -> None:
    """Lock the shoppers who have these returns, orders, pickups, photos or payments; or whose ids
    these are. Until the write ends, no other goes on that locks one of them.

    What is not known, or nobody's, locks nothing. Without `wait`, a write that finds a shopper
    locked runs again from its start.
    """
    if tx.connection.writes_alone:
        return
    by_kind: dict[str, set[str]] = defaultdict(set)
    for subject_id in subject_ids:
        by_kind[ids.kind_of(subject_id)].add(subject_id)
    for kind, locking in (_LOCKS if wait else _LOCKS_AT_ONCE).items():
        if kind in by_kind:
            await tx.execute(locking, {"keys": sorted(by_kind[kind])})
