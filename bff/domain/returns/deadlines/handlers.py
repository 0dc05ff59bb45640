"""What happens when a deadline passes. The caller commits."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bff.db.transaction import Tx
from bff.domain.pickups.model import CancelReason
from bff.domain.pickups.service import next_company, offer
from bff.domain.policy.store import policy_version
from bff.domain.refunds.service import close_advance
from bff.domain.returns.events import announce_return, sync_timers
from bff.domain.returns.model import Case, CloseReason, DeadlineKind, RefundEvent
from bff.domain.returns.rules.deadlines import Deadline, deadlines
from bff.domain.returns.store import add_missed, find_case, get_case
from bff.domain.returns.transitions import pickups, returns
from bff.domain.returns.transitions.refunds import sync_refund
from bff.domain.returns.transitions.shipments import release_waybill
from bff.domain.stars.model import Behaviour
from bff.domain.stars.service import record_behaviour
from bff.jobs.timers import Handler

Consequence = Callable[[Tx, Case], Awaitable[None]]


def handlers() -> Mapping[str, Handler]:
    """What the worker does when a deadline's timer is due."""
    return {what.value: partial(_passed, what) for what in DeadlineKind}


async def _passed(what: DeadlineKind, tx: Tx, return_id: str) -> None:
    """A deadline that has moved meanwhile is waited for again."""
    case = await find_case(tx, return_id)
    if case is None:
        return
    sync_timers(tx, return_id)
    policy = await policy_version(tx, case.this_return.policy_version)
    counting = (one for one in deadlines(case, policy) if one.what is what)
    deadline = next(counting, None)
    if deadline and deadline.at <= tx.now:
        await _miss(tx, case, deadline)
        await CONSEQUENCES[what](tx, case)


async def _miss(tx: Tx, case: Case, deadline: Deadline) -> None:
    """Trying a payment again is no promise that anybody broke."""
    if deadline.what is DeadlineKind.REFUND_RETRY:
        return
    return_id = case.this_return.id
    await add_missed(tx, return_id, deadline)
    await announce_return(tx, return_id, RefundEvent.DEADLINE_MISSED, deadline.what)


async def _approve(tx: Tx, case: Case) -> None:
    """R12: silence approves."""
    await returns.approve(tx, case.this_return)


async def _close_unsent(tx: Tx, case: Case) -> None:
    await returns.close(tx, case.this_return, CloseReason.NOT_SHIPPED_BACK)
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    await record_behaviour(tx, shopper, return_id, Behaviour.BROKEN_PROMISE)


async def _offer_to_next(tx: Tx, case: Case) -> None:
    """R7: who does not answer within 5 minutes loses the pickup to the next company."""
    pickup = case.pickup
    if pickup is None:
        return
    policy = await policy_version(tx, case.this_return.policy_version)
    company = next_company(pickup, policy.pickup)
    if company:
        await offer(tx, pickup, company)
        await announce_return(tx, case.this_return.id, RefundEvent.PICKUP_OFFERED_TO_NEXT)
    else:
        case = await get_case(tx, case.this_return.id)
        await pickups.call_off(tx, case, pickup, CancelReason.NO_COURIER)


async def _nothing_more(_tx: Tx, _case: Case) -> None:
    """The breach is on record and pushed; the pickup goes on."""


async def _go_on_without_fee(tx: Tx, case: Case) -> None:
    """The refund is the shopper's by law, but it is not advanced, and the fee stays owed."""
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    await record_behaviour(tx, shopper, return_id, Behaviour.FEE_UNPAID)
    forfeited = case.this_return.advance_at_waybill and case.this_return.shipped_at is None
    if forfeited and await close_advance(tx, case.refund):
        await announce_return(tx, return_id, RefundEvent.ADVANCE_CLOSED)
    await release_waybill(tx, return_id)


async def _settle(tx: Tx, case: Case) -> None:
    """Silence accepts the goods."""
    await returns.succeed(tx, case.this_return)


async def _let_stand(tx: Tx, case: Case) -> None:
    await returns.let_refusal_stand(tx, case.this_return)


async def _decide_for_shopper(tx: Tx, case: Case) -> None:
    """The platform's own delay is not the shopper's burden."""
    await returns.overrule(tx, case.this_return)


async def _pay_again(tx: Tx, case: Case) -> None:
    await sync_refund(tx, case.this_return.id)


CONSEQUENCES: Mapping[DeadlineKind, Consequence] = {
    DeadlineKind.MERCHANT_ANSWER: _approve,
    DeadlineKind.SHIP_BACK: _close_unsent,
    DeadlineKind.COURIER_ANSWER: _offer_to_next,
    DeadlineKind.COURIER_ARRIVAL: _nothing_more,
    DeadlineKind.COURIER_WAYBILL: _nothing_more,
    DeadlineKind.PICKUP_FEE: _go_on_without_fee,
    DeadlineKind.MERCHANT_INSPECTION: _settle,
    DeadlineKind.DISPUTE: _let_stand,
    DeadlineKind.STAFF_DECISION: _decide_for_shopper,
    DeadlineKind.REFUND_RETRY: _pay_again,
}
