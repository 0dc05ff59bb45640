"""What the payment service reports. The caller commits."""

from datetime import timedelta

from bff.core.report_errors import ImpossibleReportError
from bff.db.transaction import Tx
from bff.domain.payments.model import Payment, PaymentKind, PaymentStatus
from bff.domain.payments.store import move_payment, payments_by_id
from bff.domain.pickups import fees
from bff.domain.pickups.model import Pickup
from bff.domain.pickups.store import pickups_by_id
from bff.domain.policy.store import policy_version
from bff.domain.refunds import service as refunds
from bff.domain.refunds.model import Refund
from bff.domain.refunds.store import refunds_by_id, update_refund
from bff.domain.returns.events import announce_pickup, announce_return
from bff.domain.returns.model import RefundEvent, ReturnStatus
from bff.domain.returns.store import get_case
from bff.domain.returns.transitions.refunds import sync_refund
from bff.domain.returns.transitions.shipments import release_waybill


async def payment_succeeded(tx: Tx, payment_id: str, reference: str) -> bool:
    """Whether that is new. Raises ImpossibleReportError for a payment that is unknown or failed."""
    payment = await _reported(tx, payment_id, PaymentStatus.SUCCEEDED)
    values = {"ended_at": tx.now, "reference": reference}
    if not await move_payment(tx, payment_id, PaymentStatus.SUCCEEDED, **values):
        return False
    if payment.kind is PaymentKind.PICKUP_FEE:
        pickup = await _pickup(tx, payment)
        await fees.record_payment(tx, pickup, payment)
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_PAID)
        await release_waybill(tx, pickup)
    else:
        await _move_paid_refund(tx, payment)
    return True


async def payment_failed(tx: Tx, payment_id: str, reason: str) -> bool:
    """Whether that is new. Raises ImpossibleReportError for one that is unknown or succeeded."""
    payment = await _reported(tx, payment_id, PaymentStatus.FAILED)
    values = {"ended_at": tx.now, "failure": reason}
    if not await move_payment(tx, payment_id, PaymentStatus.FAILED, **values):
        return False
    if payment.kind is PaymentKind.PICKUP_FEE:
        pickup = await _pickup(tx, payment)
        await fees.record_failed_payment(tx, pickup)
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_PAYMENT_FAILED)
    else:
        await _move_unpaid_refund(tx, payment)
    return True


async def _reported(tx: Tx, payment_id: str, as_what: PaymentStatus) -> Payment:
    payment = (await payments_by_id(tx.connection, [payment_id])).get(payment_id)
    if payment is None:
        raise ImpossibleReportError("no such payment")
    if payment.status not in (PaymentStatus.REQUESTED, as_what):
        raise ImpossibleReportError(f"the payment is {payment.status} already")
    return payment


async def _move_paid_refund(tx: Tx, payment: Payment) -> None:
    refund = await _refund(tx, payment)
    match payment.kind:
        case PaymentKind.ADVANCE:
            await refunds.record_advance(tx, refund, payment)
            case = await get_case(tx, refund.return_id)
            if case.this_return.status is ReturnStatus.MERCHANT_REFUSED:
                # The goods, while the money was on its way
                await refunds.record_goods_refusal(tx, refund)
            event = RefundEvent.REFUND_ADVANCED
        case PaymentKind.MERCHANT_REFUND:
            await refunds.record_merchant_refund(tx, refund, payment)
            event = RefundEvent.REFUND_PAID_BY_MERCHANT
        case _:
            await refunds.record_repayment(tx, refund, payment)
            event = RefundEvent.REFUND_REPAID
    await announce_return(tx, refund.return_id, event)
    await sync_refund(tx, refund.return_id)


async def _move_unpaid_refund(tx: Tx, payment: Payment) -> None:
    refund = await _refund(tx, payment)
    match payment.kind:
        case PaymentKind.ADVANCE:
            await refunds.close_advance(tx, refund)
            await announce_return(tx, refund.return_id, RefundEvent.ADVANCE_CLOSED)
            await sync_refund(tx, refund.return_id)
        case PaymentKind.MERCHANT_REFUND:
            case = await get_case(tx, refund.return_id)
            policy = await policy_version(tx, case.this_return.policy_version)
            retry_at = tx.now + timedelta(hours=policy.payment.retry_hours)
            await update_refund(tx, refund.id, retry_at=retry_at)
            await announce_return(tx, refund.return_id, RefundEvent.REFUND_PAYMENT_FAILED)
        case _:
            await announce_return(tx, refund.return_id, RefundEvent.REPAYMENT_FAILED)


async def _refund(tx: Tx, payment: Payment) -> Refund:
    return (await refunds_by_id(tx.connection, [payment.subject_id]))[payment.subject_id]


async def _pickup(tx: Tx, payment: Payment) -> Pickup:
    return (await pickups_by_id(tx.connection, [payment.subject_id]))[payment.subject_id]
