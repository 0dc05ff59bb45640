"""What courier companies report of visits that do not happen as planned, and of lost parcels.

Whether it changed anything; the caller commits. Each is judged by `at` (P1), raises
ImpossibleReportError, and has then changed nothing.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bff.core.moments import moment_since
from bff.core.report_errors import ImpossibleReportError
from bff.db.transaction import Tx
from bff.domain.pickups import service as pickups
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus, VisitFailure
from bff.domain.pickups.offers import OfferEnd, PastOffer, WithdrawalReason
from bff.domain.pickups.store import (
    add_past_offer,
    failed_visits,
    past_offers_of,
    remove_past_offer,
)
from bff.domain.returns.events import announce_pickup
from bff.domain.returns.model import NUMBERED
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.reports.collection import OF_ARRIVAL, in_hand, known_pickup, past_offer
from bff.domain.returns.store import returns_of_pickup, update_return
from bff.domain.returns.transitions.courier_failures import (
    MAX_FAILED_VISITS,
    escalate_visits,
    fail_visit,
    lose_parcel,
    pass_on,
)
from bff.domain.returns.transitions.pickups import take_back_missed

ENDED_AT_THE_DOOR = (OfferEnd.VISIT_FAILED, OfferEnd.WITHDRAWN, OfferEnd.DID_NOT_COME)
MAX_AHEAD = timedelta(days=14)
CANCEL_REASONS = {
    WithdrawalReason.COURIER_UNABLE: CancelReason.COURIER_UNABLE,
    WithdrawalReason.AREA_NOT_SERVED: CancelReason.AREA_NOT_SERVED,
    WithdrawalReason.GOODS_NOT_CARRIED: CancelReason.GOODS_NOT_CARRIED,
    WithdrawalReason.SHOPPER_CANCELLED: CancelReason.CANCELLED_AT_COURIER,
    WithdrawalReason.OTHER: CancelReason.COMPANY_CANCELLED,
}


async def visit_failed(
    tx: Tx, pickup_id: str, why: VisitFailure, company: str | None, at: datetime
) -> bool:
    """The company had accepted by that, whether it said so or not."""
    pickup = await known_pickup(tx, pickup_id)
    failed_at = moment_since(at, pickup.booked_at, "the pickup was booked")
    if past := await _offer_at(tx, pickup, company, failed_at):
        return await _had_come(tx, pickup, past, why, failed_at)
    _check_waits(pickup)
    await take_back_missed(tx, pickup, OF_ARRIVAL, failed_at)
    await fail_visit(tx, pickup, why)
    return True


async def _had_come(
    tx: Tx, pickup: Pickup, past: PastOffer, why: VisitFailure, at: datetime
) -> bool:
    """A courier who seemed not to come had been there, and in vain."""
    if past.end is not OfferEnd.DID_NOT_COME:
        return False
    await remove_past_offer(tx, past)
    await add_past_offer(tx, replace(past, end=OfferEnd.VISIT_FAILED, visit_failure=why))
    its_own = replace(pickup, requested_at=past.requested_at)
    await take_back_missed(tx, its_own, OF_ARRIVAL, at)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_VISIT_FAILED)
    in_vain = await failed_visits(tx, pickup.shopper_id, pickup.return_id)
    if in_vain >= MAX_FAILED_VISITS and pickup.status is PickupStatus.CANCELLED:
        await escalate_visits(tx, pickup)
    return True


async def withdrawn(
    tx: Tx, pickup_id: str, why: WithdrawalReason, company: str | None, at: datetime
) -> bool:
    """The company does not come: another one does, or the shopper books again, or ships."""
    pickup = await known_pickup(tx, pickup_id)
    moment_since(at, pickup.booked_at, "the pickup was booked")
    if await _offer_at(tx, pickup, company, at) or pickup.status is PickupStatus.CANCELLED:
        return False
    _check_waits(pickup)
    if why is WithdrawalReason.SHOPPER_CANCELLED:
        await pickups.end_offer(tx, pickup, OfferEnd.WITHDRAWN)
        await pickups.drop(tx, pickup, CANCEL_REASONS[why])
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_CANCELLED)
    else:
        await pass_on(tx, pickup, OfferEnd.WITHDRAWN, CANCEL_REASONS[why])
    return True


async def rescheduled(
    tx: Tx,
    pickup_id: str,
    starts_at: datetime,
    ends_at: datetime,
    company: str | None,
    at: datetime,
) -> bool:
    """The company comes at another time, which costs the shopper none (P2)."""
    pickup = await known_pickup(tx, pickup_id)
    moved_at = moment_since(at, pickup.booked_at, "the pickup was booked")
    if await _offer_at(tx, pickup, company, moved_at):
        raise ImpossibleReportError(f"the pickup is offered to {pickup.courier_company}")
    _check_waits(pickup)
    if (starts_at, ends_at) == (pickup.starts_at, pickup.ends_at):
        return False
    if not moved_at < ends_at <= moved_at + MAX_AHEAD or not starts_at < ends_at:
        days = MAX_AHEAD.days
        raise ImpossibleReportError(f"endsAt: after startsAt and now, at most {days} days ahead")
    await pickups.reschedule(tx, pickup, starts_at, ends_at)
    await _count_later(tx, pickup, ends_at - pickup.ends_at)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_MOVED)
    await take_back_missed(tx, pickup, OF_ARRIVAL, moved_at)
    return True


async def _count_later(tx: Tx, pickup: Pickup, by: timedelta) -> None:
    """The shopper's days to ship begin as much later as the courier comes."""
    if by <= timedelta():
        return
    for carried in await returns_of_pickup(tx, pickup):
        since = carried.ship_back_from or carried.approved_at or carried.opened_at
        await update_return(tx, carried, ship_back_from=since + by)


async def lost(tx: Tx, pickup_id: str, company: str | None, at: datetime) -> bool:
    """The parcel, which had been collected by that."""
    pickup = await in_hand(tx, pickup_id, company, at)
    if pickup.status is PickupStatus.LOST:
        return False
    for carried in await returns_of_pickup(tx, pickup):
        if carried.goods_received_at:
            raise ImpossibleReportError("the merchant has the goods")
        if carried.status not in NUMBERED:
            raise ImpossibleReportError(f"the return is {carried.status}")
    await lose_parcel(tx, pickup)
    return True


async def _offer_at(tx: Tx, pickup: Pickup, company: str | None, at: datetime) -> PastOffer | None:
    """Where none is named, it is the company that had the pickup then and has lost it by that."""
    if company:
        return await past_offer(tx, pickup, company)
    for offer in await past_offers_of(tx, pickup):
        if offer.end in ENDED_AT_THE_DOOR and offer.requested_at <= at <= offer.ended_at:
            return offer
    return None


def _check_waits(pickup: Pickup) -> None:
    if pickup.status is PickupStatus.CANCELLED:
        raise ImpossibleReportError("the pickup is cancelled")
    if not pickup.waits:
        raise ImpossibleReportError("the goods are collected already")
