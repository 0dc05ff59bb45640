"""What the payment service reports: whether it is new. The caller commits.

Each raises ImpossibleReportError, and has then changed nothing.
"""

from dataclasses import replace
from datetime import datetime

from bff.core.moments import moment_since
from bff.core.report_errors import ImpossibleReportError
from bff.db.lookups import owner_of_payment
from bff.db.transaction import Tx
from bff.domain.payments.model import Payment, PaymentStatus
from bff.domain.payments.store import live_payment, move_payment, payments_by_id
from bff.domain.returns.transitions.payments import (
    recall_second,
    record_failure,
    record_second,
    record_success,
)


async def payment_succeeded(tx: Tx, payment_id: str, reference: str, at: datetime) -> bool:
    """P1: the money has moved, whatever was said before. Of two for one purpose the first counts;
    the other one is recalled or, where it moved as well, owed."""
    payment = await _known_payment(tx, payment_id)
    if payment.status is PaymentStatus.SUCCEEDED:
        return False
    at = _ended_at(payment, at)
    if payment.status is PaymentStatus.FAILED and not payment.duplicate_of:
        payment = await _beside_others(tx, payment)
    values = {"ended_at": at, "reference": reference, "duplicate_of": payment.duplicate_of}
    await move_payment(tx, payment, PaymentStatus.SUCCEEDED, **values)
    await (record_second if payment.duplicate_of else record_success)(tx, payment, at)
    return True


async def _beside_others(tx: Tx, payment: Payment) -> Payment:
    """It was taken to have failed: another one may have been requested since."""
    live = await live_payment(tx, payment.shopper_id, payment.kind, payment.subject_id)
    if live and live.status is PaymentStatus.SUCCEEDED:
        return replace(payment, duplicate_of=live.id)
    if live:
        await recall_second(tx, live, payment)
    return payment


async def payment_failed(tx: Tx, payment_id: str, reason: str, at: datetime) -> bool:
    """One that was recalled has then ended as it should."""
    payment = await _known_payment(tx, payment_id)
    if payment.status is PaymentStatus.SUCCEEDED:
        raise ImpossibleReportError(f"the payment is {payment.status} already")
    if payment.status is PaymentStatus.FAILED:
        return False
    values = {"ended_at": _ended_at(payment, at), "failure": reason}
    await move_payment(tx, payment, PaymentStatus.FAILED, **values)
    if not payment.duplicate_of:
        await record_failure(tx, payment)
    return True


async def _known_payment(tx: Tx, payment_id: str) -> Payment:
    owner = await owner_of_payment(tx.connection, payment_id)
    if owner is None:
        raise ImpossibleReportError("no such payment")
    return (await payments_by_id(tx.connection, owner, [payment_id]))[payment_id]


def _ended_at(payment: Payment, at: datetime) -> datetime:
    return moment_since(at, payment.requested_at, "the payment was requested")
