"""A return's pickup, whoever moves it. The caller commits."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups import bookings, fees, service
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import CancelReason, Pickup, PickupQuote
from bff.domain.policy.model import Policy
from bff.domain.policy.store import policy_version
from bff.domain.returns.events import announce_case, announce_return
from bff.domain.returns.model import Case, DeadlineKind, RefundEvent, Return
from bff.domain.returns.store import remove_missed


async def book(
    tx: Tx, case: Case, request: PickupRequest, quote: PickupQuote, policy: Policy
) -> Pickup:
    """Raises as `bookings.book`."""
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    pickup = await bookings.book(tx, shopper, return_id, request, quote, policy.pickup)
    await announce_case(tx, replace(case, pickup=pickup), RefundEvent.PICKUP_BOOKED)
    return pickup


async def call_off(tx: Tx, case: Case, pickup: Pickup, why: CancelReason) -> Case:
    """The courier need not come. Raises PickupNotCancellable once collected or cancelled."""
    cancelled = await service.cancel(tx, pickup, why)
    case = replace(case, pickup=cancelled)
    await announce_case(tx, case, RefundEvent.PICKUP_CANCELLED)
    return case


async def fix_fee(tx: Tx, this_return: Return, pickup: Pickup, grams: int | None) -> Pickup:
    """Once: by weight, or as quoted where the waybill comes first (R11)."""
    if pickup.fee_final_at:
        return pickup
    policy = await policy_version(tx, this_return.policy_version)
    shopper, merchant = this_return.shopper_id, this_return.merchant_id
    return await fees.make_final(tx, pickup, grams, policy.pickup, shopper, merchant)


async def take_back_missed(
    tx: Tx,
    case: Case,
    kinds: Collection[DeadlineKind],
    since: datetime,
    until: datetime | None = None,
) -> None:
    """Of these kinds, those due from `since` to `until` were kept, as is known now (P1)."""
    for missed in case.missed:
        if missed.what in kinds and since <= missed.due_at <= (until or missed.due_at):
            await remove_missed(tx, case.this_return.id, missed)
            await announce_return(tx, case.this_return.id, RefundEvent.DEADLINE_KEPT, missed.what)
