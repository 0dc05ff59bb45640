"""Places in slots, taken for pickups. The caller commits and announces it to the shopper."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec.structs import replace

from bff.core import ids
from bff.core.clock import local_date
from bff.core.refusal import InvalidInput, NotFound
from bff.db.connection import Connection
from bff.db.transaction import Tx
from bff.domain.orders.address_book import default_address, keep_for_once
from bff.domain.orders.model import Address
from bff.domain.orders.records import AddressForm
from bff.domain.orders.store import addresses_by_owner, find_address
from bff.domain.pickups.closures import bookable_days, is_open
from bff.domain.pickups.model import Pickup, PickupQuote, PickupStatus
from bff.domain.pickups.refusals import (
    AddressNeeded,
    PickupNotReschedulable,
    SlotAbsence,
    SlotFull,
    SlotNotOffered,
    SlotPast,
)
from bff.domain.pickups.slots import (
    OpenSlot,
    Slot,
    SlotKind,
    is_key,
    is_soon,
    slots_on,
    soonest,
    window_by_key,
)
from bff.domain.pickups.store import (
    add_pickup,
    give_back_place,
    move_pickup,
    take_place,
    update_pickup,
    with_capacity,
)
from bff.domain.policy.pickup_terms import PickupTerms
from bff.jobs import outbox
from bff.locale.messages import N_

PICKUP_REQUESTED = "pickup.requested"
PICKUP_RESCHEDULED = "pickup.rescheduled"
PARCEL_CHANGED = "pickup.parcel_changed"
ALTERNATIVES = 5
NOTICE = timedelta(hours=1)  # for a company that is called in the midst of a slot


class IfNotPossible(StrEnum):
    """What becomes of a pickup whose slot cannot be had."""

    OFFER = "OFFER"
    BOOK_NEXT = "BOOK_NEXT"


@dataclass(frozen=True, slots=True)
class PickupRequest:
    """By default: as soon as possible, where the order was delivered.

    `path` is where in the client's input the request stands, for refusals that name a field.
    `found`: whom `address_id` names, where that was looked up.
    """

    slot_key: str | None = None
    address_id: str | None = None
    address: AddressForm | None = None
    path: str = ""
    if_not_possible: IfNotPossible = IfNotPossible.OFFER
    found: Address | None = None

    def fits(self, booked: Pickup, now: datetime) -> bool:
        """Whether it names no other time and no other address than a pickup's."""
        soon = booked.slot_kind is SlotKind.AS_SOON_AS_POSSIBLE and is_soon(
            self.slot_key or "", now
        )
        same_time = self.slot_key in (None, booked.slot_key) or soon
        return same_time and not self.address and self.address_id in (None, booked.address_id)


async def open_slots(
    connection: Connection, area: str, now: datetime, terms: PickupTerms
) -> list[OpenSlot]:
    """The next slots of an area that have places left."""
    own = terms.of_area(area)
    offered = [slot for day in bookable_days(now, own) for slot in slots_on(day, now, own)]
    slots = await with_capacity(connection, area, offered)
    return [slot for slot in slots if slot.capacity_left][:ALTERNATIVES]


def check_slot_key(request: PickupRequest) -> None:
    """Raises InvalidInput for what never was the key of a slot."""
    if request.slot_key is not None and not is_key(request.slot_key):
        raise InvalidInput(f"{request.path}slotId", N_("one of the times that are offered"))


async def book(
    tx: Tx,
    shopper_id: str,
    return_id: str,
    request: PickupRequest,
    quote: PickupQuote,
    terms: PickupTerms,
    delivered_to: str | None = None,
) -> Pickup:
    """Take a place and ask the courier company to come: without an address in `request`, to the one
    with the id `delivered_to`, or else to the shopper's default.

    Raises AddressNeeded, NotFound, SlotNotOffered, SlotPast or SlotFull.
    """
    address = await _address(tx, shopper_id, request, delivered_to)
    slot = await _take_or_next(tx, address.area, request, terms)
    pickup = _booked(tx, shopper_id, return_id, address, slot, quote, terms)
    await add_pickup(tx, pickup)
    await outbox.post(tx, pickup.shopper_id, PICKUP_REQUESTED, pickup.id)
    return pickup


async def reschedule(tx: Tx, pickup: Pickup, slot_key: str | None, terms: PickupTerms) -> Pickup:
    """Another place in the same area; the company gets a new request.

    Raises PickupNotReschedulable, SlotNotOffered, SlotPast or SlotFull: the old place is kept then.
    """
    if not pickup.waits:
        raise PickupNotReschedulable(pickup.status)
    slot = await _take(tx, pickup.area, slot_key, terms)
    await give_back_place(tx, pickup.area, pickup.slot_key)
    status = PickupStatus.AWAITING_COURIER
    values: dict[str, Any] = {
        "requested_at": tx.now,
        "accepted_at": None,
        **_time_of(slot),
    }
    await move_pickup(tx, pickup, status, **values)
    await outbox.post(tx, pickup.shopper_id, PICKUP_RESCHEDULED, pickup.id)
    return replace(pickup, status=status, **values)


async def move_to_next_place(tx: Tx, pickup: Pickup, terms: PickupTerms) -> Pickup | None:
    """For another company: in its slot while there is time, or else in the first that has a place.

    None where there is no slot left.
    """
    if pickup.ends_at - tx.now >= NOTICE:
        return pickup
    for alternative in await open_slots(tx.connection, pickup.area, tx.now, terms):
        slot = alternative.slot
        if await take_place(tx, pickup.area, slot):
            await give_back_place(tx, pickup.area, pickup.slot_key)
            values = _time_of(slot)
            await update_pickup(tx, pickup, **values)
            return replace(pickup, **values)
    return None


def _time_of(slot: Slot) -> dict[str, Any]:
    """As the pickup's columns."""
    return {
        "slot_key": slot.key,
        "slot_kind": slot.kind,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
    }


async def _address(
    tx: Tx, shopper_id: str, request: PickupRequest, delivered_to: str | None
) -> Address:
    if request.address:
        return await keep_for_once(tx, shopper_id, request.address)
    if request.address_id is not None:
        return request.found or await own_address(tx, shopper_id, request.address_id, request.path)
    if delivered_to and (there := await find_address(tx.connection, shopper_id, delivered_to)):
        return there
    book = (await addresses_by_owner(tx.connection, [shopper_id]))[shopper_id]
    if default := default_address(book):
        return default
    raise AddressNeeded


async def own_address(tx: Tx, shopper_id: str, address_id: str, path: str) -> Address:
    """Raises NotFound, also for one that has left the book: nobody lives there any more."""
    filed = await find_address(tx.connection, shopper_id, address_id)
    if filed is None or filed.removed_at:
        raise NotFound(f"{path}addressId")
    return filed


async def _take_or_next(tx: Tx, area: str, request: PickupRequest, terms: PickupTerms) -> Slot:
    try:
        return await _take(tx, area, request.slot_key, terms)
    except (SlotFull, SlotPast, SlotNotOffered) as refusal:
        if request.if_not_possible is IfNotPossible.OFFER or not refusal.alternatives:
            raise
        return await _take(tx, area, refusal.alternatives[0].slot.key, terms)


async def _take(tx: Tx, area: str, slot_key: str | None, terms: PickupTerms) -> Slot:
    slot = await _slot(tx, area, slot_key, terms.of_area(area))
    if not await take_place(tx, area, slot):
        raise SlotFull(await open_slots(tx.connection, area, tx.now, terms))
    return slot


async def _slot(tx: Tx, area: str, key: str | None, terms: PickupTerms) -> Slot:
    """None names as soon as possible."""
    if key is None or is_soon(key, tx.now):
        slot, absence = soonest(tx.now, terms), SlotAbsence.OUT_OF_HOURS
        day = local_date(tx.now)
    else:
        slot, absence = window_by_key(key, terms), SlotAbsence.SLOT_NOT_OFFERED
        day = local_date(slot.starts_at if slot else tx.now)
        if slot and slot.starts_at <= tx.now:
            raise SlotPast(slot.starts_at, await open_slots(tx.connection, area, tx.now, terms))
        if slot and slot not in slots_on(local_date(slot.starts_at), tx.now, terms):
            slot = None
    if slot is None:
        others = await open_slots(tx.connection, area, tx.now, terms)
        reason = absence if is_open(day, terms) else SlotAbsence.CLOSED_DAY
        raise SlotNotOffered(reason, terms.opens_hour, terms.closes_hour, others)
    return slot


def _booked(
    tx: Tx,
    shopper_id: str,
    return_id: str,
    address: Address,
    slot: Slot,
    quote: PickupQuote,
    terms: PickupTerms,
) -> Pickup:
    return Pickup(
        id=tx.new_id(ids.PICKUP),
        shopper_id=shopper_id,
        return_id=return_id,
        address_id=address.id,
        status=PickupStatus.AWAITING_COURIER,
        courier_company=terms.couriers[0].code,
        area=address.area,
        slot_key=slot.key,
        slot_kind=slot.kind,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        fee_minor=quote.fee.minor,
        shopper_pays_minor=quote.shopper_pays.minor,
        currency=quote.fee.currency,
        payer=quote.payer,
        merchant_agreed=quote.merchant_agreed,
        fee_status=quote.status,
        booked_at=tx.now,
        requested_at=tx.now,
    )
