"""Whose return it is."""

from bff.core.refusal import NotFound
from bff.db.transaction import Tx
from bff.domain.pickups.model import Pickup
from bff.domain.pickups.store import pickups_by_id
from bff.domain.returns.model import Case, Return
from bff.domain.returns.store import find_case, returns_by_id


async def own_return(tx: Tx, shopper_id: str, return_id: str, named_by: str = "returnId") -> Return:
    """Raises NotFound for one that isn't theirs; `named_by` is the input's field."""
    this_return = (await returns_by_id(tx.connection, shopper_id, [return_id])).get(return_id)
    if this_return is None:
        raise NotFound(named_by)
    return this_return


async def own_case(tx: Tx, shopper_id: str, return_id: str, named_by: str = "returnId") -> Case:
    """Likewise, with all that decides what is to happen next."""
    case = await find_case(tx, shopper_id, return_id)
    if case is None:
        raise NotFound(named_by)
    return case


async def own_pickup(tx: Tx, shopper_id: str, pickup_id: str) -> tuple[Pickup, Case]:
    """With its return's case. Raises NotFound for one that isn't theirs."""
    pickup = (await pickups_by_id(tx.connection, shopper_id, [pickup_id])).get(pickup_id)
    if pickup is None:
        raise NotFound("pickupId")
    return pickup, await own_case(tx, shopper_id, pickup.return_id, named_by="pickupId")
