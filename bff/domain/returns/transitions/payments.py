"""What the end of a payment brings to its return. The caller commits."""

from datetime import datetime, timedelta

import structlog

from bff.db.transaction import Tx
from bff.domain.payments.model import Payment, PaymentKind, PaymentStatus
from bff.domain.payments.service import recall
from bff.domain.pickups import fees
from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.pickups.store import pickups_by_id
from bff.domain.policy.store import policy_version
from bff.domain.refunds import debts
from bff.domain.refunds import service as refunds
from bff.domain.refunds.store import update_refund
from bff.domain.returns.events import announce_pickup, announce_return
from bff.domain.returns.model import Case, DeadlineKind, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.store import get_case, missed_by_return, returns_of_pickup
from bff.domain.returns.transitions.refunds import sync_refund
from bff.domain.returns.transitions.shipments import advance_arrived, ship_under_held_waybill
from bff.domain.stars.model import Behaviour
from bff.domain.stars.service import withdraw_penalty

log = structlog.get_logger("bff.domain.payments")


async def record_success(tx: Tx, payment: Payment, at: datetime) -> None:
    """The money has moved, and serves its purpose."""
    if payment.kind is PaymentKind.PICKUP_FEE:
        pickup = await _pickup(tx, payment)
        await fees.record_payment(tx, pickup, payment, at)
        await advance_arrived(tx, pickup)
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_PAID)
        if pickup.status is PickupStatus.LOST:
            await return_paid_fee(tx, payment.shopper_id, payment.return_id)
        if payment.status is PaymentStatus.FAILED:
            await _withdraw_fee_penalty(tx, pickup, at)
        await ship_under_held_waybill(tx, pickup)
        return
    event = await _record(
        tx, await get_case(tx, payment.shopper_id, payment.return_id), payment, at
    )
    await announce_return(tx, payment.shopper_id, payment.return_id, event)
    await sync_refund(tx, payment.shopper_id, payment.return_id)


async def return_paid_fee(tx: Tx, shopper_id: str, return_id: str) -> None:
    """P2: whatever the shopper has paid for the pickup of a lost parcel."""
    await debts.sync_debts(tx, (await get_case(tx, shopper_id, return_id)).refund)
    await sync_refund(tx, shopper_id, return_id)


async def _withdraw_fee_penalty(tx: Tx, pickup: Pickup, at: datetime) -> None:
    """P2: the fee was paid in time; the payment service was late to say so."""
    carried = await returns_of_pickup(tx, pickup)
    missed = await missed_by_return(tx.connection, pickup.shopper_id, [one.id for one in carried])
    for this_return in carried:
        known = missed[this_return.id]
        if any(one.what is DeadlineKind.PICKUP_FEE and at <= one.due_at for one in known):
            shopper_id, return_id = this_return.shopper_id, this_return.id
            await withdraw_penalty(tx, shopper_id, return_id, Behaviour.FEE_UNPAID)


async def _record(tx: Tx, case: Case, payment: Payment, at: datetime) -> RefundEvent:
    refund = case.refund
    match payment.kind:
        case PaymentKind.ADVANCE:
            await refunds.record_advance(tx, refund, payment, at)
            if case.this_return.status is ReturnStatus.MERCHANT_REFUSED:
                # The goods, while the money was on its way
                await refunds.record_goods_refusal(tx, refund)
            return RefundEvent.REFUND_ADVANCED
        case PaymentKind.MERCHANT_REFUND:
            await refunds.record_merchant_refund(tx, refund, payment, at)
            return RefundEvent.REFUND_PAID_BY_MERCHANT
        case PaymentKind.REIMBURSEMENT:
            await debts.record_reimbursement(tx, refund, payment)
            return RefundEvent.OVERPAYMENT_RETURNED
        case _:
            await debts.record_repayment(tx, refund, payment, at)
            return RefundEvent.REFUND_REPAID


async def record_failure(tx: Tx, payment: Payment) -> None:
    """Nothing has moved: what it was for is still to be paid."""
    shopper_id, return_id = payment.shopper_id, payment.return_id
    match payment.kind:
        case PaymentKind.PICKUP_FEE:
            pickup = await _pickup(tx, payment)
            await fees.record_failed_payment(tx, pickup)
            await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_PAYMENT_FAILED)
        case PaymentKind.ADVANCE:
            await refunds.close_advance(tx, (await get_case(tx, shopper_id, return_id)).refund)
            await announce_return(tx, shopper_id, return_id, RefundEvent.ADVANCE_CLOSED)
            await sync_refund(tx, shopper_id, return_id)
        case PaymentKind.MERCHANT_REFUND:
            await _try_later(tx, shopper_id, return_id)
            await announce_return(tx, shopper_id, return_id, RefundEvent.REFUND_PAYMENT_FAILED)
        case PaymentKind.REIMBURSEMENT:
            await _try_later(tx, shopper_id, return_id)
            await announce_return(tx, shopper_id, return_id, RefundEvent.REIMBURSEMENT_FAILED)
        case _:
            await debts.sync_debts(tx, (await get_case(tx, shopper_id, return_id)).refund)
            await announce_return(tx, shopper_id, return_id, RefundEvent.REPAYMENT_FAILED)


async def _try_later(tx: Tx, shopper_id: str, return_id: str) -> None:
    case = await get_case(tx, shopper_id, return_id)
    policy = await policy_version(tx, case.this_return.policy_version)
    retry_at = tx.now + timedelta(hours=policy.payment.retry_hours)
    await update_refund(tx, case.refund, retry_at=retry_at)


async def recall_second(tx: Tx, second: Payment, paid: Payment) -> None:
    """It is under way, for what `paid` has served."""
    await recall(tx, second, paid)
    log.warning("payment recalled", payment=second.id, duplicate_of=paid.id)
    await announce_return(tx, second.shopper_id, second.return_id, RefundEvent.PAYMENT_RECALLED)


async def record_second(tx: Tx, payment: Payment, at: datetime) -> None:
    """The money has moved a second time: it is owed, and the platform pays its part by itself."""
    case = await get_case(tx, payment.shopper_id, payment.return_id)
    await debts.record_duplicate(tx, case.refund, payment, at)
    log.warning("paid twice", payment=payment.id, duplicate_of=payment.duplicate_of)
    event = RefundEvent.REFUND_PAID_TWICE if payment.to_shopper else RefundEvent.OVERPAID
    await announce_return(tx, payment.shopper_id, payment.return_id, event)
    await sync_refund(tx, payment.shopper_id, payment.return_id)


async def _pickup(tx: Tx, payment: Payment) -> Pickup:
    pickup_id = payment.subject_id
    return (await pickups_by_id(tx.connection, payment.shopper_id, [pickup_id]))[pickup_id]
