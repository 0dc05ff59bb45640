"""The goods are at the merchant: so the return was approved and they were sent (P1), whatever is
known of it. The caller commits and announces the receipt.
"""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold
from bff.domain.orders.store import hold, lines_by_id
from bff.domain.pickups.model import CancelReason, PickupStatus
from bff.domain.refunds.model import Held, refund_for
from bff.domain.refunds.store import update_refund
from bff.domain.returns.credits import credited_by_return
from bff.domain.returns.events import announce_pickup, announce_return
from bff.domain.returns.model import Case, DeadlineKind, Return, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.return_address import agreed_address_id
from bff.domain.returns.store import get_case, remove_missed
from bff.domain.returns.transitions import pickups
from bff.domain.returns.transitions.returns import approve
from bff.domain.returns.transitions.shipments import send, ship_under_held_waybill
from bff.domain.stars.model import Behaviour
from bff.domain.stars.service import withdraw_penalty


async def take_in(tx: Tx, this_return: Return, at: datetime, *, advances: bool) -> None:
    """From a request, or an approved return, to goods that were sent by `at`.

    `advances` False: they are found wanting in the same moment, and no money goes ahead.
    """
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        await approve(tx, this_return)
    case = await _without_pickup(tx, await get_case(tx, this_return.shopper_id, this_return.id))
    if case.pickup and case.pickup.held_waybill:
        await ship_under_held_waybill(tx, case.pickup)
    else:
        await send(tx, case, advances=advances, shipped_at=at)


async def _without_pickup(tx: Tx, case: Case) -> Case:
    """No courier need come; one who has been there has earned the fee, paid or not."""
    pickup = case.pickup
    if pickup and pickup.waits:
        return await pickups.leave(tx, case, pickup, CancelReason.SHIPPED_OTHERWISE)
    if pickup and pickup.status is PickupStatus.COLLECTED:
        collected = await pickups.fix_fee(tx, case.this_return, pickup, None)
        if collected.fee_due and not pickup.fee_due:
            await announce_pickup(tx, collected, RefundEvent.PICKUP_FEE_DUE)
        return replace(case, pickup=collected)
    return case


async def reopen(
    tx: Tx, this_return: Return, at: datetime, *, advances: bool = True, **waybill: Any
) -> bool:
    """A return that was closed goes on, and what its closing counted is withdrawn (P2).

    `waybill`: the columns of one that has come at last. False: another return, or a credit note,
    has taken the pieces meanwhile.
    """
    shopper_id, return_id = this_return.shopper_id, this_return.id
    if not await _hold_again(tx, this_return):
        return False
    await send(
        tx,
        await get_case(tx, shopper_id, return_id),
        advances=advances,
        shipped_at=at,
        ended_at=None,
        close_reason=None,
        approved_at=this_return.approved_at or tx.now,
        return_address_id=await agreed_address_id(tx, this_return),
        **waybill,
    )
    await remove_missed(tx, this_return, DeadlineKind.SHIP_BACK, at)
    await withdraw_penalty(tx, shopper_id, return_id, Behaviour.BROKEN_PROMISE)
    await announce_return(tx, shopper_id, return_id, RefundEvent.RETURN_REOPENED)
    return True


async def _hold_again(tx: Tx, this_return: Return) -> bool:
    """What the shop has credited of it is still its own.

    The amount is that of today: with other returns of the line, it adds up to what was paid.
    """
    shopper_id, line_id = this_return.shopper_id, this_return.order_line_id
    quantity = this_return.quantity
    line = (await lines_by_id(tx.connection, shopper_id, [line_id]))[line_id]
    credited = (await credited_by_return(tx.connection, this_return.shopper_id, [this_return.id]))[
        this_return.id
    ]
    others = Held(line.held_quantity - credited.quantity, line.held_minor - credited.minor)
    if line.quantity - others.quantity < quantity:
        return False
    amount = refund_for(line.paid, line.quantity, others, quantity).minor
    case = await get_case(tx, this_return.shopper_id, this_return.id)
    await update_refund(tx, case.refund, amount_minor=amount)
    added = LineHold(shopper_id, line_id, quantity - credited.quantity, amount - credited.minor)
    await hold(tx, [added])
    return True
