"""Refunds and fees: what they say of their payments is so."""

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from bff.audit.law import RowLaw, Words, money, within
from bff.audit.payments import has_payment
from bff.db.tables import ledger_entries, payments, pickups, refunds, returns
from bff.domain.payments.model import REFUNDING, PaymentKind, PaymentStatus, Posting
from bff.domain.pickups.model import FeeStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import ReturnStatus

_payment = payments.c
_ADVANCE = frozenset({PaymentKind.ADVANCE})
_FEE = frozenset({PaymentKind.PICKUP_FEE})


def _differ(one: ColumnElement[bool], other: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(and_(one, not_(other)), and_(not_(one), other))


_refunded = refunds.c.refunded_at.is_not(None)
_paid = has_payment(refunds, REFUNDING, PaymentStatus.SUCCEEDED)
REFUNDED = RowLaw(
    name="refunded",
    claim="A refund has a moment of payment where a payment of it has succeeded.",
    key=refunds.c.id,
    wrong=select(refunds.c.id.label("key"), refunds.c.return_id, _refunded.label("refunded")).where(
        within(refunds.c.id), _differ(_refunded, _paid)
    ),
    ids=("return_id",),
    words=lambda row: (
        Words("a payment that has succeeded, as it is refunded", "none")
        if row.refunded
        else Words("a moment at which it was refunded, as its payment has succeeded", "none")
    ),
)
PAYMENTS_OF_STATES = {
    AdvanceStatus.NONE: "no advance paid or under way",
    AdvanceStatus.CLOSED: "no advance paid or under way",
    AdvanceStatus.APPLYING: "an advance under way",
}
_advanced = refunds.c.advance.not_in(
    (AdvanceStatus.NONE, AdvanceStatus.APPLYING, AdvanceStatus.CLOSED)
)
_applying = refunds.c.advance == AdvanceStatus.APPLYING
ADVANCE = RowLaw(
    name="advances",
    claim="What an advance's state says of its payment is so.",
    key=refunds.c.id,
    wrong=select(refunds.c.id.label("key"), refunds.c.return_id, refunds.c.advance).where(
        within(refunds.c.id),
        or_(
            _differ(_advanced, has_payment(refunds, _ADVANCE, PaymentStatus.SUCCEEDED)),
            _differ(_applying, has_payment(refunds, _ADVANCE, PaymentStatus.REQUESTED)),
        ),
    ),
    ids=("return_id",),
    words=lambda row: Words(
        f"{PAYMENTS_OF_STATES.get(row.advance, 'an advance paid')}, as the state is {row.advance}",
        "something else among its payments",
    ),
)

_fee_paid = pickups.c.fee_status == FeeStatus.PAID
# Before fees were in the ledger, some were paid without a payment.
_charged = exists().where(
    ledger_entries.c.subject_id == pickups.c.id,
    ledger_entries.c.posting == Posting.PICKUP_CHARGE,
)
_has_fee_payment = has_payment(pickups, _FEE, PaymentStatus.SUCCEEDED)
FEES = RowLaw(
    name="pickup fees",
    claim="A pickup fee is paid, or being paid, where its payment is.",
    key=pickups.c.id,
    wrong=select(
        pickups.c.id.label("key"),
        pickups.c.id.label("pickup"),
        pickups.c.return_id,
        pickups.c.fee_status,
        pickups.c.fee_paying,
    ).where(
        within(pickups.c.id),
        or_(
            and_(_fee_paid, _charged, ~_has_fee_payment),
            and_(~_fee_paid, _has_fee_payment),
            _differ(
                pickups.c.fee_paying.is_(True), has_payment(pickups, _FEE, PaymentStatus.REQUESTED)
            ),
        ),
    ),
    ids=("return_id", "pickup"),
    words=lambda row: Words(
        f"a payment to fit a fee that is {row.fee_status}"
        + (" and being paid" if row.fee_paying else ""),
        "another one, or none",
    ),
)

_repaid_now = exists().where(
    _payment.return_id == refunds.c.return_id,
    _payment.kind == PaymentKind.REPAYMENT,
    _payment.status == PaymentStatus.REQUESTED,
    _payment.duplicate_of.is_(None),
)
REPAYMENTS = RowLaw(
    name="repayments",
    claim="A debt is being repaid where a repayment is under way.",
    key=refunds.c.return_id,
    wrong=select(refunds.c.return_id.label("key"), refunds.c.return_id, refunds.c.repaying).where(
        within(refunds.c.return_id), _differ(refunds.c.repaying.is_(True), _repaid_now)
    ),
    ids=("return_id",),
    words=lambda row: (
        Words("a repayment under way, as the refund says", "none")
        if row.repaying
        else Words("a refund that says that it is being repaid", "one that does not")
    ),
)
_being_paid = or_(
    has_payment(refunds, REFUNDING, PaymentStatus.REQUESTED), refunds.c.retry_at.is_not(None)
)
DUE = RowLaw(
    name="refunds due",
    claim="A refund that is due is being paid, or will be tried again.",
    key=refunds.c.return_id,
    wrong=select(
        refunds.c.return_id.label("key"),
        *(refunds.c.return_id, refunds.c.amount_minor, refunds.c.currency),
    )
    .join(returns, returns.c.id == refunds.c.return_id)
    .where(
        within(refunds.c.return_id),
        refunds.c.refunded_at.is_(None),
        returns.c.status == ReturnStatus.SUCCEEDED,
        ~_being_paid,
    ),
    ids=("return_id",),
    words=lambda row: Words(
        f"a payment of {money(row.amount_minor, row.currency)} under way, or a moment of a retry",
        "neither",
    ),
)
LAWS = (DUE, REFUNDED, ADVANCE, FEES, REPAYMENTS)
