from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, func, literal, select, update

from bff.db.connection import Connection
from bff.db.elements import among, of_owner, same_shopper, upsert
from bff.db.row_mapping import ModelColumns
from bff.db.statements import prepare, prepare_insert, prepare_joined, prepare_models
from bff.db.tables import past_offers, pickups, returns, slots
from bff.db.transaction import Tx
from bff.db.updates import move_state, update_own
from bff.domain.pickups.model import FEE_TRANSITIONS, TRANSITIONS, FeeStatus, Pickup, PickupStatus
from bff.domain.pickups.offers import OfferEnd, PastOffer
from bff.domain.pickups.slots import OpenSlot, Slot


class _Carried(NamedTuple):
    """Which return a pickup's row stands for: it brings back several."""

    return_id: str


_carried = returns.c.id.label("return_id")
_by_id = prepare_models(
    Pickup, select(pickups).where(of_owner(pickups), among(pickups.c.id, "keys"))
)
_by_return = prepare_joined(
    [ModelColumns(Pickup, pickups.c), ModelColumns(_Carried, [_carried])],
    select(pickups, _carried)
    .join(returns, and_(returns.c.pickup_id == pickups.c.id, same_shopper(returns, pickups)))
    .where(of_owner(returns), among(returns.c.id, "keys")),
)
_add = prepare_insert(pickups, Pickup)
_offers = prepare_models(
    PastOffer,
    select(past_offers)
    .where(of_owner(past_offers), past_offers.c.pickup_id == bindparam("pickup_id"))
    .order_by(past_offers.c.requested_at, past_offers.c.ended_at),
)
_add_offer = prepare_insert(past_offers, PastOffer)
_remove_offer = prepare(
    delete(past_offers).where(
        of_owner(past_offers),
        past_offers.c.pickup_id == bindparam("pickup_id"),
        past_offers.c.courier_company == bindparam("courier_company"),
        past_offers.c.requested_at == bindparam("requested_at"),
    )
)
_failed_visits = prepare(
    select(func.count())
    .select_from(past_offers)
    .join(
        pickups,
        and_(pickups.c.id == past_offers.c.pickup_id, same_shopper(pickups, past_offers)),
    )
    .where(
        of_owner(past_offers),
        pickups.c.return_id == bindparam("return_id"),
        past_offers.c.end == literal(OfferEnd.VISIT_FAILED),
    )
)
_left = prepare(
    select(slots.c.key, slots.c.remaining).where(
        slots.c.area == bindparam("area"), among(slots.c.key, "keys")
    )
)
_first_place = upsert(slots)
_take = prepare(
    _first_place.on_conflict_do_update(
        index_elements=["area", "key"],
        set_={"remaining": slots.c.remaining - 1},
        where=slots.c.remaining > 0,
    ),
    inputs=["area", "key", "capacity", "remaining"],
)
_give_back = prepare(
    update(slots)
    .where(slots.c.area == bindparam("in_area"), slots.c.key == bindparam("slot_key"))
    .values(remaining=slots.c.remaining + 1)
)


async def pickups_by_id(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Pickup]:
    return {
        pickup.id: pickup
        for pickup in await connection.execute(_by_id, {"shopper_id": shopper_id, "keys": keys})
    }


async def pickups_by_return(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Pickup]:
    """What brings each return back, now or last."""
    rows = await connection.execute(_by_return, {"shopper_id": shopper_id, "keys": keys})
    return {carried.return_id: pickup for pickup, carried in rows}


async def add_pickup(tx: Tx, pickup: Pickup) -> None:
    await tx.send(_add, pickup)


async def past_offers_of(tx: Tx, pickup: Pickup) -> list[PastOffer]:
    """The first one first."""
    return (
        await tx.execute(_offers, {"shopper_id": pickup.shopper_id, "pickup_id": pickup.id})
    ).all()


async def add_past_offer(tx: Tx, offer: PastOffer) -> None:
    await tx.execute(_add_offer, offer)


async def failed_visits(tx: Tx, shopper_id: str, return_id: str) -> int:
    """How often a courier came in vain for a return."""
    facts = {"shopper_id": shopper_id, "return_id": return_id}
    return int((await tx.execute(_failed_visits, facts)).scalar() or 0)


async def remove_past_offer(tx: Tx, offer: PastOffer) -> None:
    key = {"shopper_id": offer.shopper_id, "pickup_id": offer.pickup_id}
    had = {"courier_company": offer.courier_company, "requested_at": offer.requested_at}
    await tx.execute(_remove_offer, key | had)


async def move_pickup(tx: Tx, pickup: Pickup, to: PickupStatus, **values: object) -> bool:
    """Whether the pickup was in a state that may become `to`."""
    return await move_state(tx, pickups.c.status, TRANSITIONS, pickup, to, values)


async def update_pickup(tx: Tx, pickup: Pickup, **values: object) -> None:
    await update_own(tx, pickups, pickup, values)


async def move_fee(tx: Tx, pickup: Pickup, to: FeeStatus, **values: object) -> bool:
    """Whether the fee was in a state that may become `to`."""
    return await move_state(tx, pickups.c.fee_status, FEE_TRANSITIONS, pickup, to, values)


async def with_capacity(
    connection: Connection, area: str, offered: Sequence[Slot]
) -> list[OpenSlot]:
    """The offered slots with the places left in an area; one nobody booked yet has them all."""
    keys = [slot.key for slot in offered]
    left = dict((await connection.execute(_left, {"area": area, "keys": keys})).all())
    return [OpenSlot(slot, left.get(slot.key, slot.capacity)) for slot in offered]


async def take_place(tx: Tx, area: str, slot: Slot) -> bool:
    """Whether there was a place left; it is gone in the same statement that looked."""
    after = {"capacity": slot.capacity, "remaining": slot.capacity - 1}
    return (await tx.execute(_take, {"area": area, "key": slot.key, **after})).rowcount == 1


async def give_back_place(tx: Tx, area: str, key: str) -> None:
    await tx.execute(_give_back, {"in_area": area, "slot_key": key})
