"""Who writes of a shopper does so alone.

Where several writes go on at the same time, each locks the shoppers that it is about before it
reads anything of theirs; what it reads after that stays as it is until it ends. Rows are locked in
one order: shoppers by their id, then places of slots. What waits in a circle all the same is found
by the database, and one of them runs again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select

from bff.core import ids
from bff.db.elements import among
from bff.db.statements import Prepared, prepare
from bff.db.tables import orders, payments, photos, pickups, returns, shoppers
from bff.db.transaction import Tx


def _locked(condition: ColumnElement[bool], *, wait: bool) -> Prepared[Any]:
    """A row that refers to the shopper can be added meanwhile: that takes no part in this."""
    found = select(shoppers.c.id).where(condition).order_by(shoppers.c.id)
    return prepare(found.with_for_update(key_share=True, nowait=not wait))


_of_return = select(returns.c.shopper_id)
_OWNERS = {
    ids.ORDER: select(orders.c.shopper_id).where(among(orders.c.id, "keys")),
    ids.RETURN: _of_return.where(among(returns.c.id, "keys")),
    ids.PICKUP: _of_return.join(pickups, pickups.c.return_id == returns.c.id).where(
        among(pickups.c.id, "keys")
    ),
    ids.PHOTO: _of_return.join(photos, photos.c.return_id == returns.c.id).where(
        among(photos.c.id, "keys")
    ),
    ids.PAYMENT: _of_return.join(payments, payments.c.return_id == returns.c.id).where(
        among(payments.c.id, "keys")
    ),
}
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    ids.SHOPPER: among(shoppers.c.id, "keys"),
    **{kind: shoppers.c.id.in_(owners) for kind, owners in _OWNERS.items()},
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
