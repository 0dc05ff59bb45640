"""Moving the money of a refund: who pays the shopper, and who repays whom. The caller commits."""

from datetime import datetime

from bff.db.transaction import Tx
from bff.domain.payments.model import (
    ADVANCES,
    Payment,
    PaymentKind,
    Posting,
    debt_account,
    shopper_account,
)
from bff.domain.payments.service import enter, request_payment, transfer
from bff.domain.refunds.model import AdvanceStatus, Refund
from bff.domain.refunds.store import move_advance, update_refund


async def apply_for_advance(tx: Tx, refund: Refund, shopper_id: str) -> bool:
    """The platform is to pay the shopper in the merchant's place (R8). Whether it was not yet."""
    if not await move_advance(tx, refund, AdvanceStatus.APPLYING):
        return False
    payee, kind = shopper_account(shopper_id), PaymentKind.ADVANCE
    await request_payment(tx, kind, refund.return_id, refund.id, ADVANCES, payee, refund.amount)
    return True


async def record_advance(tx: Tx, refund: Refund, payment: Payment, at: datetime) -> None:
    """Where the service had said that it failed, the merchant's payment is not tried again."""
    values = {"refunded_at": at, "retry_at": None}
    await move_advance(tx, refund, AdvanceStatus.ADVANCED, **values)
    await enter(tx, payment)


async def close_advance(tx: Tx, refund: Refund) -> bool:
    """Nothing is advanced any more. Whether something could still have been."""
    return await move_advance(tx, refund, AdvanceStatus.CLOSED)


async def settle(tx: Tx, refund: Refund, bearer: str, shopper_id: str) -> None:
    """Who bears the refund, the merchant as a rule, repays what the platform has advanced; but for
    deductions, which the shopper owes.
    """
    await move_advance(tx, refund, AdvanceStatus.SETTLED, settled_at=tx.now)
    await transfer(tx, refund.id, Posting.SETTLEMENT, bearer, ADVANCES, refund.payable)
    if refund.deducted_minor:
        debt = debt_account(shopper_id)
        await transfer(tx, refund.id, Posting.CLAWBACK, debt, ADVANCES, refund.deducted)
        await update_refund(tx, refund, owed_since=tx.now)


async def request_merchant_refund(
    tx: Tx, refund: Refund, shopper_id: str, payer: str
) -> Payment | None:
    """`payer`: the merchant's account, or that of who bears the refund in its place."""
    payee = shopper_account(shopper_id)
    kind = PaymentKind.MERCHANT_REFUND
    subject_id, amount = refund.id, refund.payable
    return await request_payment(tx, kind, refund.return_id, subject_id, payer, payee, amount)


async def record_merchant_refund(tx: Tx, refund: Refund, payment: Payment, at: datetime) -> None:
    await update_refund(tx, refund, refunded_at=at, retry_at=None)
    await enter(tx, payment)


async def record_goods_refusal(tx: Tx, refund: Refund) -> None:
    await move_advance(tx, refund, AdvanceStatus.MERCHANT_REFUSED_GOODS)


async def claw_back(tx: Tx, refund: Refund, shopper_id: str) -> None:
    """The shopper owes the platform what it has advanced."""
    await move_advance(tx, refund, AdvanceStatus.CLAWED_BACK, owed_since=tx.now)
    debt = debt_account(shopper_id)
    await transfer(tx, refund.id, Posting.CLAWBACK, debt, ADVANCES, refund.amount)
