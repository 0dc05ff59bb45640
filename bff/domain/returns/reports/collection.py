"""That a courier has the goods, whichever report says so first (P1). The caller commits."""

from datetime import datetime

from msgspec.structs import replace

from bff.core.moments import moment_since
from bff.core.report_errors import ImpossibleReportError
from bff.db.lookups import owner_of_pickup
from bff.db.transaction import Tx
from bff.domain.pickups import service as pickups
from bff.domain.pickups.companies import company_code
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.offers import PastOffer
from bff.domain.pickups.store import past_offers_of, pickups_by_id, update_pickup
from bff.domain.returns.events import announce_pickup, sync_pickup_timers
from bff.domain.returns.model import CloseReason, DeadlineKind, Return, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.store import get_case, update_returns_of_pickup
from bff.domain.returns.transitions.arrivals import reopen
from bff.domain.returns.transitions.pickups import call_off, take_back_missed

IN_HAND = (PickupStatus.COLLECTED, PickupStatus.LOST)
OF_ARRIVAL = frozenset({DeadlineKind.COURIER_ARRIVAL, DeadlineKind.LATE_COURIER})
OF_VISIT = OF_ARRIVAL | {DeadlineKind.COURIER_ANSWER}


async def known_pickup(tx: Tx, pickup_id: str) -> Pickup:
    """Raises ImpossibleReportError for one that there never was."""
    owner = await owner_of_pickup(tx.connection, pickup_id)
    if owner is None:
        raise ImpossibleReportError("no such pickup")
    return (await pickups_by_id(tx.connection, owner, [pickup_id]))[pickup_id]


async def past_offer(tx: Tx, pickup: Pickup, company: str | None) -> PastOffer | None:
    """The last one of a company that has the pickup no more; None for the one that has it.

    Raises ImpossibleReportError for a company that never had it.
    """
    code = company_code(company or pickup.courier_company)
    is_its_own = code == company_code(pickup.courier_company)
    if is_its_own and pickup.status is not PickupStatus.CANCELLED:
        return None
    offers = await past_offers_of(tx, pickup)
    former = [one for one in offers if company_code(one.courier_company) == code]
    if is_its_own and not former:
        return None
    if not former:
        raise ImpossibleReportError(
            f"courierCompany: the pickup is offered to {pickup.courier_company}"
        )
    return former[-1]


async def in_hand(tx: Tx, pickup_id: str, company: str | None, at: datetime) -> Pickup:
    """What the courier weighs, or gives a number, has been collected."""
    pickup = await known_pickup(tx, pickup_id)
    if pickup.status is PickupStatus.COLLECTED and not await past_offer(tx, pickup, company):
        moment_since(at, pickup.booked_at, "the pickup was booked")
        return pickup
    return await collect_goods(tx, pickup, company, at)


async def collect_goods(tx: Tx, pickup: Pickup, company: str | None, at: datetime) -> Pickup:
    """The pickup as it is then. The word of who has the goods stands, whoever else was to come.

    Raises ImpossibleReportError where the goods cannot be with this courier.
    """
    past = await past_offer(tx, pickup, company)
    collected_at = moment_since(at, pickup.booked_at, "the pickup was booked")
    if pickup.status in IN_HAND:
        return await _collected_again(tx, pickup, past, collected_at)
    await _free_goods(tx, pickup, collected_at)
    accepted_before = pickup.status is PickupStatus.ACCEPTED and not past
    if past:
        pickup = await pickups.hand_back(tx, pickup, past)
    pickup = await pickups.collect(tx, pickup, collected_at)
    if not accepted_before:
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_ACCEPTED)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_COLLECTED)
    await take_back_missed(tx, pickup, OF_VISIT, collected_at)
    await update_returns_of_pickup(tx, pickup, visits_escalated_at=None)
    return pickup


async def _collected_again(
    tx: Tx, pickup: Pickup, past: PastOffer | None, collected_at: datetime
) -> Pickup:
    """The earliest moment stands: a later one was when the parcel was weighed, or the like."""
    if past:
        raise ImpossibleReportError(f"{pickup.courier_company} has collected the goods already")
    if pickup.collected_at and collected_at >= pickup.collected_at:
        return pickup
    await update_pickup(tx, pickup, collected_at=collected_at)
    await sync_pickup_timers(tx, pickup)
    await take_back_missed(tx, pickup, OF_VISIT, collected_at)
    return replace(pickup, collected_at=collected_at)


async def _free_goods(tx: Tx, pickup: Pickup, at: datetime) -> None:
    """The goods wait for a courier; another one, who is still to come for them, need not."""
    case = await get_case(tx, pickup.shopper_id, pickup.return_id)
    other = case.pickup
    if case.this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        await _check_sent(tx, case.this_return, at)
    if other is None or other.id == pickup.id:
        return
    if other.status in IN_HAND:
        raise ImpossibleReportError(f"{other.courier_company} has collected the goods already")
    if other.waits:
        await call_off(tx, case, other, CancelReason.SHIPPED_OTHERWISE)
    await update_returns_of_pickup(tx, other, pickup_id=pickup.id)


async def _check_sent(tx: Tx, this_return: Return, at: datetime) -> None:
    """By this courier, as is reported late: of goods that came without a number, or of a return
    that was closed before they came, which goes on.
    """
    received_at = this_return.goods_received_at
    if received_at and at <= received_at and this_return.waybill is None:
        return
    closed = this_return.status is ReturnStatus.CLOSED
    ended_otherwise = this_return.close_reason is not CloseReason.REFUSAL_STANDS
    if closed and ended_otherwise and await reopen(tx, this_return, at):
        return
    raise ImpossibleReportError(f"the return is {this_return.status}")
