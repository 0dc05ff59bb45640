"""Many returns with a deadline each, and the expected outcome once it has passed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import Column, bindparam, insert, select

from bff.core import ids
from bff.db.database import Database
from bff.db.statements import Prepared, prepare
from bff.db.tables import events, missed_deadlines, refunds, returns, timers
from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold
from bff.domain.orders.store import hold
from bff.domain.refunds.model import AdvanceStatus, Refund
from bff.domain.returns.deadlines.backfill import arm_all
from bff.domain.returns.model import DeadlineKind, RefusedBecause, Return, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.jobs.timers import schedule
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.models import POLICY, RETURN
from tests.support.world import START, World

GOODS = Goods()
LINES = 40
# Of each hundred of cases, beside them
BARE = 10
APART = timedelta(minutes=1)
DAYS = POLICY.returning
# A timer of no return: fired again, it would do again what it does.
TALLY, TALLIED = "tally", "TALLIED"


def _of_a_subject(of: Column[str], *columns: Column[Any]) -> Prepared[Any]:
    return prepare(select(*columns).where(of == bindparam("subject")))


MISSED = missed_deadlines.c
OF_A_SUBJECT = {
    "events": _of_a_subject(events.c.topic, events.c.kind),
    "missed": _of_a_subject(MISSED.return_id, MISSED.what, MISSED.due_at),
    "status": _of_a_subject(returns.c.id, returns.c.status),
    "waits_for": _of_a_subject(timers.c.subject_id, timers.c.kind),
}


@dataclass(frozen=True)
class DeadlineCase:
    """`since` is when the state began that `lasts` until the deadline passes. `count`: in 100."""

    kind: DeadlineKind
    status: ReturnStatus
    since: str
    lasts: timedelta
    becomes: ReturnStatus
    events: tuple[RefundEvent, ...]
    count: int
    next: tuple[DeadlineKind, ...] = ()


DEADLINE_CASES = (
    DeadlineCase(
        DeadlineKind.MERCHANT_ANSWER,
        ReturnStatus.AWAITING_MERCHANT_APPROVAL,
        "opened_at",
        timedelta(hours=DAYS.merchant_answer_hours),
        ReturnStatus.AWAITING_RETURN_SHIPMENT,
        (RefundEvent.RETURN_APPROVED,),
        80,
        (DeadlineKind.SHIP_BACK,),
    ),
    DeadlineCase(
        DeadlineKind.SHIP_BACK,
        ReturnStatus.AWAITING_RETURN_SHIPMENT,
        "approved_at",
        timedelta(days=DAYS.ship_back_days),
        ReturnStatus.CLOSED,
        (RefundEvent.RETURN_CLOSED,),
        7,
    ),
    DeadlineCase(
        DeadlineKind.MERCHANT_INSPECTION,
        ReturnStatus.AWAITING_MERCHANT_RECEIPT,
        "shipped_at",
        timedelta(days=DAYS.inspection_days),
        ReturnStatus.SUCCEEDED,
        (RefundEvent.RETURN_SUCCEEDED, RefundEvent.REFUND_PAID_BY_MERCHANT),
        3,
    ),
    DeadlineCase(
        DeadlineKind.DISPUTE,
        ReturnStatus.MERCHANT_REFUSED,
        "refused_at",
        timedelta(days=DAYS.dispute_open_days),
        ReturnStatus.CLOSED,
        (RefundEvent.RETURN_CLOSED,),
        10,
    ),
)


@dataclass(frozen=True)
class PlannedTimer:
    """One timer. `passing` is None for one of no return."""

    subject_id: str
    due_at: datetime
    case: DeadlineCase | None


@dataclass(frozen=True)
class Outcome:
    """What is found of a timer's subject: events in any order, and timers that are set."""

    events: Counter[str]
    missed: tuple[tuple[str, datetime], ...]
    status: str | None
    waits_for: frozenset[str]


def expected_outcome(one: PlannedTimer) -> Outcome:
    if one.case is None:
        return Outcome(Counter([TALLIED]), (), None, frozenset())
    case = one.case
    return Outcome(
        Counter([RefundEvent.DEADLINE_MISSED, *case.events]),
        ((case.kind, one.due_at),),
        case.becomes,
        frozenset(case.next),
    )


async def actual_outcome(db: Database, one: PlannedTimer) -> Outcome:
    async with db.read() as connection:
        found = {
            name: list(await connection.execute(query, {"subject": one.subject_id}))
            for name, query in OF_A_SUBJECT.items()
        }
    return Outcome(
        Counter(kind for (kind,) in found["events"]),
        tuple((what, at) for what, at in found["missed"]),
        found["status"][0][0] if found["status"] else None,
        frozenset(kind for (kind,) in found["waits_for"]),
    )


def planned_timers(chance: Random, hundreds: int) -> list[PlannedTimer]:
    """All kinds mixed, one a minute."""
    mixed: list[DeadlineCase | None] = [None] * BARE
    mixed += [case for case in DEADLINE_CASES for _ in range(case.count)]
    mixed *= hundreds
    chance.shuffle(mixed)
    return [
        PlannedTimer(ids.external_id(ids.RETURN, str(minute)), START + APART * minute, case)
        for minute, case in enumerate(mixed, start=1)
    ]


async def set_up(world: World, plan: Sequence[PlannedTimer]) -> None:
    """Rows as they would have come to be; the timers are set as those of any open return are."""
    waiting = [one for one in plan if one.case]
    lines: list[tuple[str, str]] = []
    while len(lines) < len(waiting):
        lines += await _bought(world)
    bare = [one for one in plan if not one.case]

    async def write(tx: Tx) -> None:
        rows = [_opened(one, *line) for one, line in zip(waiting, lines, strict=False)]
        await tx.execute(insert(returns), [asdict(row) for row in rows])
        await tx.execute(insert(refunds), [asdict(_refund(row)) for row in rows])
        minor = GOODS.paid_minor
        await hold(tx, [LineHold(row.shopper_id, row.order_line_id, 1, minor) for row in rows])
        for one in bare:
            await schedule(tx, TALLY, one.subject_id, one.due_at)

    await world.db.write(write)
    assert await arm_all(world.db) == len(waiting)


async def _bought(world: World) -> list[tuple[str, str]]:
    """A shopper's order: their id with each line's."""
    shopper_id = await create_shopper(world.db)
    goods = [GOODS] * LINES
    lines = await create_order(world.db, shopper_id, goods, received_at=START)
    return [(shopper_id, line_id) for line_id in lines]


def _opened(one: PlannedTimer, shopper_id: str, line_id: str) -> Return:
    assert one.case
    begun = one.due_at - one.case.lasts
    opened = replace(
        RETURN,
        id=one.subject_id,
        shopper_id=shopper_id,
        order_line_id=line_id,
        status=one.case.status,
        opened_at=begun,
        refused_because=RefusedBecause.OUT_OF_WINDOW,
    )
    return replace(opened, **{one.case.since: begun})


def _refund(of: Return) -> Refund:
    refund_id = of.id.replace(ids.RETURN, ids.REFUND)
    amount = GOODS.paid_minor
    return Refund(refund_id, of.shopper_id, of.id, amount, "CNY", AdvanceStatus.NONE, None, None)
