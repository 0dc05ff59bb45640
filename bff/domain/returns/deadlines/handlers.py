"""What happens when a deadline passes. The caller commits."""

from collections.abc import Mapping
from functools import partial

from bff.db.lookups import owner_of_return
from bff.db.transaction import Tx
from bff.domain.pickups.model import CancelReason, Pickup
from bff.domain.pickups.offers import OfferEnd
from bff.domain.policy.store import policy_version
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.refunds.service import close_advance
from bff.domain.refunds.store import refunds_by_return
from bff.domain.returns.events import announce_return, sync_timers
from bff.domain.returns.model import Case, CloseReason, DeadlineKind, Return, VisitsOutcome
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.rules.deadlines import deadlines
from bff.domain.returns.store import add_missed, get_case, returns_of_pickup
from bff.domain.returns.transitions import courier_failures, returns
from bff.domain.returns.transitions.refunds import retry_payments
from bff.domain.returns.transitions.shipments import ship_under_held_waybill
from bff.domain.stars.model import Behaviour
from bff.domain.stars.service import record_behaviour
from bff.jobs.timers import Handler


async def _pass(what: DeadlineKind, tx: Tx, return_id: str) -> None:
    """A deadline that has moved meanwhile is waited for again."""
    shopper_id = await owner_of_return(tx.connection, return_id)
    if shopper_id is None:
        return
    case = await get_case(tx, shopper_id, return_id)
    sync_timers(tx, shopper_id, return_id)
    policy = await policy_version(tx, case.this_return.policy_version)
    counting = (deadline for deadline in deadlines(case, policy) if deadline.what is what)
    deadline = next(counting, None)
    if deadline and deadline.at <= tx.now:
        if what is not DeadlineKind.REFUND_RETRY and not deadline.approves:
            # Somebody has broken a promise, or let their time pass
            await add_missed(tx, case.this_return, deadline)
            await announce_return(tx, shopper_id, return_id, RefundEvent.DEADLINE_MISSED, what)
        await _act(tx, case, what)


async def _act(tx: Tx, case: Case, what: DeadlineKind) -> None:
    this_return = case.this_return
    match what:
        case DeadlineKind.MERCHANT_ANSWER:  # R12: silence approves
            await returns.approve(tx, this_return)
        case DeadlineKind.SHIP_BACK:
            await _close_unsent(tx, this_return)
        case DeadlineKind.STAFF_VISITS:  # P2, as well
            await courier_failures.settle_visits(tx, this_return, VisitsOutcome.SHIP_BACK)
        case DeadlineKind.PICKUP_FEE:
            await _go_on_without_fee(tx, case)
        case DeadlineKind.MERCHANT_INSPECTION:  # silence accepts the goods
            await returns.succeed(tx, this_return)
        case DeadlineKind.DISPUTE:
            await returns.end_in_silence(tx, this_return)
        case DeadlineKind.STAFF_DECISION:  # P2: the platform's own delay is its own burden
            await returns.overrule(tx, this_return)
        case DeadlineKind.REFUND_RETRY:
            await retry_payments(tx, this_return.shopper_id, this_return.id)
        case _ if case.pickup:
            await _judge_courier(tx, case.pickup, what)


async def _judge_courier(tx: Tx, pickup: Pickup, what: DeadlineKind) -> None:
    """What is only late is on record and pushed. R7: who is silent loses the pickup."""
    match what:
        case DeadlineKind.COURIER_ARRIVAL:
            await courier_failures.count_anew(tx, pickup)
        case DeadlineKind.COURIER_ANSWER:
            end, otherwise = OfferEnd.NO_ANSWER, CancelReason.NO_COURIER
            await courier_failures.pass_on(tx, pickup, end, otherwise)
        case DeadlineKind.LATE_COURIER:
            end, otherwise = OfferEnd.DID_NOT_COME, CancelReason.COURIER_DID_NOT_COME
            await courier_failures.pass_on(tx, pickup, end, otherwise)
        case DeadlineKind.PARCEL_TRACE:
            await courier_failures.lose_parcel(tx, pickup)


async def _close_unsent(tx: Tx, this_return: Return) -> None:
    """P2: it counts against nobody where a courier had failed before."""
    await returns.close(tx, this_return, CloseReason.NOT_SHIPPED_BACK)
    if this_return.ship_back_from is None:
        shopper, return_id = this_return.shopper_id, this_return.id
        await record_behaviour(tx, shopper, return_id, Behaviour.BROKEN_PROMISE)


async def _go_on_without_fee(tx: Tx, case: Case) -> None:
    """The refund is the shopper's by law, but it is not advanced, and the fee stays owed."""
    this_return, pickup = case.this_return, case.pickup
    if pickup is None:
        return
    await record_behaviour(tx, this_return.shopper_id, this_return.id, Behaviour.FEE_UNPAID)
    for carried in await returns_of_pickup(tx, pickup):
        await _forfeit_advance(tx, carried)
    await ship_under_held_waybill(tx, pickup)


async def _forfeit_advance(tx: Tx, this_return: Return) -> None:
    refund = (await refunds_by_return(tx.connection, this_return.shopper_id, [this_return.id]))[
        this_return.id
    ]
    awaited = refund.advance is AdvanceStatus.NONE and not this_return.ended
    forfeited = this_return.advance_at_waybill and awaited
    if forfeited and await close_advance(tx, refund):
        await announce_return(
            tx, this_return.shopper_id, this_return.id, RefundEvent.ADVANCE_CLOSED
        )


# What the worker does when a deadline's timer is due
HANDLERS: Mapping[str, Handler] = {what.value: partial(_pass, what) for what in DeadlineKind}
