from collections.abc import Sequence

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, exists, literal, or_, select

from bff.db.connection import Connection
from bff.db.elements import among, of_owner, same_shopper
from bff.db.statements import prepare_insert, prepare_models
from bff.db.tables import ledger_entries, payments, pickups
from bff.db.transaction import Tx
from bff.db.updates import move_state, update_own
from bff.domain.payments.model import (
    TRANSITIONS,
    LedgerEntry,
    Payment,
    PaymentKind,
    PaymentStatus,
    kinds_of_purpose,
)

_by_id = prepare_models(
    Payment, select(payments).where(of_owner(payments), among(payments.c.id, "keys"))
)


# In the words of the index of live payments, or SQLite doesn't know that it serves.
def _alive(rows: FromClause) -> tuple[ColumnElement[bool], ...]:
    failed = literal(PaymentStatus.FAILED, literal_execute=True)
    return rows.c.status != failed, rows.c.duplicate_of.is_(None)


_live = prepare_models(
    Payment,
    select(payments).where(
        of_owner(payments),
        among(payments.c.kind, "kinds"),
        payments.c.subject_id == bindparam("subject_id"),
        *_alive(payments),
    ),
)
_under_way = prepare_models(
    Payment,
    select(payments).where(
        of_owner(payments),
        payments.c.return_id == bindparam("return_id"),
        payments.c.kind == bindparam("kind"),
        payments.c.status == PaymentStatus.REQUESTED,
        payments.c.duplicate_of.is_(None),
    ),
)
_back = payments.alias()
PAID_BACK = exists().where(
    _back.c.subject_id == payments.c.id,
    _back.c.shopper_id == payments.c.shopper_id,
    _back.c.kind.in_((PaymentKind.REPAYMENT, PaymentKind.REIMBURSEMENT)),
    _back.c.status == PaymentStatus.SUCCEEDED,
    *_alive(_back),
)
PAID_TWICE = (payments.c.duplicate_of.is_not(None), payments.c.status == PaymentStatus.SUCCEEDED)
# The courier of a lost parcel has earned nothing.
PAID_FOR_NOTHING = (
    payments.c.kind == PaymentKind.PICKUP_FEE,
    payments.c.status == PaymentStatus.SUCCEEDED,
    exists().where(
        pickups.c.id == payments.c.subject_id,
        same_shopper(pickups, payments),
        pickups.c.status == "LOST",
    ),
)
_unsettled = prepare_models(
    Payment,
    select(payments)
    .where(
        of_owner(payments),
        payments.c.return_id == bindparam("return_id"),
        or_(and_(*PAID_TWICE), and_(*PAID_FOR_NOTHING)),
        ~PAID_BACK,
    )
    .order_by(payments.c.id),
)
_add = prepare_insert(payments, Payment)
_enter = prepare_insert(ledger_entries, LedgerEntry)


async def payments_by_id(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Payment]:
    rows = await connection.execute(_by_id, {"shopper_id": shopper_id, "keys": keys})
    return {payment.id: payment for payment in rows}


async def live_payment(
    tx: Tx, shopper_id: str, kind: PaymentKind, subject_id: str
) -> Payment | None:
    """The one of the same purpose that is under way or has succeeded; there is never another."""
    purpose = {"kinds": sorted(kinds_of_purpose(kind)), "subject_id": subject_id}
    return (await tx.execute(_live, {"shopper_id": shopper_id, **purpose})).first()


async def payments_under_way(
    tx: Tx, shopper_id: str, return_id: str, kind: PaymentKind
) -> list[Payment]:
    """But for those that are recalled."""
    facts = {"shopper_id": shopper_id, "return_id": return_id, "kind": kind}
    return (await tx.execute(_under_way, facts)).all()


async def unsettled_duplicates(tx: Tx, shopper_id: str, return_id: str) -> list[Payment]:
    """What was paid a second time, or for nothing, and has not been paid back, the oldest first."""
    facts = {"shopper_id": shopper_id, "return_id": return_id}
    return (await tx.execute(_unsettled, facts)).all()


async def add_payment(tx: Tx, payment: Payment) -> None:
    """Raises IntegrityError where one for the same purpose is under way or has succeeded."""
    await tx.execute(_add, payment)


async def move_payment(tx: Tx, payment: Payment, to: PaymentStatus, **values: object) -> bool:
    """Whether the payment was in a state that may become `to`."""
    return await move_state(tx, payments.c.status, TRANSITIONS, payment, to, values)


async def mark_duplicate(tx: Tx, payment: Payment, of: str) -> None:
    """The payment `of` serves its purpose."""
    await update_own(tx, payments, payment, {"duplicate_of": of})


async def add_entries(tx: Tx, entries: Sequence[LedgerEntry]) -> None:
    """Raises IntegrityError for a posting that its subject has already."""
    await tx.execute(_enter, [*entries])
