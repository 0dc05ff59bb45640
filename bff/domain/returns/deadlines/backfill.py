"""Timers for open returns that lack some, as those of a version before deadlines were kept."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import CompoundSelect, Select, and_, exists, select, union

from bff.db.bulk import chunks
from bff.db.database import Database
from bff.db.elements import same_shopper
from bff.db.locks import lock
from bff.db.statements import prepare
from bff.db.tables import missed_deadlines, pickups, refunds, returns, timers
from bff.db.transaction import Tx
from bff.domain.pickups.model import WAITING, FeeStatus
from bff.domain.returns.events import sync_timers
from bff.domain.returns.model import ENDED, DeadlineKind, ReturnStatus

BATCH_RETURNS = 50  # in one write, so that others come in between
OPEN = [status for status in ReturnStatus if status not in ENDED]
OWED = (FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)


async def arm_all(db: Database) -> int:
    """Give each what a change to it would give it; how many returns were looked at.

    Where all have their timers, that is one query and no write.
    """
    async with db.read() as connection:
        owners = dict((await connection.execute(UNARMED)).all())
    for chunk in chunks(list(owners.items()), BATCH_RETURNS):
        await db.write(partial(_arm, dict(chunk)))
    return len(owners)


async def _arm(owners: Mapping[str, str], tx: Tx) -> None:
    """`owners`: the shopper of each return."""
    await lock(tx, owners)
    for return_id, shopper_id in owners.items():
        sync_timers(tx, shopper_id, return_id)


def unarmed() -> CompoundSelect[tuple[str, str]]:
    """Of those not ended, or with money still to come; some may need no timer, as nothing but a
    courier is waited for.
    """
    opened = select(returns.c.id, returns.c.shopper_id).where(returns.c.status.in_(OPEN))
    to_pay_again = select(refunds.c.return_id, refunds.c.shopper_id).where(
        refunds.c.retry_at.is_not(None)
    )
    going_on = union(opened, to_pay_again, _with_fee_due(), _with_debt()).subquery("going_on")
    armed = exists().where(
        timers.c.shopper_id == going_on.c.shopper_id,
        timers.c.subject_id == going_on.c.id,
        timers.c.kind.in_(list(DeadlineKind)),
    )
    return select(going_on.c.id, going_on.c.shopper_id).where(~armed).union(_with_courier_to_come())


def _with_courier_to_come() -> Select[tuple[str, str]]:
    """Of a version before a courier who was late lost the pickup: most of the timers are there."""
    late = exists().where(
        same_shopper(timers, returns),
        timers.c.subject_id == returns.c.id,
        timers.c.kind == DeadlineKind.LATE_COURIER,
    )
    return (
        select(returns.c.id, returns.c.shopper_id)
        .join(pickups, and_(pickups.c.id == returns.c.pickup_id, same_shopper(pickups, returns)))
        .where(
            returns.c.status == ReturnStatus.AWAITING_RETURN_SHIPMENT,
            pickups.c.status.in_(WAITING),
            ~late,
        )
    )


def _with_debt() -> Select[tuple[str, str]]:
    reminded = exists().where(
        missed_deadlines.c.return_id == refunds.c.return_id,
        same_shopper(missed_deadlines, refunds),
        missed_deadlines.c.what == DeadlineKind.REPAYMENT,
        missed_deadlines.c.missed_at >= refunds.c.owed_since,
    )
    return select(refunds.c.return_id, refunds.c.shopper_id).where(
        refunds.c.owed_since.is_not(None), ~refunds.c.repaying, ~reminded
    )


def _with_fee_due() -> Select[tuple[str, str]]:
    missed = exists().where(
        missed_deadlines.c.return_id == pickups.c.return_id,
        same_shopper(missed_deadlines, pickups),
        missed_deadlines.c.what == DeadlineKind.PICKUP_FEE,
        missed_deadlines.c.due_at == pickups.c.fee_due_by,
    )
    return select(pickups.c.return_id, pickups.c.shopper_id).where(
        pickups.c.fee_due_by.is_not(None), pickups.c.fee_status.in_(OWED), ~missed
    )


UNARMED = prepare(unarmed())
