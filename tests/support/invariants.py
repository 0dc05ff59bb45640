"""Invariants of the database that hold after every test."""

from sqlalchemy import String, and_, case, cast, func, literal, or_, select, union_all
from sqlalchemy.dialects import sqlite

from bff.db.database import Database
from bff.db.statements import prepare
from bff.db.tables import (
    credit_notes,
    credited_returns,
    ledger_entries,
    order_lines,
    orders,
    payments,
    pickups,
    refunds,
    returns,
    slots,
    timers,
)
from bff.domain.payments.model import REFUNDING, TO_SHOPPER, PaymentKind, PaymentStatus, Posting
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.refunds.model import OUTSTANDING, AdvanceStatus
from bff.domain.returns.model import ENDED, DeadlineKind, ReturnStatus

_entry, _line, _slot, _payment = ledger_entries.c, order_lines.c, slots.c, payments.c
_sum = func.sum(_entry.amount_minor).label("sum")
_by_posting = (_entry.subject_id, _entry.posting, _entry.currency)
_line_id = literal("oli_") + func.substr(_line.order_id, 5) + "-" + cast(_line.line_no, String)
_pieces, _refunded = func.sum(returns.c.quantity), func.sum(refunds.c.amount_minor)
_booked = func.count(pickups.c.id)

UNBALANCED = select(*_by_posting, _sum).group_by(*_by_posting).having(_sum != 0)
PAID_TWICE = (
    select(_payment.subject_id, func.count().label("times"))
    .where(
        _payment.kind.in_(REFUNDING),
        _payment.status == PaymentStatus.SUCCEEDED,
        _payment.duplicate_of.is_(None),
    )
    .group_by(_payment.subject_id)
    .having(func.count() != 1)
)
# What the payment service has paid is in the ledger, and nothing else is.
_is_second = _payment.duplicate_of.is_not(None)
UNRECORDED_PAYMENTS = (
    select(payments.c.id, _entry.amount_minor)
    .outerjoin(
        ledger_entries,
        and_(
            _entry.subject_id == case((_is_second, _payment.id), else_=_payment.subject_id),
            _entry.posting == case((_is_second, Posting.DUPLICATE.value), else_=_payment.kind),
            _entry.account == _payment.payee,
        ),
    )
    .where(
        _payment.amount_minor > 0,
        or_(
            and_(
                _payment.status == PaymentStatus.SUCCEEDED,
                func.coalesce(_entry.amount_minor, 0) != _payment.amount_minor,
            ),
            and_(_payment.status == PaymentStatus.REQUESTED, _entry.amount_minor.is_not(None)),
        ),
    )
)
WRONG_REFUND_TIMES = (
    select(refunds.c.id)
    .outerjoin(
        payments,
        and_(
            _payment.subject_id == refunds.c.id,
            _payment.kind.in_(REFUNDING),
            _payment.status == PaymentStatus.SUCCEEDED,
        ),
    )
    .where(refunds.c.refunded_at.is_(None) != _payment.id.is_(None))
)
WRONG_REFUNDS = (
    select(_line_id, _line.quantity, _pieces, _line.paid_minor, _refunded)
    .join(returns, returns.c.order_line_id == _line_id)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(returns.c.status != ReturnStatus.CLOSED)
    .group_by(_line.order_id, _line.line_no)
    .having(
        or_(
            _pieces > _line.quantity,
            _refunded > _line.paid_minor,
            and_(_pieces == _line.quantity, _refunded != _line.paid_minor),
        )
    )
)
# A line knows what returns that are not closed, and credit notes, hold of it; once what both hold.
_taken = union_all(
    select(returns.c.order_line_id, returns.c.quantity, refunds.c.amount_minor.label("minor"))
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(returns.c.status != ReturnStatus.CLOSED),
    select(
        credit_notes.c.order_line_id, credit_notes.c.quantity, credit_notes.c.refunded_minor
    ).where(credit_notes.c.order_line_id.is_not(None)),
    select(
        returns.c.order_line_id, -credited_returns.c.quantity, -credited_returns.c.refunded_minor
    )
    .join(credited_returns, credited_returns.c.return_id == returns.c.id)
    .where(returns.c.status != ReturnStatus.CLOSED),
    select(_line_id, -_line.held_quantity, -_line.held_minor),
).subquery()
WRONG_HOLDINGS = (
    select(_taken.c.order_line_id, func.sum(_taken.c.quantity), func.sum(_taken.c.minor))
    .group_by(_taken.c.order_line_id)
    .having(or_(func.sum(_taken.c.quantity) != 0, func.sum(_taken.c.minor) != 0))
)
WRONG_PLACES = (
    select(slots, _booked)
    .outerjoin(
        pickups,
        and_(
            pickups.c.area == _slot.area,
            pickups.c.slot_key == _slot.key,
            pickups.c.status != PickupStatus.CANCELLED,
        ),
    )
    .group_by(_slot.area, _slot.key)
    .having(or_(_slot.remaining < 0, _slot.capacity - _slot.remaining != _booked))
)
# An order knows what is advanced of it, or promised, and not repaid yet.
_advanced = union_all(
    select(_line.order_id.label("order_id"), refunds.c.amount_minor.label("minor"))
    .join(returns, returns.c.order_line_id == _line_id)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(
        or_(
            refunds.c.advance.in_(list(OUTSTANDING)),
            and_(
                refunds.c.advance == AdvanceStatus.NONE,
                returns.c.advance_at_waybill,
                returns.c.status.not_in(ENDED),
            ),
        )
    ),
    select(orders.c.id, -orders.c.advanced_minor),
).subquery()
WRONG_ADVANCES = (
    select(_advanced.c.order_id, func.sum(_advanced.c.minor))
    .group_by(_advanced.c.order_id)
    .having(func.sum(_advanced.c.minor) != 0)
)
# What was paid twice is owed until it is paid back, either way.
_second, _counter = payments.alias("second"), payments.alias("counter")
_open_seconds = (
    select(
        _second.c.return_id,
        (case((_second.c.kind.in_(TO_SHOPPER), 1), else_=-1) * _second.c.amount_minor).label(
            "minor"
        ),
    )
    .outerjoin(
        _counter,
        and_(
            _counter.c.subject_id == _second.c.id,
            _counter.c.status == PaymentStatus.SUCCEEDED,
            _counter.c.duplicate_of.is_(None),
        ),
    )
    .where(
        or_(
            _second.c.duplicate_of.is_not(None),
            and_(
                _second.c.kind == PaymentKind.PICKUP_FEE,
                select(pickups.c.id)
                .where(
                    pickups.c.id == _second.c.subject_id,
                    pickups.c.status == PickupStatus.LOST,
                )
                .exists(),
            ),
        ),
        _second.c.status == PaymentStatus.SUCCEEDED,
        _counter.c.id.is_(None),
    )
    .union_all(select(refunds.c.return_id, refunds.c.overpaid_minor - refunds.c.surplus_minor))
    .subquery()
)
FORGOTTEN_SECONDS = (
    select(_open_seconds.c.return_id, func.sum(_open_seconds.c.minor))
    .group_by(_open_seconds.c.return_id)
    .having(func.sum(_open_seconds.c.minor) != 0)
)
# What shoppers owe stands in the ledger, to the cent.
_owed = union_all(
    select(
        (literal("debt:") + returns.c.shopper_id).label("account"),
        refunds.c.amount_minor.label("minor"),
    )
    .join(returns, returns.c.id == refunds.c.return_id)
    .where(refunds.c.advance == AdvanceStatus.CLAWED_BACK, refunds.c.repaid_at.is_(None)),
    select(literal("debt:") + returns.c.shopper_id, refunds.c.deducted_minor)
    .join(returns, returns.c.id == refunds.c.return_id)
    .where(refunds.c.advance == AdvanceStatus.SETTLED, refunds.c.repaid_at.is_(None)),
    select(
        literal("debt:") + returns.c.shopper_id,
        refunds.c.surplus_minor - refunds.c.overpaid_minor,
    ).join(returns, returns.c.id == refunds.c.return_id),
    select(literal("debt:") + returns.c.shopper_id, pickups.c.shopper_pays_minor)
    .join(returns, returns.c.id == pickups.c.return_id)
    .where(
        pickups.c.fee_final_at.is_not(None),
        pickups.c.fee_status.in_((FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)),
    ),
    select(_entry.account, _entry.amount_minor).where(_entry.account.startswith("debt:")),
).subquery()
WRONG_DEBTS = (
    select(_owed.c.account, func.sum(_owed.c.minor))
    .group_by(_owed.c.account)
    .having(func.sum(_owed.c.minor) != 0)
)
_in_hand = and_(pickups.c.id == returns.c.pickup_id, pickups.c.status == PickupStatus.COLLECTED)
STUCK = select(returns.c.id, returns.c.status).where(
    returns.c.status.not_in(ENDED),
    ~select(timers.c.id)
    .where(timers.c.subject_id == returns.c.id, timers.c.kind.in_(list(DeadlineKind)))
    .exists(),
    ~select(pickups.c.id).where(_in_hand).exists(),
)
INVARIANTS = (
    UNBALANCED,
    PAID_TWICE,
    UNRECORDED_PAYMENTS,
    WRONG_REFUND_TIMES,
    WRONG_REFUNDS,
    WRONG_HOLDINGS,
    WRONG_PLACES,
    WRONG_ADVANCES,
    FORGOTTEN_SECONDS,
    WRONG_DEBTS,
    STUCK,
)
COUNTS = select(
    *(select(func.count()).select_from(law.subquery()).scalar_subquery() for law in INVARIANTS)
)
_PREPARED_COUNTS = prepare(COUNTS)
# For those who look over a connection of sqlite3's own
COUNTS_SQL = str(COUNTS.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


async def check_invariants(db: Database) -> None:
    async with db.read() as connection:
        counts = (await connection.execute(_PREPARED_COUNTS)).one()
        for law in [law for law, count in zip(INVARIANTS, counts, strict=True) if count]:
            raise AssertionError(law, (await connection.execute(law)).all())
