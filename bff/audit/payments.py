"""Payments: one for each purpose, as much as it is for, in the ledger once it has succeeded."""

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from bff.audit.law import RowLaw, Words, money, within
from bff.db.tables import ledger_entries, outbox, payments, pickups, refunds, returns
from bff.domain.payments.model import (
    PAYMENT_RECALLED,
    PAYMENT_REQUESTED,
    REFUNDING,
    PaymentKind,
    PaymentStatus,
    Posting,
)

_payment = payments.c
_first = _payment.duplicate_of.is_(None)


def _purpose(kind: ColumnElement[str]) -> ColumnElement[str]:
    """An advance and a merchant's refund serve the same one."""
    return case((kind.in_(sorted(REFUNDING)), literal("REFUND")), else_=kind)


_serves = _purpose(_payment.kind)
_times = func.count()
ONE_PAYMENT = RowLaw(
    name="one payment a purpose",
    claim="One payment at most for a refund, a fee or a debt is under way or has succeeded.",
    key=_payment.return_id,
    wrong=select(
        _payment.return_id.label("key"),
        _payment.return_id,
        _payment.subject_id.label("subject"),
        _serves.label("purpose"),
        _times.label("times"),
        func.min(_payment.id).label("first"),
        func.max(_payment.id).label("last"),
    )
    .where(within(_payment.return_id), _payment.status != PaymentStatus.FAILED, _first)
    .group_by(_payment.return_id, _payment.subject_id, _serves)
    .having(_times > 1),
    ids=("return_id", "subject"),
    words=lambda row: Words(
        f"one payment for the purpose {row.purpose}",
        f"{row.times} that have not failed: {row.first}, {row.last}",
    ),
)
OF_RETURNS = RowLaw(
    name="payments of returns",
    claim="Each payment is for a return that is there.",
    key=_payment.id,
    wrong=select(_payment.id.label("key"), _payment.id.label("payment"), _payment.return_id).where(
        within(_payment.id), ~exists().where(returns.c.id == _payment.return_id)
    ),
    ids=("payment",),
    words=lambda row: Words(f"a return {row.return_id!r}", "none"),
)

# An advance is of the whole refund; a merchant pays it less what it may keep back.
_due = case(
    (_payment.kind == PaymentKind.ADVANCE, refunds.c.amount_minor),
    (
        _payment.kind == PaymentKind.MERCHANT_REFUND,
        refunds.c.amount_minor - refunds.c.deducted_minor,
    ),
    else_=pickups.c.shopper_pays_minor,
)
_currency = func.coalesce(refunds.c.currency, pickups.c.currency)
AMOUNTS = RowLaw(
    name="payment amounts",
    claim="A payment is of as much as its refund or its fee.",
    key=_payment.id,
    wrong=select(
        _payment.id.label("key"),
        _payment.id.label("payment"),
        _payment.return_id,
        _payment.amount_minor,
        _payment.currency,
        _due.label("due"),
        _currency.label("due_currency"),
    )
    .outerjoin(refunds, refunds.c.id == _payment.subject_id)
    .outerjoin(pickups, pickups.c.id == _payment.subject_id)
    .where(
        within(_payment.id),
        _payment.status != PaymentStatus.FAILED,
        _first,
        _payment.kind.in_((*sorted(REFUNDING), PaymentKind.PICKUP_FEE)),
        or_(
            _due.is_(None),
            _due != _payment.amount_minor,
            _currency != _payment.currency,
        ),
    ),
    ids=("return_id", "payment"),
    words=lambda row: Words(
        "nothing to pay" if row.due is None else money(row.due, row.due_currency),
        money(row.amount_minor, row.currency),
    ),
)


def _moved(account: ColumnElement[str]) -> ColumnElement[int]:
    """What the ledger says that an account gave or took with a payment."""
    entry, second = ledger_entries.c, _payment.duplicate_of.is_not(None)
    return (
        select(func.coalesce(func.sum(entry.amount_minor), 0))
        .where(
            entry.subject_id == case((second, _payment.id), else_=_payment.subject_id),
            entry.posting == case((second, Posting.DUPLICATE.value), else_=_payment.kind),
            entry.account == account,
        )
        .scalar_subquery()
    )


_succeeded = _payment.status == PaymentStatus.SUCCEEDED
_books = (
    select(
        *(_payment.id, _payment.return_id, _payment.currency, _payment.payer, _payment.payee),
        case((_succeeded, _payment.amount_minor), else_=0).label("expected"),
        _moved(_payment.payee).label("taken"),
        (-_moved(_payment.payer)).label("given"),
    )
    .where(within(_payment.id), _payment.status != PaymentStatus.FAILED)
    .subquery("books")
    .c
)
IN_LEDGER = RowLaw(
    name="payments in the ledger",
    claim="What the payment service has paid is in the ledger, and nothing else is.",
    key=_payment.id,
    wrong=select(
        _books.id.label("key"),
        _books.id.label("payment"),
        *(_books.return_id, _books.currency, _books.payer, _books.payee),
        *(_books.expected, _books.taken, _books.given),
    ).where(or_(_books.expected != _books.taken, _books.expected != _books.given)),
    ids=("return_id", "payment"),
    words=lambda row: Words(
        f"{money(row.expected, row.currency)} from {row.payer} to {row.payee}",
        f"{money(row.given, row.currency)} given, {money(row.taken, row.currency)} taken",
    ),
)


def has_payment(
    subject: FromClause, kinds: frozenset[PaymentKind], status: PaymentStatus
) -> ColumnElement[bool]:
    """Whether a refund or a pickup has a payment that counts."""
    return exists().where(
        _payment.return_id == subject.c.return_id,
        _payment.subject_id == subject.c.id,
        _payment.kind.in_(sorted(kinds)),
        _payment.status == status,
        _first,
    )


CALLED = RowLaw(
    name="payments under way",
    claim="Each payment that is requested has a call to the payment service, waiting or dead.",
    key=_payment.id,
    wrong=select(
        _payment.id.label("key"),
        _payment.id.label("payment"),
        _payment.return_id,
        _payment.amount_minor,
        _payment.currency,
        _payment.payee,
    ).where(
        within(_payment.id),
        _payment.status == PaymentStatus.REQUESTED,
        ~exists().where(
            and_(
                outbox.c.subject_id == _payment.id,
                outbox.c.message.in_((PAYMENT_REQUESTED, PAYMENT_RECALLED)),
            )
        ),
    ),
    ids=("return_id", "payment"),
    words=lambda row: Words(
        f"a call for {money(row.amount_minor, row.currency)} to {row.payee} in the outbox", "none"
    ),
)
LAWS = (ONE_PAYMENT, OF_RETURNS, AMOUNTS, IN_LEDGER, CALLED)
