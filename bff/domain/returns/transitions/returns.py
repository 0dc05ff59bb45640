"""A return from state to state, whoever moves it. The caller commits."""

from collections.abc import Sequence

from msgspec import convert, to_builtins

from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold
from bff.domain.orders.store import hold
from bff.domain.pickups.model import CancelReason
from bff.domain.refunds.store import update_refund
from bff.domain.returns.credits import credited_by_return
from bff.domain.returns.events import announce_return
from bff.domain.returns.model import (
    CloseReason,
    DeadlineKind,
    Deduction,
    RefusedBecause,
    Return,
    ReturnKind,
    ReturnStatus,
)
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.return_address import agreed_address_id
from bff.domain.returns.rules.refusal_grounds import stands_in_silence
from bff.domain.returns.store import get_case, move_return
from bff.domain.returns.transitions import pickups
from bff.domain.returns.transitions.orders import close_if_refunded
from bff.domain.returns.transitions.refunds import sync_refund
from bff.domain.stars.model import Behaviour
from bff.domain.stars.service import record_behaviour
from bff.jobs import outbox

RETURN_CLOSED = "return.closed"
STOP_SHIPPING = "refund.stop_shipping"
SHOPPERS_DEADLINES = frozenset({DeadlineKind.SHIP_BACK, DeadlineKind.PICKUP_FEE})
DISHONEST = {
    RefusedBecause.EMPTY_PARCEL: Behaviour.EMPTY_PARCEL,
    RefusedBecause.WRONG_ITEM: Behaviour.WRONG_ITEM,
    RefusedBecause.USED_ITEM: Behaviour.USED_ITEM,
}


async def approve(tx: Tx, this_return: Return) -> bool:
    """The goods may come back; where there are none to come, the money goes at once."""
    if this_return.kind is ReturnKind.REFUND_ONLY:
        return await succeed(tx, this_return)
    address_id = await agreed_address_id(tx, this_return)
    values = {"approved_at": tx.now, "return_address_id": address_id}
    if not await move_return(tx, this_return, ReturnStatus.AWAITING_RETURN_SHIPMENT, **values):
        return False
    await announce_return(tx, this_return.shopper_id, this_return.id, RefundEvent.RETURN_APPROVED)
    return True


async def succeed(tx: Tx, this_return: Return) -> bool:
    """The merchant owes the money from now on."""
    if not await move_return(tx, this_return, ReturnStatus.SUCCEEDED, ended_at=tx.now):
        return False
    if this_return.kind is ReturnKind.RETURN_AND_REFUND:
        await _credit_shopper(tx, this_return)
    else:
        await outbox.post(tx, this_return.shopper_id, STOP_SHIPPING, this_return.id)
        close_if_refunded(tx, this_return.shopper_id, this_return.order_id)
    await announce_return(tx, this_return.shopper_id, this_return.id, RefundEvent.RETURN_SUCCEEDED)
    await sync_refund(tx, this_return.shopper_id, this_return.id)
    return True


async def _credit_shopper(tx: Tx, this_return: Return) -> None:
    """R5: a genuine return; and promises kept, where no deadline of the shopper's has passed."""
    shopper_id, return_id = this_return.shopper_id, this_return.id
    case = await get_case(tx, shopper_id, return_id)
    if not case.refund.deducted_minor:
        await record_behaviour(tx, shopper_id, return_id, Behaviour.GENUINE_RETURN)
    if not any(missed.what in SHOPPERS_DEADLINES for missed in case.missed):
        await record_behaviour(tx, shopper_id, return_id, Behaviour.KEPT_PROMISE)


async def close(tx: Tx, this_return: Return, why: CloseReason) -> bool:
    """Whether the return was in a state that can be closed.

    What it held of its line can be returned again, but for what the shop has credited; and a
    courier who is still to come need not.
    """
    values = {"ended_at": tx.now, "close_reason": why}
    if not await move_return(tx, this_return, ReturnStatus.CLOSED, **values):
        return False
    case = await get_case(tx, this_return.shopper_id, this_return.id)
    credited = (await credited_by_return(tx.connection, this_return.shopper_id, [this_return.id]))[
        this_return.id
    ]
    quantity = credited.quantity - this_return.quantity
    minor = credited.minor - case.refund.amount_minor
    await hold(tx, [LineHold(this_return.shopper_id, this_return.order_line_id, quantity, minor)])
    if case.pickup and case.pickup.waits:
        await pickups.leave(tx, case, case.pickup, CancelReason.RETURN_CLOSED)
    await outbox.post(tx, this_return.shopper_id, RETURN_CLOSED, this_return.id)
    await announce_return(tx, this_return.shopper_id, this_return.id, RefundEvent.RETURN_CLOSED)
    await sync_refund(tx, this_return.shopper_id, this_return.id)
    return True


async def refuse(
    tx: Tx,
    this_return: Return,
    because: RefusedBecause,
    note: str,
    photos: tuple[str, ...],
    deductions: Sequence[Deduction] = (),
) -> None:
    """Of the request, or of the goods that came back; with `deductions`, of a part of the money."""
    await move_return(
        tx,
        this_return,
        ReturnStatus.MERCHANT_REFUSED,
        refused_at=tx.now,
        refused_because=because,
        refusal_note=note,
        refusal_photos=list(photos),
        deductions=to_builtins(list(deductions)),
        disputed_at=None,
    )
    goods = this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
    await sync_refund(tx, this_return.shopper_id, this_return.id)
    event = RefundEvent.GOODS_REFUSED if goods else RefundEvent.RETURN_REFUSED
    if deductions:
        event = RefundEvent.GOODS_PARTLY_ACCEPTED
    await announce_return(tx, this_return.shopper_id, this_return.id, event)


async def end_in_silence(tx: Tx, this_return: Return) -> None:
    """P4: the shopper has not objected, which is no consent where the right is the law's."""
    if stands_in_silence(this_return):
        await let_refusal_stand(tx, this_return)
    else:
        await overrule(tx, this_return)


async def let_refusal_stand(tx: Tx, this_return: Return) -> None:
    """R2: what was proven is remembered, and an advance is owed back; of goods that are accepted in
    part, the part alone.
    """
    if this_return.deductions:
        await _deduct(tx, this_return)
        return
    await close(tx, this_return, CloseReason.REFUSAL_STANDS)
    proven = DISHONEST.get(this_return.refused_because or RefusedBecause.OTHER)
    if proven and this_return.goods_refused:
        await record_behaviour(tx, this_return.shopper_id, this_return.id, proven)


async def _deduct(tx: Tx, this_return: Return) -> None:
    deductions = convert(this_return.deductions, list[Deduction])
    refund = (await get_case(tx, this_return.shopper_id, this_return.id)).refund
    await update_refund(tx, refund, deducted_minor=sum(one.amount_minor for one in deductions))
    await announce_return(tx, this_return.shopper_id, this_return.id, RefundEvent.DEDUCTIONS_STAND)
    await succeed(tx, this_return)


async def overrule(tx: Tx, this_return: Return) -> None:
    """The refusal falls: the request is approved, or the goods count as accepted."""
    if this_return.goods_refused:
        await succeed(tx, this_return)
    else:
        await approve(tx, this_return)
