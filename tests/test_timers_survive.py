"""A thousand deadlines over twenty kill -9: each fires once, none is lost."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

from sqlalchemy import insert

from bff.db import timers
from bff.db.database import Tx
from bff.db.tables import refunds, returns
from bff.refunds.model import AdvanceStatus, Refund
from bff.returns.arming import arm_all
from bff.returns.model import DeadlineKind, RefundEvent, RefusedBecause, Return, ReturnStatus
from tests.domain.making import POLICY, RETURN
from tests.factories import Goods, create_order, create_shopper
from tests.timer_program import TALLIED, TALLY, FileClock, start
from tests.world import START, World

KILLS = 20
SHOPPERS, LINES = 25, 40
TALLIES = 200
APART = timedelta(minutes=1)
MOST_AT_ONCE = 50
A_LIFE = (5, 45)  # timers, before the kill comes near
A_MOMENT_S = 0.08  # in which it then comes
AT_MOST_S = 60


@dataclass(frozen=True)
class Passing:
    """What a deadline finds, how long before it that began, and what comes of it."""

    kind: DeadlineKind
    status: ReturnStatus
    since: str
    lasts: timedelta
    becomes: ReturnStatus
    event: RefundEvent
    further: tuple[tuple[str, object], ...] = ()

    def opened(self, number: int, shopper_id: str, line_id: str, due_at: datetime) -> Return:
        begun = {"opened_at": due_at - self.lasts} | {self.since: due_at - self.lasts}
        who = {"id": f"ret_{number}", "shopper_id": shopper_id, "order_line_id": line_id}
        return replace(RETURN, status=self.status, **who, **begun, **dict(self.further))


DAYS = POLICY.returning
SILENT_MERCHANT = Passing(
    DeadlineKind.MERCHANT_ANSWER,
    ReturnStatus.AWAITING_MERCHANT_APPROVAL,
    "opened_at",
    timedelta(hours=DAYS.merchant_answer_hours),
    ReturnStatus.AWAITING_RETURN_SHIPMENT,
    RefundEvent.RETURN_APPROVED,
)
NEVER_SHIPPED = Passing(
    DeadlineKind.SHIP_BACK,
    ReturnStatus.AWAITING_RETURN_SHIPMENT,
    "approved_at",
    timedelta(days=DAYS.ship_back_days),
    ReturnStatus.CLOSED,
    RefundEvent.RETURN_CLOSED,
)
NEVER_INSPECTED = Passing(
    DeadlineKind.MERCHANT_INSPECTION,
    ReturnStatus.AWAITING_MERCHANT_RECEIPT,
    "shipped_at",
    timedelta(days=DAYS.inspection_days),
    ReturnStatus.SUCCEEDED,
    RefundEvent.RETURN_SUCCEEDED,
)
NEVER_DISPUTED = Passing(
    DeadlineKind.DISPUTE,
    ReturnStatus.MERCHANT_REFUSED,
    "refused_at",
    timedelta(days=DAYS.dispute_open_days),
    ReturnStatus.CLOSED,
    RefundEvent.RETURN_CLOSED,
    (("refused_because", RefusedBecause.NOT_AGREED),),
)
PASSINGS = (SILENT_MERCHANT, NEVER_SHIPPED, NEVER_INSPECTED, NEVER_DISPUTED)


@dataclass(frozen=True)
class Planned:
    """`subject_id` has one timer of `kind`; `passing` is None for one of no return."""

    subject_id: str
    kind: str
    due_at: datetime
    passing: Passing | None


def planned(chance: Random) -> list[Planned]:
    """All kinds mixed, one a minute."""
    whats: list[Passing | None] = [*PASSINGS * (SHOPPERS * LINES // len(PASSINGS))]
    whats += [None] * TALLIES
    chance.shuffle(whats)
    return [
        Planned(f"ret_{number}", what.kind, START + APART * number, what)
        if what
        else Planned(f"tally_{number}", TALLY, START + APART * number, None)
        for number, what in enumerate(whats)
    ]


async def set_up(world: World, plan: list[Planned]) -> None:
    lines = [line async for line in _bought(world)]
    waiting = [one for one in plan if one.passing]

    async def write(tx: Tx) -> None:
        rows = [asdict(_opened(one, *line)) for one, line in zip(waiting, lines, strict=True)]
        await tx.execute(insert(returns), rows)
        await tx.execute(insert(refunds), [_refund(row["id"]) for row in rows])
        for one in plan:
            if one.passing is None:
                await timers.schedule(tx, one.kind, one.subject_id, one.due_at)

    await world.db.write(write)
    await arm_all(world.db, world.book)
