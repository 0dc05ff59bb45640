"""What is still open between a shopper and the others."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter

from sqlalchemy import Select, String, and_, bindparam, func, null, select, union_all

from bff.db.connection import Connection
from bff.db.statements import prepare
from bff.db.tables import outbox, payments, pickups, refunds, returns, timers
from bff.db.tables.jobs import message_waits
from bff.domain.erasure.model import Matter, MatterKind
from bff.domain.payments.model import PaymentStatus
from bff.domain.pickups.model import FeeStatus
from bff.domain.returns.model import ENDED, DeadlineKind

OWED = (FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)

_shopper = bindparam("shopper_id", type_=String)
RETURNS_OF = select(returns.c.id).where(returns.c.shopper_id == _shopper)
_own_pickups = (pickups.c.shopper_id == _shopper, pickups.c.return_id.in_(RETURNS_OF))
_own_payments = (payments.c.shopper_id == _shopper, payments.c.return_id.in_(RETURNS_OF))
PICKUPS_OF = select(pickups.c.id).where(*_own_pickups)
PAYMENTS_OF = select(payments.c.id).where(*_own_payments)
# Whatever a call to a partner may be about
SUBJECTS_OF = union_all(RETURNS_OF, PICKUPS_OF, PAYMENTS_OF)

_of_refund = and_(refunds.c.shopper_id == _shopper, refunds.c.return_id.in_(RETURNS_OF))
_next_deadline = (
    select(func.min(timers.c.due_at))
    .where(
        timers.c.shopper_id == _shopper,
        timers.c.subject_id == returns.c.id,
        timers.c.kind.in_(list(DeadlineKind)),
    )
    .scalar_subquery()
)
_repay_by = (
    select(func.min(timers.c.due_at))
    .where(
        timers.c.shopper_id == _shopper,
        timers.c.subject_id == refunds.c.return_id,
        timers.c.kind == DeadlineKind.REPAYMENT,
    )
    .scalar_subquery()
)


def _queries() -> Iterator[tuple[MatterKind, Select[tuple[str, datetime | None]]]]:
    """Each with the columns `subject_id` and `until`."""
    of_shopper = returns.c.shopper_id == _shopper
    is_open = (of_shopper, returns.c.status.not_in(list(ENDED)))
    yield MatterKind.RETURN_OPEN, select(returns.c.id, _next_deadline).where(*is_open)
    yield (
        MatterKind.PAYMENT_UNDER_WAY,
        select(payments.c.id, null()).where(
            *_own_payments, payments.c.status == PaymentStatus.REQUESTED
        ),
    )
    waits = (_of_refund, refunds.c.retry_at.is_not(None))
    yield (
        MatterKind.PAYMENT_TRIED_AGAIN,
        select(refunds.c.return_id, refunds.c.retry_at).where(*waits),
    )
    owes = (_of_refund, refunds.c.owed_since.is_not(None))
    yield MatterKind.OWED_BY_SHOPPER, select(refunds.c.return_id, _repay_by).where(*owes)
    is_owed = (_of_refund, refunds.c.overpaid_minor > 0)
    yield MatterKind.OWED_TO_SHOPPER, select(refunds.c.return_id, null()).where(*is_owed)
    unpaid = (
        *_own_pickups,
        pickups.c.fee_final_at.is_not(None),
        pickups.c.fee_status.in_(OWED),
    )
    yield MatterKind.PICKUP_FEE_UNPAID, select(pickups.c.id, pickups.c.fee_due_by).where(*unpaid)
    called = (
        outbox.c.shopper_id == _shopper,
        outbox.c.subject_id.in_(SUBJECTS_OF),
        message_waits,
    )
    yield MatterKind.CALL_WAITING, select(outbox.c.subject_id, outbox.c.due_at).where(*called)


_QUERIES = {kind: prepare(query) for kind, query in _queries()}


async def open_matters(connection: Connection, shopper_id: str) -> list[Matter]:
    """In the order of their kinds, then of their subjects."""
    values = {"shopper_id": shopper_id}
    return [
        Matter(kind, subject_id, until)
        for kind, query in _QUERIES.items()
        for subject_id, until in sorted(await connection.execute(query, values), key=itemgetter(0))
    ]
