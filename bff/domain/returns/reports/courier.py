"""What courier companies report (R7): whether it changed anything. The caller commits.

Each is judged by `at`, when it happened (P1). What is certain implies what came before: a parcel
that was weighed had been collected. Each raises ImpossibleReportError, and has then changed
nothing. `company`: who reports, where that is known: every company that had the pickup at some
time may.
"""

from datetime import datetime

from bff.core.clock import rfc3339
from bff.core.moments import moment_since
from bff.core.refusal import InvalidInput
from bff.core.report_errors import ImpossibleReportError
from bff.db.transaction import Tx
from bff.domain.pickups import service as pickups
from bff.domain.pickups.couriers import Courier
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.offers import OfferEnd, PastOffer, answer_by
from bff.domain.pickups.store import update_pickup
from bff.domain.policy.store import policy_version
from bff.domain.returns.events import announce_pickup, sync_pickup_timers
from bff.domain.returns.model import Case, DeadlineKind, ReturnStatus, Waybill, WaybillSource
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.refusals import WaybillUsed
from bff.domain.returns.reports.collection import (
    IN_HAND,
    collect_goods,
    in_hand,
    known_pickup,
    past_offer,
)
from bff.domain.returns.rules.waybill import waybill_of
from bff.domain.returns.store import get_case, get_lead
from bff.domain.returns.transitions.pickups import fix_fee, take_back_missed
from bff.domain.returns.transitions.shipments import (
    check_unused,
    correct_parcel,
    held_waybill,
    ship_parcel,
)

MAX_WEIGHT_GRAMS = 100_000
NAMELESS = Courier()
TAKEN = (PickupStatus.ACCEPTED, *IN_HAND)


async def accepted(
    tx: Tx,
    pickup_id: str,
    company: str | None,
    courier: Courier = NAMELESS,
    *,
    at: datetime,
) -> bool:
    """In time, a company has the pickup, whatever was done before its report came."""
    pickup = await known_pickup(tx, pickup_id)
    past = await past_offer(tx, pickup, company)
    if past:
        return await _accepted_before(tx, pickup, past, at, courier)
    if pickup.status in TAKEN:
        return await _name_courier(tx, pickup, courier)
    accepted_at = moment_since(at, pickup.requested_at, "the pickup was requested")
    if pickup.status is not PickupStatus.AWAITING_COURIER:
        await _check_comes_back(tx, pickup, pickup, accepted_at)
    await _accept(tx, pickup, pickup, accepted_at, courier)
    return True


async def _accepted_before(
    tx: Tx, pickup: Pickup, past: PastOffer, at: datetime, courier: Courier
) -> bool:
    """By a company that has lost the pickup meanwhile, as it seemed to be silent."""
    if past.accepted_at:
        return False
    accepted_at = moment_since(at, past.requested_at, "the pickup was requested")
    await _check_comes_back(tx, pickup, past, accepted_at)
    if pickup.status in IN_HAND:
        raise ImpossibleReportError(f"{pickup.courier_company} has collected the goods already")
    pickup = await pickups.hand_back(tx, pickup, past)
    await _accept(tx, pickup, past, accepted_at, courier)
    await pickups.confirm(tx, pickup)
    return True


async def _accept(
    tx: Tx, pickup: Pickup, offer: Pickup | PastOffer, at: datetime, courier: Courier
) -> None:
    policy = await policy_version(tx, (await get_lead(tx, pickup)).policy_version)
    await pickups.accept(tx, pickup, at, courier)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_ACCEPTED)
    due_at = answer_by(offer, policy.pickup)
    if at <= due_at:
        await take_back_missed(tx, pickup, {DeadlineKind.COURIER_ANSWER}, due_at, due_at)


async def _check_comes_back(
    tx: Tx, pickup: Pickup, offer: Pickup | PastOffer, at: datetime
) -> None:
    """A pickup that was taken away for silence comes back to who had accepted in time."""
    case = await get_case(tx, pickup.shopper_id, pickup.return_id)
    policy = await policy_version(tx, case.this_return.policy_version)
    cancelled = pickup.status is PickupStatus.CANCELLED
    if cancelled and pickup.cancel_reason is not CancelReason.NO_COURIER:
        raise ImpossibleReportError("the pickup is cancelled")
    if case.pickup is None or case.pickup.id != pickup.id:
        raise ImpossibleReportError("the shopper has booked another pickup")
    if case.this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ImpossibleReportError(f"the return is {case.this_return.status}")
    silent = isinstance(offer, PastOffer) and offer.end is OfferEnd.NO_ANSWER
    due_at = answer_by(offer, policy.pickup)
    if not silent or at > due_at:
        raise ImpossibleReportError(f"at: not accepted by {rfc3339(due_at)}: {_who_has(pickup)}")
    if offer.ends_at != pickup.ends_at:
        raise ImpossibleReportError("the visit has another time by now")


def _who_has(pickup: Pickup) -> str:
    if pickup.status is PickupStatus.CANCELLED:
        return "the pickup is cancelled"
    return f"the pickup is offered to {pickup.courier_company}"


async def _name_courier(tx: Tx, pickup: Pickup, courier: Courier) -> bool:
    """Who comes may be known later than that somebody will."""
    news = pickups.courier_columns(courier)
    if all(getattr(pickup, name) == value for name, value in news.items()):
        return False
    await update_pickup(tx, pickup, **news)
    await announce_pickup(tx, pickup, RefundEvent.COURIER_NAMED)
    return True


async def collected(tx: Tx, pickup_id: str, company: str | None = None, *, at: datetime) -> bool:
    pickup = await known_pickup(tx, pickup_id)
    return await collect_goods(tx, pickup, company, at) != pickup


async def weighed(
    tx: Tx,
    pickup_id: str,
    weight_grams: int,
    company: str | None = None,
    *,
    at: datetime,
) -> bool:
    """The fee becomes final (R11). Impossible once the waybill has made it so."""
    if not 0 < weight_grams <= MAX_WEIGHT_GRAMS:
        raise ImpossibleReportError(f"weightGrams: 1 to {MAX_WEIGHT_GRAMS}")
    pickup = await in_hand(tx, pickup_id, company, at)
    if pickup.status is PickupStatus.LOST:
        raise ImpossibleReportError("the parcel is lost: it costs nothing")
    if pickup.fee_final_at:
        if pickup.weight_grams == weight_grams:
            return False
        raise ImpossibleReportError("the fee is final already")
    pickup = await fix_fee(tx, await get_lead(tx, pickup), pickup, weight_grams)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_WEIGHED)
    if pickup.fee_due:
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_DUE)
    return True


async def waybill(
    tx: Tx,
    pickup_id: str,
    number: str,
    company: str | None = None,
    *,
    at: datetime,
) -> bool:
    """The refund is advanced (R8), unless the shopper has to pay the pickup fee first (R11).

    While the goods are on their way, another number corrects the former one.
    """
    pickup = await in_hand(tx, pickup_id, company, at)
    case = await get_case(tx, pickup.shopper_id, pickup.return_id)
    sent_under = await _printed(tx, case, pickup, number)
    sent_at = max(at, pickup.collected_at or at)
    if sent_under in (case.this_return.waybill, held_waybill(pickup)):
        return False
    await _check_takes_waybill(tx, case, sent_under, sent_at)
    if case.this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        await correct_parcel(tx, pickup, sent_under, WaybillSource.COURIER, sent_at)
        return True
    requested_before = pickup.fee_due
    pickup = await fix_fee(tx, case.this_return, pickup, None)
    if not pickup.fee_due or case.fee_overdue:
        await ship_parcel(tx, pickup, sent_under, WaybillSource.COURIER, sent_at)
        return True
    await update_pickup(tx, pickup, held_waybill=sent_under.number)
    await sync_pickup_timers(tx, pickup)
    if not requested_before:
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_DUE)
    return True


async def _printed(tx: Tx, case: Case, pickup: Pickup, number: str) -> Waybill:
    """Raises ImpossibleReportError for a number that the company never prints."""
    policy = await policy_version(tx, case.this_return.policy_version)
    try:
        return waybill_of(policy, pickup.courier_company, number)
    except InvalidInput as error:
        expected = error.expected.format_map(error.facts)
        raise ImpossibleReportError(f"{error.field}: {expected}") from error


async def _check_takes_waybill(tx: Tx, case: Case, waybill: Waybill, at: datetime) -> None:
    """Raises ImpossibleReportError."""
    this_return, entered_at = case.this_return, case.this_return.waybill_at
    awaited = this_return.status is ReturnStatus.AWAITING_RETURN_SHIPMENT
    if this_return.goods_received_at and this_return.waybill:
        raise ImpossibleReportError("the merchant has the goods: the waybill stays as it is")
    if not awaited and not this_return.takes_waybill:
        raise ImpossibleReportError(f"the return is {this_return.status}")
    by_courier = this_return.waybill_by is WaybillSource.COURIER
    if entered_at and by_courier and at < entered_at:
        raise ImpossibleReportError(f"at: not before the newer number, {rfc3339(entered_at)}")
    try:
        await check_unused(tx, this_return, waybill)
    except WaybillUsed as error:
        raise ImpossibleReportError("other goods travel under this waybill") from error
