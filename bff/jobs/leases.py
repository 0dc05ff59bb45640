"""Work that one process does at a time, for all who share the database."""

from datetime import timedelta

from sqlalchemy import bindparam, delete, or_

from bff.db.elements import upsert
from bff.db.statements import prepare
from bff.db.tables import leases
from bff.db.transaction import Tx

_added = upsert(leases)
_is_free = or_(leases.c.until <= bindparam("now"), leases.c.holder == _added.excluded.holder)
_take = prepare(
    _added.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": _added.excluded.holder, "until": _added.excluded.until},
        where=_is_free,
    ),
    inputs=["name", "holder", "until"],
)
_release = prepare(
    delete(leases).where(
        leases.c.name == bindparam("lease"), leases.c.holder == bindparam("holder")
    )
)


async def take(tx: Tx, name: str, holder: str, lasting: timedelta) -> bool:
    """Whether it is the holder's from now on, for so long unless it is taken again or released."""
    row = {"name": name, "holder": holder, "until": tx.now + lasting}
    return (await tx.execute(_take, {**row, "now": tx.now})).rowcount == 1


async def release(tx: Tx, name: str, holder: str) -> None:
    """Where it is still the holder's."""
    await tx.execute(_release, {"lease": name, "holder": holder})
