"""A courier who does not come, comes in vain, or loses the parcel (P2). The caller commits."""

from bff.db.transaction import Tx
from bff.domain.pickups import bookings, fees, service
from bff.domain.pickups.model import CancelReason, Pickup, VisitFailure
from bff.domain.pickups.offers import OfferEnd
from bff.domain.pickups.store import failed_visits
from bff.domain.policy.store import policy_version
from bff.domain.refunds.service import apply_for_advance
from bff.domain.refunds.store import refunds_by_return
from bff.domain.returns.events import announce_pickup, announce_return
from bff.domain.returns.model import NUMBERED, CloseReason, Return, VisitsOutcome
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.store import (
    get_case,
    get_lead,
    returns_of_pickup,
    update_return,
    update_returns_of_pickup,
)
from bff.domain.returns.transitions import pickups, returns
from bff.domain.returns.transitions.payments import return_paid_fee

MAX_FAILED_VISITS = 2
SHOPPERS_FAILURES = (VisitFailure.NOBODY_HOME, VisitFailure.GOODS_NOT_READY)


async def pass_on(
    tx: Tx,
    pickup: Pickup,
    end: OfferEnd,
    otherwise: CancelReason,
    visit_failure: VisitFailure | None = None,
) -> None:
    """To the next courier company, or else, for the reason `otherwise`, back to the shopper.

    The shopper's days to ship count anew, unless a company was silent and there is another one.
    """
    this_return = await get_lead(tx, pickup)
    terms = (await policy_version(tx, this_return.policy_version)).pickup
    await service.end_offer(tx, pickup, end, visit_failure)
    company = service.next_company(pickup, terms)
    moved = await bookings.move_to_next_place(tx, pickup, terms) if company else None
    if moved is None or end is not OfferEnd.NO_ANSWER:
        await count_anew(tx, pickup)
    if end is OfferEnd.DID_NOT_COME or (moved is None and end is OfferEnd.NO_ANSWER):
        await service.dismiss(tx, pickup)
    if company and moved:
        await service.offer(tx, moved, company)
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_OFFERED_TO_NEXT)
    else:
        await service.drop(tx, pickup, otherwise, visit_failure)
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_CANCELLED)


async def count_anew(tx: Tx, pickup: Pickup) -> None:
    """The shopper has the full days to ship, of all that the courier was to collect."""
    await update_returns_of_pickup(tx, pickup, ship_back_from=tx.now)


async def fail_visit(tx: Tx, pickup: Pickup, why: VisitFailure) -> None:
    """The next company comes where the courier could not; after two visits staff decide."""
    vain = await failed_visits(tx, pickup.shopper_id, pickup.return_id) + 1
    if why is VisitFailure.COURIER_UNABLE and vain < MAX_FAILED_VISITS:
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_VISIT_FAILED)
        await pass_on(tx, pickup, OfferEnd.VISIT_FAILED, CancelReason.VISIT_FAILED, why)
        return
    await service.end_offer(tx, pickup, OfferEnd.VISIT_FAILED, why)
    await service.drop(tx, pickup, CancelReason.VISIT_FAILED, why)
    if why not in SHOPPERS_FAILURES:
        await count_anew(tx, pickup)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_VISIT_FAILED)
    if vain >= MAX_FAILED_VISITS:
        await escalate_visits(tx, pickup)


async def escalate_visits(tx: Tx, pickup: Pickup) -> None:
    """Staff are to decide, unless they are to already."""
    for carried in await returns_of_pickup(tx, pickup):
        if carried.visits_escalated_at is None:
            await update_return(tx, carried, visits_escalated_at=tx.now)
            await announce_return(tx, carried.shopper_id, carried.id, RefundEvent.VISITS_ESCALATED)


async def settle_visits(tx: Tx, this_return: Return, outcome: VisitsOutcome) -> None:
    """To ship in the full days, a close that counts against nobody, or the money without goods."""
    values = {"visits_escalated_at": None, "visits_outcome": outcome, "ship_back_from": tx.now}
    await update_return(tx, this_return, **values)
    await announce_return(tx, this_return.shopper_id, this_return.id, RefundEvent.VISITS_DECIDED)
    if outcome is VisitsOutcome.CLOSE:
        await returns.close(tx, this_return, CloseReason.VISITS_IN_VAIN)
    if outcome is VisitsOutcome.REFUND:
        case = await get_case(tx, this_return.shopper_id, this_return.id)
        if case.pickup and case.pickup.waits:
            await pickups.leave(tx, case, case.pickup, CancelReason.RETURN_CLOSED)
        await _pay_at_once(tx, this_return)


async def lose_parcel(tx: Tx, pickup: Pickup) -> None:
    """The goods were handed over: the money goes back at once, and the courier bears it."""
    this_return = await get_lead(tx, pickup)
    await service.lose(tx, pickup)
    await fees.take_back_charge(tx, pickup, this_return.merchant_id)
    await announce_pickup(tx, pickup, RefundEvent.PARCEL_LOST)
    for carried in await returns_of_pickup(tx, pickup):
        if carried.status in NUMBERED:
            await _pay_at_once(tx, carried)
        await return_paid_fee(tx, carried.shopper_id, carried.id)


async def _pay_at_once(tx: Tx, this_return: Return) -> None:
    """The platform advances the refund to everybody: there are no goods to wait for."""
    refund = (await refunds_by_return(tx.connection, this_return.shopper_id, [this_return.id]))[
        this_return.id
    ]
    await apply_for_advance(tx, refund)
    await returns.succeed(tx, this_return)
