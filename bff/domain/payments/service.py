"""Asking for payments, and writing down in a double-entry ledger what moved. The caller commits."""

from bff.core import ids
from bff.core.money import Money
from bff.db.transaction import Tx
from bff.domain.payments.model import (
    PAYMENT_RECALLED,
    PAYMENT_REQUESTED,
    LedgerEntry,
    Moves,
    Payment,
    PaymentKind,
    PaymentStatus,
    Posting,
    debt_account,
)
from bff.domain.payments.store import add_entries, add_payment, live_payment, mark_duplicate
from bff.jobs import outbox


class UnbalancedError(ValueError):
    """A posting that gives more than it takes, or less."""


async def request_payment(
    tx: Tx,
    shopper_id: str,
    kind: PaymentKind,
    return_id: str,
    subject_id: str,
    payer: str,
    payee: str,
    amount: Money,
) -> Payment | None:
    """The payment now under way; None where one is under way already, or has succeeded."""
    if await live_payment(tx, shopper_id, kind, subject_id):
        return None
    payment = Payment(
        id=tx.new_id(ids.PAYMENT),
        shopper_id=shopper_id,
        kind=kind,
        return_id=return_id,
        subject_id=subject_id,
        payer=payer,
        payee=payee,
        amount_minor=amount.minor,
        currency=amount.currency,
        status=PaymentStatus.REQUESTED,
        requested_at=tx.now,
    )
    await add_payment(tx, payment)
    await outbox.post(tx, payment.shopper_id, PAYMENT_REQUESTED, payment.id)
    return payment


async def recall(tx: Tx, payment: Payment, paid: Payment) -> None:
    """It is under way, and `paid` has served its purpose: the payment service is to stop it."""
    await mark_duplicate(tx, payment, paid.id)
    await outbox.hasten(tx, payment.shopper_id, payment.id)
    await outbox.post(tx, payment.shopper_id, PAYMENT_RECALLED, payment.id)


async def enter(tx: Tx, payment: Payment) -> None:
    """What the payment service has moved, under the payment's own kind."""
    giver, taker, posting = payment.payer, payment.payee, Posting(payment.kind)
    await transfer(
        tx, payment.shopper_id, payment.subject_id, posting, giver, taker, payment.amount
    )


async def enter_duplicate(tx: Tx, payment: Payment) -> None:
    """What moved a second time. The shopper owes it to who paid it, or is owed it."""
    giver, taker, shopper_id = payment.payer, payment.payee, payment.shopper_id
    debt = debt_account(shopper_id)
    await transfer(tx, shopper_id, payment.id, Posting.DUPLICATE, giver, taker, payment.amount)
    if debt not in (giver, taker):  # or the debt stands in the books by that alone
        await transfer(tx, shopper_id, payment.id, Posting.SURPLUS, debt, giver, payment.amount)


async def transfer(
    tx: Tx,
    shopper_id: str,
    subject_id: str,
    posting: Posting,
    giver: str,
    taker: str,
    amount: Money,
) -> None:
    moves = {giver: -amount.minor, taker: amount.minor}
    await post_entries(tx, shopper_id, subject_id, posting, moves, amount.currency)


async def post_entries(
    tx: Tx, shopper_id: str, subject_id: str, posting: Posting, moves: Moves, currency: str
) -> None:
    """`moves`: minor units by account, positive is received. Raises UnbalancedError."""
    if sum(moves.values()):
        raise UnbalancedError(f"{posting} of {subject_id}: {dict(moves)}")
    entries = [
        LedgerEntry(shopper_id, subject_id, posting, account, minor, currency, tx.now)
        for account, minor in moves.items()
        if minor
    ]
    if entries:
        await add_entries(tx, entries)
