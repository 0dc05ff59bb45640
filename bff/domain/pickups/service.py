"""A pickup that is booked, on its way. The caller commits and announces it to the shopper."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups.bookings import PICKUP_REQUESTED
from bff.domain.pickups.couriers import Courier
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus, VisitFailure
from bff.domain.pickups.offers import OfferEnd, PastOffer
from bff.domain.pickups.refusals import PickupNotCancellable
from bff.domain.pickups.slots import SlotKind
from bff.domain.pickups.store import (
    add_past_offer,
    give_back_place,
    move_pickup,
    remove_past_offer,
    update_pickup,
)
from bff.domain.policy.pickup_terms import PickupTerms
from bff.jobs import outbox

PICKUP_CANCELLED = "pickup.cancelled"
PICKUP_CONFIRMED = "pickup.confirmed"
NO_SLOT = "none"  # the key of a pickup that takes no place: its company has set the time
NOBODY: dict[str, Any] = {"courier_name": None, "courier_phone": None, "pickup_code": None}


async def cancel(tx: Tx, pickup: Pickup, why: CancelReason) -> Pickup:
    """Give the place back. Raises PickupNotCancellable once the goods are with the courier."""
    if not await drop(tx, pickup, why):
        raise PickupNotCancellable(pickup.status)
    await outbox.post(tx, pickup.shopper_id, PICKUP_CANCELLED, pickup.id)
    return replace(pickup, status=PickupStatus.CANCELLED, cancel_reason=why)


async def drop(
    tx: Tx, pickup: Pickup, why: CancelReason, visit_failure: VisitFailure | None = None
) -> bool:
    """No courier company is informed: it has reported it itself."""
    values = {"cancel_reason": why, "visit_failure": visit_failure}
    if not await move_pickup(tx, pickup, PickupStatus.CANCELLED, **values):
        return False
    await give_back_place(tx, pickup.area, pickup.slot_key)
    return True


async def accept(tx: Tx, pickup: Pickup, at: datetime, courier: Courier) -> Pickup:
    values = {"accepted_at": at, **courier_columns(courier)}
    return await _take_on(tx, pickup, PickupStatus.ACCEPTED, values)


def courier_columns(courier: Courier) -> dict[str, Any]:
    """Of a pickup: what is said of the courier."""
    columns = {
        "courier_name": courier.name,
        "courier_phone": courier.phone,
        "pickup_code": courier.pickup_code,
    }
    return {name: value for name, value in columns.items() if value is not None}


async def collect(tx: Tx, pickup: Pickup, at: datetime) -> Pickup:
    values = {"collected_at": at, "accepted_at": pickup.accepted_at or at}
    return await _take_on(tx, pickup, PickupStatus.COLLECTED, values)


async def _take_on(tx: Tx, pickup: Pickup, to: PickupStatus, values: dict[str, Any]) -> Pickup:
    """By the company that has it, also where another one had accepted.

    One that was cancelled takes no place any more.
    """
    values |= {"cancel_reason": None, "visit_failure": None}
    if pickup.status is PickupStatus.CANCELLED:
        values["slot_key"] = NO_SLOT
    if pickup.status is to:
        await update_pickup(tx, pickup, **values)
    else:
        await move_pickup(tx, pickup, to, **values)
    return replace(pickup, status=to, **values)


def next_company(pickup: Pickup, terms: PickupTerms) -> str | None:
    """In the policy's order of preference; None behind the last."""
    codes = [courier.code for courier in terms.couriers]
    behind = codes[codes.index(pickup.courier_company) + 1 :]
    return behind[0] if behind else None


async def offer(tx: Tx, pickup: Pickup, company: str) -> None:
    """Ask another courier company to come; the former one's offer has ended."""
    status = PickupStatus.AWAITING_COURIER
    values = {"courier_company": company, "requested_at": tx.now, "accepted_at": None, **NOBODY}
    await move_pickup(tx, pickup, status, **values)
    await outbox.post(tx, pickup.shopper_id, PICKUP_REQUESTED, pickup.id)


async def dismiss(tx: Tx, pickup: Pickup) -> None:
    """The company that has the pickup need not come: another one will."""
    await outbox.post(tx, pickup.shopper_id, PICKUP_CANCELLED, pickup.id, pickup.courier_company)


async def reschedule(tx: Tx, pickup: Pickup, starts_at: datetime, ends_at: datetime) -> Pickup:
    """By its company, which has accepted it by that, at a time of its own."""
    await give_back_place(tx, pickup.area, pickup.slot_key)
    if pickup.status is PickupStatus.AWAITING_COURIER:
        pickup = await accept(tx, pickup, tx.now, pickup.courier)
    values: dict[str, Any] = {
        "slot_key": NO_SLOT,
        "slot_kind": SlotKind.WINDOW,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    await update_pickup(tx, pickup, **values)
    return replace(pickup, **values)


async def lose(tx: Tx, pickup: Pickup) -> Pickup:
    """Its courier has lost the parcel."""
    await move_pickup(tx, pickup, PickupStatus.LOST)
    return replace(pickup, status=PickupStatus.LOST)


async def end_offer(
    tx: Tx, pickup: Pickup, end: OfferEnd, visit_failure: VisitFailure | None = None
) -> None:
    """Remember that the pickup's company has had it."""
    past = PastOffer(
        shopper_id=pickup.shopper_id,
        pickup_id=pickup.id,
        courier_company=pickup.courier_company,
        requested_at=pickup.requested_at,
        ends_at=pickup.ends_at,
        accepted_at=pickup.accepted_at,
        ended_at=tx.now,
        end=end,
        visit_failure=visit_failure,
    )
    await add_past_offer(tx, past)


async def confirm(tx: Tx, pickup: Pickup) -> None:
    """The company that has the pickup could think that it had lost it."""
    await outbox.post(tx, pickup.shopper_id, PICKUP_CONFIRMED, pickup.id)


async def hand_back(tx: Tx, pickup: Pickup, past: PastOffer) -> Pickup:
    """A company that had lost the pickup has it again; the one that has it need not come."""
    if pickup.waits:
        await end_offer(tx, pickup, OfferEnd.ANOTHER_COMPANY)
        await dismiss(tx, pickup)
    await remove_past_offer(tx, past)
    values = {
        "courier_company": past.courier_company,
        "requested_at": past.requested_at,
        "accepted_at": past.accepted_at,
        **NOBODY,
    }
    await update_pickup(tx, pickup, **values)
    return replace(pickup, **values)
