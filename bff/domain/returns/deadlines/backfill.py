"""Timers for open returns that have none, as those of a version before deadlines were kept."""

from collections.abc import Sequence

from sqlalchemy import CompoundSelect, Select, exists, select, union

from bff.db.database import Database
from bff.db.statements import prepare
from bff.db.tables import missed_deadlines, pickups, refunds, returns, timers
from bff.db.transaction import Tx
from bff.domain.pickups.model import FeeStatus
from bff.domain.returns.events import sync_timers
from bff.domain.returns.model import ENDED, DeadlineKind, ReturnStatus

AT_ONCE = 50  # in one write, so that others come in between
OPEN = [status for status in ReturnStatus if status not in ENDED]
OWED = (FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)


async def arm_all(db: Database) -> int:
    """Give each what a change to it would give it; how many returns were looked at.

    Where all have their timers, that is one query and no write.
    """
    async with db.read() as connection:
        found = (await connection.execute(UNARMED)).scalars()
    for begin in range(0, len(found), AT_ONCE):
        await _arm(db, found[begin : begin + AT_ONCE])
    return len(found)


async def _arm(db: Database, return_ids: Sequence[str]) -> None:
    async def touch(tx: Tx) -> None:
        for return_id in return_ids:
            sync_timers(tx, return_id)

    await db.write(touch)


def unarmed() -> Select[tuple[str]]:
    """Some may need no timer, as nothing but a courier is waited for."""
    going_on = _going_on().subquery("going_on")
    armed = exists().where(
        timers.c.subject_id == going_on.c.id, timers.c.kind.in_(list(DeadlineKind))
    )
    return select(going_on.c.id).where(~armed)


def _going_on() -> CompoundSelect[tuple[str]]:
    """Not ended, or with money that is still to come."""
    opened = select(returns.c.id).where(returns.c.status.in_(OPEN))
    to_pay_again = select(refunds.c.return_id).where(refunds.c.retry_at.is_not(None))
    return union(opened, to_pay_again, _fee_waited_for())


def _fee_waited_for() -> Select[tuple[str]]:
    missed = exists().where(
        missed_deadlines.c.return_id == pickups.c.return_id,
        missed_deadlines.c.what == DeadlineKind.PICKUP_FEE,
        missed_deadlines.c.due_at == pickups.c.fee_due_by,
    )
    return select(pickups.c.return_id).where(
        pickups.c.fee_due_by.is_not(None), pickups.c.fee_status.in_(OWED), ~missed
    )


UNARMED = prepare(unarmed())
