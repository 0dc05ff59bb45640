"""A return's pickup, whoever moves it. The caller commits."""

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups import bookings, fees, service
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import CancelReason, Pickup, PickupQuote
from bff.domain.policy.model import Policy
from bff.domain.policy.store import policy_version
from bff.domain.returns.events import announce_case
from bff.domain.returns.model import Case, RefundEvent, Return


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
