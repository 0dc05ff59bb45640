"""What a shopper owes for a refund, and what was paid twice. The caller commits."""

from datetime import datetime

from bff.core.money import Money
from bff.db.transaction import Tx
from bff.domain.payments.model import Payment, PaymentKind, debt_account, shopper_account
from bff.domain.payments.service import enter, enter_duplicate, request_payment
from bff.domain.payments.store import payments_under_way, unsettled_duplicates
from bff.domain.refunds.model import Refund
from bff.domain.refunds.store import refunds_by_id, update_refund


async def sync_debts(tx: Tx, before: Refund) -> None:
    """What was paid twice and not paid back, and whether the shopper is paying."""
    shopper_id, refund_id = before.shopper_id, before.id
    refund = (await refunds_by_id(tx.connection, shopper_id, [refund_id]))[refund_id]
    duplicates = await unsettled_duplicates(tx, refund.shopper_id, refund.return_id)
    surplus = sum(one.amount_minor for one in duplicates if one.to_shopper)
    owes = bool(surplus or refund.clawed_back.minor)
    under_way = await payments_under_way(tx, shopper_id, refund.return_id, PaymentKind.REPAYMENT)
    await update_refund(
        tx,
        refund,
        surplus_minor=surplus,
        overpaid_minor=sum(one.amount_minor for one in duplicates if not one.to_shopper),
        repaying=bool(under_way),
        owed_since=refund.owed_since if owes else None,
    )


async def record_duplicate(tx: Tx, refund: Refund, payment: Payment, at: datetime) -> None:
    """The money moved a second time. It reached the shopper with the first of the two."""
    await enter_duplicate(tx, payment)
    if payment.to_shopper:
        first_at = min(at, refund.refunded_at or at)
        await update_refund(tx, refund, owed_since=tx.now, refunded_at=first_at)
    await sync_debts(tx, refund)


async def request_repayments(tx: Tx, refund: Refund) -> list[Payment]:
    """A payment for each thing that is owed; none where they are under way."""
    owed = [(one.id, one.amount) for one in await _duplicates(tx, refund, to_shopper=True)]
    if refund.clawed_back.minor:
        owed.insert(0, (refund.id, refund.clawed_back))
    payer, payee = shopper_account(refund.shopper_id), debt_account(refund.shopper_id)
    return await _request(tx, refund, PaymentKind.REPAYMENT, payer, payee, owed)


async def record_repayment(tx: Tx, refund: Refund, payment: Payment, at: datetime) -> None:
    if payment.subject_id == refund.id:
        await update_refund(tx, refund, repaid_at=at)
    await enter(tx, payment)
    await sync_debts(tx, refund)


async def request_reimbursements(tx: Tx, refund: Refund) -> list[Payment]:
    """The platform pays back what the shopper has paid twice."""
    due = [(one.id, one.amount) for one in await _duplicates(tx, refund, to_shopper=False)]
    payer, payee = debt_account(refund.shopper_id), shopper_account(refund.shopper_id)
    return await _request(tx, refund, PaymentKind.REIMBURSEMENT, payer, payee, due)


async def record_reimbursement(tx: Tx, refund: Refund, payment: Payment) -> None:
    await enter(tx, payment)
    await sync_debts(tx, refund)


async def _duplicates(tx: Tx, refund: Refund, *, to_shopper: bool) -> list[Payment]:
    duplicates = await unsettled_duplicates(tx, refund.shopper_id, refund.return_id)
    return [one for one in duplicates if one.to_shopper is to_shopper]


async def _request(
    tx: Tx,
    refund: Refund,
    kind: PaymentKind,
    payer: str,
    payee: str,
    amounts: list[tuple[str, Money]],
) -> list[Payment]:
    """`amounts` by the subject of each payment."""
    requested = [
        await request_payment(
            tx, refund.shopper_id, kind, refund.return_id, subject_id, payer, payee, amount
        )
        for subject_id, amount in amounts
    ]
    await sync_debts(tx, refund)
    return [one for one in requested if one]
