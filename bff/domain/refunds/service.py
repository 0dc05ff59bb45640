"""Moving the money of a refund: who pays the shopper, and who repays whom. The caller commits."""

from datetime import datetime

from bff.core.money import Money
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


async def apply_for_advance(tx: Tx, refund: Refund) -> bool:
    """The platform is to pay the shopper in the merchant's place (R8). Whether it was not yet."""
    if not await move_advance(tx, refund, AdvanceStatus.APPLYING):
        return False
    payee, kind = shopper_account(refund.shopper_id), PaymentKind.ADVANCE
    await request_payment(
        tx, refund.shopper_id, kind, refund.return_id, refund.id, ADVANCES, payee, refund.amount
    )
    return True


async def record_advance(tx: Tx, refund: Refund, payment: Payment, at: datetime) -> None:
    """Where the service had said that it failed, the merchant's payment is not tried again."""
    values = {"refunded_at": at, "retry_at": None}
    await move_advance(tx, refund, AdvanceStatus.ADVANCED, **values)
    await enter(tx, payment)


async def close_advance(tx: Tx, refund: Refund) -> bool:
    """Nothing is advanced any more. Whether something could still have been."""
    return await move_advance(tx, refund, AdvanceStatus.CLOSED)


async def settle(tx: Tx, refund: Refund, bearer: str) -> None:
    """Who bears the refund, the merchant as a rule, repays what the platform has advanced; but for
    deductions, which the shopper owes.
    """
    await move_advance(tx, refund, AdvanceStatus.SETTLED, settled_at=tx.now)
    await transfer(
        tx, refund.shopper_id, refund.id, Posting.SETTLEMENT, bearer, ADVANCES, refund.payable
    )
    if refund.deducted_minor:
        debt = debt_account(refund.shopper_id)
        await transfer(
            tx, refund.shopper_id, refund.id, Posting.CLAWBACK, debt, ADVANCES, refund.deducted
        )
        await update_refund(tx, refund, owed_since=tx.now)


async def request_merchant_refund(tx: Tx, refund: Refund, payer: str) -> Payment | None:
    """`payer`: the merchant's account, or that of who bears the refund in its place."""
    payee, kind = shopper_account(refund.shopper_id), PaymentKind.MERCHANT_REFUND
    return await _request(tx, refund, kind, payer, payee, refund.payable)


async def record_merchant_refund(tx: Tx, refund: Refund, payment: Payment, at: datetime) -> None:
    await update_refund(tx, refund, refunded_at=at, retry_at=None)
    await enter(tx, payment)


async def record_goods_refusal(tx: Tx, refund: Refund) -> None:
    await move_advance(tx, refund, AdvanceStatus.MERCHANT_REFUSED_GOODS)


async def claw_back(tx: Tx, refund: Refund) -> None:
    """The shopper owes the platform what it has advanced."""
    await move_advance(tx, refund, AdvanceStatus.CLAWED_BACK, owed_since=tx.now)
    debt = debt_account(refund.shopper_id)
    await transfer(
        tx, refund.shopper_id, refund.id, Posting.CLAWBACK, debt, ADVANCES, refund.amount
    )


async def _request(
    tx: Tx, refund: Refund, kind: PaymentKind, payer: str, payee: str, amount: Money
) -> Payment | None:
    shopper_id, return_id = refund.shopper_id, refund.return_id
    return await request_payment(tx, shopper_id, kind, return_id, refund.id, payer, payee, amount)


async def _transfer(
    tx: Tx, refund: Refund, posting: Posting, giver: str, taker: str, amount: Money
) -> None:
    await transfer(tx, refund.shopper_id, refund.id, posting, giver, taker, amount)
