"""Debts: what was paid for comes back, and what is owed for a return is known, either way."""

from sqlalchemy import and_, case, func, literal, or_, select, true, union_all

from bff.audit.law import RowLaw, Words, money, within
from bff.db.tables import ledger_entries, payments, pickups, refunds, returns
from bff.domain.payments.model import TO_SHOPPER, debt_account, shopper_account
from bff.domain.payments.store import PAID_BACK, PAID_FOR_NOTHING, PAID_TWICE
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import ReturnStatus

_entry, _payment = ledger_entries.c, payments.c
_clawed_back = case(
    (refunds.c.repaid_at.is_not(None), 0),
    (refunds.c.advance == AdvanceStatus.CLAWED_BACK, refunds.c.amount_minor),
    (refunds.c.advance == AdvanceStatus.SETTLED, refunds.c.deducted_minor),
    else_=0,
)

# What was paid a second time, or for nothing, is owed until it is paid back.
_to_shopper = case((_payment.kind.in_(sorted(TO_SHOPPER)), _payment.amount_minor), else_=0)
_unsettled = union_all(
    select(
        refunds.c.return_id,
        refunds.c.currency,
        refunds.c.surplus_minor.label("surplus"),
        refunds.c.overpaid_minor.label("overpaid"),
        literal(0).label("twice"),
        literal(0).label("for_nothing"),
    ).where(within(refunds.c.return_id)),
    select(
        _payment.return_id,
        _payment.currency,
        literal(0),
        literal(0),
        _to_shopper,
        _payment.amount_minor - _to_shopper,
    ).where(
        within(_payment.return_id),
        or_(and_(*PAID_TWICE), and_(*PAID_FOR_NOTHING)),
        ~PAID_BACK,
    ),
).subquery("unsettled")
_surplus, _overpaid, _twice, _for_nothing = (
    func.sum(_unsettled.c[name]) for name in ("surplus", "overpaid", "twice", "for_nothing")
)
PAID_TOO_MUCH = RowLaw(
    name="paid twice",
    claim="A refund knows what was paid twice and not paid back, either way.",
    key=refunds.c.return_id,
    wrong=select(
        _unsettled.c.return_id.label("key"),
        _unsettled.c.return_id,
        _unsettled.c.currency,
        _surplus.label("surplus"),
        _overpaid.label("overpaid"),
        _twice.label("twice"),
        _for_nothing.label("for_nothing"),
    )
    .group_by(_unsettled.c.return_id, _unsettled.c.currency)
    .having(or_(_surplus != _twice, _overpaid != _for_nothing)),
    ids=("return_id",),
    words=lambda row: Words(
        f"{money(row.twice, row.currency)} owed by the shopper and "
        f"{money(row.for_nothing, row.currency)} to the shopper, as the payments say",
        f"{money(row.surplus, row.currency)} and {money(row.overpaid, row.currency)}",
    ),
)

# At the shopper, or due either way, is what the goods had cost that are not the shopper's any more.
_open = returns.c.status != ReturnStatus.CLOSED
_kept = case((_open, refunds.c.amount_minor), else_=0)
_due = case(
    (
        and_(refunds.c.refunded_at.is_(None), _open),
        refunds.c.amount_minor - refunds.c.deducted_minor,
    ),
    else_=0,
)
_still = _due + refunds.c.overpaid_minor - refunds.c.surplus_minor - _clawed_back
_at_shopper = _entry.account.startswith(shopper_account(""))
_lost = pickups.c.status == PickupStatus.LOST
_comes_back = union_all(
    select(
        refunds.c.return_id,
        refunds.c.currency,
        (_kept - refunds.c.deducted_minor).label("expected"),
        _still.label("due"),
        literal(0).label("moved"),
    )
    .join(returns, returns.c.id == refunds.c.return_id)
    .where(within(refunds.c.return_id)),
    *(
        select(table.c.return_id, _entry.currency, literal(0), literal(0), _entry.amount_minor)
        .join(ledger_entries, _entry.subject_id == table.c.id)
        .where(within(table.c.return_id), _at_shopper, condition)
        for table, condition in ((refunds, true()), (payments, true()), (pickups, _lost))
    ),
).subquery("comes_back")
_cost, _left, _moved = (func.sum(_comes_back.c[name]) for name in ("expected", "due", "moved"))
COMES_BACK = RowLaw(
    name="refunded and owed",
    claim="What was refunded and what is still owed, either way, are what the goods had cost.",
    key=refunds.c.return_id,
    wrong=select(
        _comes_back.c.return_id.label("key"),
        _comes_back.c.return_id,
        _comes_back.c.currency,
        _cost.label("expected"),
        _left.label("due"),
        _moved.label("moved"),
    )
    .group_by(_comes_back.c.return_id, _comes_back.c.currency)
    .having(_cost != _left + _moved),
    ids=("return_id",),
    words=lambda row: Words(
        f"{money(row.expected, row.currency)} at the shopper in the end",
        f"{money(row.moved, row.currency)} there, and {money(row.due, row.currency)} to come",
    ),
)
# What shoppers owe, or are owed, by return and account: below zero in the ledger is owed.
_debt = (literal(debt_account("")) + returns.c.shopper_id).label("account")
_of_refund = _clawed_back + refunds.c.surplus_minor - refunds.c.overpaid_minor
_fee_due = and_(
    pickups.c.fee_final_at.is_not(None),
    pickups.c.fee_status.in_((FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)),
)
_is_debt = _entry.account.startswith(debt_account(""))
_zero = literal(0)
_debts = union_all(
    select(
        refunds.c.return_id,
        _debt,
        refunds.c.currency,
        _of_refund.label("expected"),
        _zero.label("found"),
    )
    .join(returns, returns.c.id == refunds.c.return_id)
    .where(within(refunds.c.return_id)),
    select(pickups.c.return_id, _debt, pickups.c.currency, pickups.c.shopper_pays_minor, _zero)
    .join(returns, returns.c.id == pickups.c.return_id)
    .where(within(pickups.c.return_id), _fee_due),
    *(
        select(table.c.return_id, _entry.account, _entry.currency, _zero, -_entry.amount_minor)
        .join(ledger_entries, _entry.subject_id == table.c.id)
        .where(within(table.c.return_id), _is_debt)
        for table in (refunds, pickups, payments)
    ),
).subquery("debts")
_owed, _booked = func.sum(_debts.c.expected), func.sum(_debts.c.found)
DEBTS = RowLaw(
    name="debts in the ledger",
    claim="What a shopper owes for a return stands in the ledger.",
    key=refunds.c.return_id,
    wrong=select(
        _debts.c.return_id.label("key"),
        _debts.c.return_id,
        _debts.c.account,
        _debts.c.currency,
        _owed.label("expected"),
        _booked.label("found"),
    )
    .group_by(_debts.c.return_id, _debts.c.account, _debts.c.currency)
    .having(_owed != _booked),
    ids=("return_id", "account"),
    words=lambda row: Words(
        f"{money(row.expected, row.currency)} owed, as the refund and its pickups say",
        f"{money(row.found, row.currency)} in the ledger",
    ),
)
LAWS = (PAID_TOO_MUCH, COMES_BACK, DEBTS)
