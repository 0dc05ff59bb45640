"""Events of a return, in the transaction of what happened, and the timers that it moves."""

from functools import partial

from sqlalchemy import and_, bindparam, select

from bff.db import events
from bff.db.elements import of_owner, same_shopper
from bff.db.statements import prepare
from bff.db.tables import pickups, refunds, returns
from bff.db.transaction import Tx
from bff.domain.pickups.model import Pickup
from bff.domain.policy.store import policy_version
from bff.domain.refunds.advances import sync_advanced
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import Case, DeadlineKind
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.rules.deadlines import deadlines
from bff.domain.returns.store import find_case, returns_of_pickup
from bff.jobs import received_events, timers

KINDS = tuple(DeadlineKind)


async def announce_return(
    tx: Tx,
    shopper_id: str,
    return_id: str,
    event: RefundEvent,
    deadline: DeadlineKind | None = None,
) -> None:
    """Append to the return's topic, with the states as they are after the change.

    `deadline`: the one that was missed, where that is the event.
    """
    facts = {"shopper_id": shopper_id, "return_id": return_id}
    [states] = (await tx.execute(_newest, facts)).mappings()
    await events.append(tx, shopper_id, return_id, event, {**states, "deadline": deadline})
    sync_timers(tx, shopper_id, return_id)


async def announce_case(tx: Tx, case: Case, event: RefundEvent) -> None:
    """The same, of a case that is known as it is after the change: nothing is read."""
    shopper_id, return_id = case.this_return.shopper_id, case.this_return.id
    states = {
        "return_status": case.this_return.status,
        "pickup_status": case.pickup and case.pickup.status,
        "advance": case.refund.advance,
    }
    await events.append(tx, shopper_id, return_id, event, {**states, "deadline": None})
    tx.at_end(return_id, partial(_follow, tx, case))


async def announce_pickup(tx: Tx, pickup: Pickup, event: RefundEvent) -> None:
    """To all whose goods it brings back."""
    for this_return in await returns_of_pickup(tx, pickup):
        await announce_return(tx, this_return.shopper_id, this_return.id, event)


async def announce_parcel(tx: Tx, case: Case, event: RefundEvent) -> None:
    """The same, where the case of one of them is known as it is after the change."""
    await announce_case(tx, case, event)
    if case.pickup:
        for other in await returns_of_pickup(tx, case.pickup):
            if other.id != case.this_return.id:
                await announce_return(tx, other.shopper_id, other.id, event)


def sync_timers(tx: Tx, shopper_id: str, return_id: str) -> None:
    """The timers follow the deadlines before this write is committed."""
    tx.at_end(return_id, partial(_find_and_follow, tx, shopper_id, return_id))


async def sync_pickup_timers(tx: Tx, pickup: Pickup) -> None:
    """Of all whose goods it brings back."""
    for carried in await returns_of_pickup(tx, pickup):
        sync_timers(tx, carried.shopper_id, carried.id)


async def _find_and_follow(tx: Tx, shopper_id: str, return_id: str) -> None:
    case = await find_case(tx, shopper_id, return_id)
    if case:  # or what had changed it was rolled back
        await _follow(tx, case)


async def _follow(tx: Tx, case: Case) -> None:
    """The timers, and what is advanced of the order."""
    await _set_timers(tx, case)
    if case.this_return.advance_at_waybill or case.refund.advance is not AdvanceStatus.NONE:
        shopper_id, order_id = case.this_return.shopper_id, case.this_return.order_id
        tx.at_end(f"advanced {order_id}", partial(sync_advanced, tx, shopper_id, order_id))


async def _set_timers(tx: Tx, case: Case) -> None:
    """And what waits for a change of the return is tried again; nothing can wait for a new one."""
    shopper_id, return_id = case.this_return.shopper_id, case.this_return.id
    if return_id not in tx.new_ids:
        await received_events.release(tx, shopper_id, [return_id])
    policy = await policy_version(tx, case.this_return.policy_version)
    wanted = {deadline.what.value: deadline.at for deadline in deadlines(case, policy)}
    await timers.sync(tx, shopper_id, return_id, KINDS, wanted)


_newest = prepare(
    select(
        returns.c.status.label("return_status"),
        pickups.c.status.label("pickup_status"),
        refunds.c.advance,
    )
    .join(refunds, and_(refunds.c.return_id == returns.c.id, same_shopper(refunds, returns)))
    .outerjoin(pickups, and_(pickups.c.id == returns.c.pickup_id, same_shopper(pickups, returns)))
    .where(of_owner(returns), returns.c.id == bindparam("return_id")),
)
