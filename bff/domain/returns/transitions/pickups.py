"""A return's pickup, whoever moves it. The caller commits."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups import bookings, fees, service
from bff.domain.pickups.bookings import PARCEL_CHANGED, PickupRequest
from bff.domain.pickups.model import CancelReason, Pickup, PickupQuote, PickupStatus
from bff.domain.pickups.store import update_pickup
from bff.domain.policy.store import policy_version
from bff.domain.returns.events import announce_case, announce_parcel, announce_return
from bff.domain.returns.model import Case, DeadlineKind, Return
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.rules.returnability import Subject
from bff.domain.returns.store import (
    missed_by_return,
    remove_missed,
    returns_of_pickup,
    update_return,
    waiting_pickups,
)
from bff.jobs import outbox


async def book(
    tx: Tx, case: Case, request: PickupRequest, quote: PickupQuote, subject: Subject
) -> Pickup:
    """Goods of one order go in one parcel, with one courier and one fee (P8).

    Raises as `bookings.book`.
    """
    this_return = case.this_return
    pickup = await _shared_pickup(tx, this_return, request)
    if pickup:
        await outbox.post(tx, pickup.shopper_id, PARCEL_CHANGED, pickup.id)
        if quote.merchant_agreed:
            pickup = await fees.pass_to_merchant(tx, pickup)
    else:
        pickup = await bookings.book(
            tx,
            this_return.shopper_id,
            this_return.id,
            request,
            quote,
            subject.policy.pickup,
            subject.order.ship_to_address_id,
        )
    await update_return(tx, this_return, pickup_id=pickup.id)
    await announce_case(tx, case.with_pickup(pickup), RefundEvent.PICKUP_BOOKED)
    return pickup


async def _shared_pickup(tx: Tx, this_return: Return, request: PickupRequest) -> Pickup | None:
    """One that comes anyway for other goods of the order, to be sent to the same address."""
    for pickup, other in await waiting_pickups(tx, this_return.shopper_id, this_return.order_id):
        same_way = other.return_address_id == this_return.return_address_id
        if same_way and request.fits(pickup, tx.now):
            return pickup
    return None


async def leave(tx: Tx, case: Case, pickup: Pickup, why: CancelReason) -> Case:
    """The courier need not come for this return; for others in the parcel it still does.

    Raises PickupNotCancellable once collected or cancelled.
    """
    this_return = case.this_return
    others = [one for one in await returns_of_pickup(tx, pickup) if one.id != this_return.id]
    if not others:
        return await call_off(tx, case, pickup, why)
    await update_return(tx, this_return, pickup_id=None)
    if pickup.return_id == this_return.id:
        await update_pickup(tx, pickup, return_id=others[0].id)
    await outbox.post(tx, pickup.shopper_id, PARCEL_CHANGED, pickup.id)
    case = case.with_pickup(None)
    await announce_case(tx, case, RefundEvent.PICKUP_CANCELLED)
    return case


async def call_off(tx: Tx, case: Case, pickup: Pickup, why: CancelReason) -> Case:
    """The courier need not come. Raises PickupNotCancellable once collected or cancelled."""
    cancelled = await service.cancel(tx, pickup, why)
    case = replace(case, pickup=cancelled)
    await announce_parcel(tx, case, RefundEvent.PICKUP_CANCELLED)
    return case


async def fix_fee(tx: Tx, this_return: Return, pickup: Pickup, grams: int | None) -> Pickup:
    """Once: by weight, or as quoted where the waybill comes first (R11). A lost parcel has none."""
    if pickup.fee_final_at or pickup.status is PickupStatus.LOST:
        return pickup
    policy = await policy_version(tx, this_return.policy_version)
    return await fees.make_final(tx, pickup, grams, policy.pickup, this_return.merchant_id)


async def take_back_missed(
    tx: Tx,
    pickup: Pickup,
    kinds: Collection[DeadlineKind],
    since: datetime,
    until: datetime | None = None,
) -> None:
    """Of these kinds, those due from `since` to `until` were kept, as is known now (P1).

    What was due before the pickup was requested of its company is another's breach.
    """
    carried = {one.id: one for one in await returns_of_pickup(tx, pickup)}
    passed = await missed_by_return(tx.connection, pickup.shopper_id, [*carried])
    for return_id, this_return in carried.items():
        for missed in passed[return_id]:
            kept = since <= missed.due_at <= (until or missed.due_at)
            if missed.what in kinds and kept and missed.due_at > pickup.requested_at:
                await remove_missed(tx, this_return, missed.what, missed.due_at, missed.due_at)
                await announce_return(
                    tx, pickup.shopper_id, return_id, RefundEvent.DEADLINE_KEPT, missed.what
                )
