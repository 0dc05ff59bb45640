"""What happens when a deadline passes. The caller commits."""

from collections.abc import Mapping
from functools import partial

from bff.db.transaction import Tx
from bff.domain.pickups.model import CancelReason, OfferEnd
from bff.domain.pickups.service import next_company, offer
from bff.domain.policy.store import policy_version
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.refunds.service import close_advance
from bff.domain.refunds.store import refunds_by_return
from bff.domain.returns.events import announce_pickup, announce_return, sync_timers
from bff.domain.returns.model import Case, CloseReason, DeadlineKind, RefundEvent, Return
from bff.domain.returns.rules.deadlines import deadlines
from bff.domain.returns.store import add_missed, find_case, get_case, returns_of_pickup
from bff.domain.returns.transitions import pickups, returns
from bff.domain.returns.transitions.refunds import retry_payments
from bff.domain.returns.transitions.shipments import ship_under_held_waybill
from bff.domain.stars.model import Behaviour
from bff.domain.stars.service import record_behaviour
from bff.jobs.timers import Handler


async def _pass(what: DeadlineKind, tx: Tx, return_id: str) -> None:
    """A deadline that has moved meanwhile is waited for again."""
    case = await find_case(tx, return_id)
    if case is None:
        return
    sync_timers(tx, return_id)
    policy = await policy_version(tx, case.this_return.policy_version)
    counting = (deadline for deadline in deadlines(case, policy) if deadline.what is what)
    deadline = next(counting, None)
    if deadline and deadline.at <= tx.now:
        if what is not DeadlineKind.REFUND_RETRY and not deadline.approves:
            # Somebody has broken a promise, or let their time pass
            await add_missed(tx, return_id, deadline)
            await announce_return(tx, return_id, RefundEvent.DEADLINE_MISSED, what)
        await _act(tx, case, what)


async def _act(tx: Tx, case: Case, what: DeadlineKind) -> None:
    this_return = case.this_return
    match what:
        case DeadlineKind.MERCHANT_ANSWER:  # R12: silence approves
            await returns.approve(tx, this_return)
        case DeadlineKind.SHIP_BACK:
            await _close_unsent(tx, this_return)
        case DeadlineKind.COURIER_ANSWER:
            await _offer_to_next(tx, case)
        case DeadlineKind.PICKUP_FEE:
            await _go_on_without_fee(tx, case)
        case DeadlineKind.MERCHANT_INSPECTION:  # silence accepts the goods
            await returns.succeed(tx, this_return)
        case DeadlineKind.DISPUTE:
            await returns.end_in_silence(tx, this_return)
        case DeadlineKind.STAFF_DECISION:  # P2: the platform's own delay is its own burden
            await returns.overrule(tx, this_return)
        case DeadlineKind.REFUND_RETRY:
            await retry_payments(tx, this_return.id)
        case DeadlineKind.COURIER_ARRIVAL | DeadlineKind.COURIER_WAYBILL | DeadlineKind.REPAYMENT:
            pass  # on record and pushed; the pickup goes on, the debt is on the list of staff


async def _close_unsent(tx: Tx, this_return: Return) -> None:
    await returns.close(tx, this_return, CloseReason.NOT_SHIPPED_BACK)
    shopper, return_id = this_return.shopper_id, this_return.id
    await record_behaviour(tx, shopper, return_id, Behaviour.BROKEN_PROMISE)


async def _offer_to_next(tx: Tx, case: Case) -> None:
    """R7: who does not answer within 5 minutes loses the pickup to the next company."""
    pickup = case.pickup
    if pickup is None:
        return
    policy = await policy_version(tx, case.this_return.policy_version)
    company = next_company(pickup, policy.pickup)
    if company:
        await offer(tx, pickup, company, OfferEnd.NO_ANSWER)
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_OFFERED_TO_NEXT)
    else:
        case = await get_case(tx, case.this_return.id)
        await pickups.call_off(tx, case, pickup, CancelReason.NO_COURIER)


async def _go_on_without_fee(tx: Tx, case: Case) -> None:
    """The refund is the shopper's by law, but it is not advanced, and the fee stays owed."""
    this_return, pickup = case.this_return, case.pickup
    if pickup is None:
        return
    await record_behaviour(tx, this_return.shopper_id, this_return.id, Behaviour.FEE_UNPAID)
    for carried in await returns_of_pickup(tx, pickup.id):
        await _forfeit_advance(tx, carried)
    await ship_under_held_waybill(tx, pickup)


async def _forfeit_advance(tx: Tx, this_return: Return) -> None:
    refund = (await refunds_by_return(tx.connection, [this_return.id]))[this_return.id]
    awaited = refund.advance is AdvanceStatus.NONE and not this_return.ended
    forfeited = this_return.advance_at_waybill and awaited
    if forfeited and await close_advance(tx, refund):
        await announce_return(tx, this_return.id, RefundEvent.ADVANCE_CLOSED)


# What the worker does when a deadline's timer is due
HANDLERS: Mapping[str, Handler] = {what.value: partial(_pass, what) for what in DeadlineKind}
