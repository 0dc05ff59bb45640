"""What the database says of the whole program, for metrics: read when they are, at most every few
seconds, in the reader's own thread and on a connection of its own.

Nothing is looked through as a whole: rows are counted through an index, up to MAX_COUNTED, and the
ledger is read once and from then on only what is new in it.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Table,
    bindparam,
    case,
    func,
    select,
)

from bff.core.faults import log_fault
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.statements import Prepared, prepare
from bff.db.tables import ledger_entries, outbox, payments, timers
from bff.db.tables.jobs import message_waits
from bff.domain.payments.duplicates import open_duplicates
from bff.domain.payments.model import ADVANCES, PaymentStatus
from bff.jobs import heartbeats
from bff.jobs.open_reports import Concern, oldest_waiting, report_counts

MAX_COUNTED = 100_000
KEPT_S = 5.0
PAYMENTS_SINCE = timedelta(hours=1)
# An entry is committed a moment after the one that it bears.
SETTLED_AFTER = timedelta(seconds=60)
ENTRIES_AT_ONCE = 20_000
MAX_READ_S = 1.0


def _counted(table: Table, *conditions: ColumnElement[bool]) -> "Prepared[int]":
    rows = select(1).select_from(table).where(*conditions).limit(MAX_COUNTED)
    return prepare(select(func.count()).select_from(rows.subquery()))


def _number(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=Integer)


_now: BindParameter[datetime] = bindparam("now")
_timers_waiting = _counted(timers, timers.c.due_at > _now)
_timers_late = _counted(timers, timers.c.due_at <= _now)
_first_due = prepare(select(func.min(timers.c.due_at)))
_calls_waiting = _counted(outbox, message_waits, outbox.c.message > "")
_calls_dead = _counted(outbox, outbox.c.dead_at <= _now)
_first_call = prepare(
    select(outbox.c.posted_at).where(message_waits).order_by(outbox.c.id).limit(1)
)
_requested = _counted(payments, payments.c.status == PaymentStatus.REQUESTED)
_ended = {
    status: _counted(
        payments, payments.c.status == status, payments.c.ended_at > bindparam("since")
    )
    for status in (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED)
}
_entry = ledger_entries.c
_next_entries = prepare(
    select(_entry.at)
    .where(_entry.at > bindparam("after"), _entry.at <= bindparam("until"))
    .order_by(_entry.at)
    .offset(_number("skipped"))
    .limit(1)
)
_sums = prepare(
    select(
        _entry.currency,
        func.sum(_entry.amount_minor).label("total"),
        func.sum(case((_entry.account == ADVANCES, _entry.amount_minor), else_=0)).label(
            "advances"
        ),
    )
    .where(_entry.at > bindparam("after"), _entry.at <= bindparam("until"))
    .group_by(_entry.currency)
)
LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass
class LedgerSums:
    """By currency, in minor units, of all entries up to `read_until`.

    The entries of a posting have one moment: at any moment the sum is 0, or the ledger is wrong.
    """

    read_until: datetime = LONG_AGO
    totals: Counter[str] = field(default_factory=Counter)
    advances: Counter[str] = field(default_factory=Counter)
    complete: bool = False

    async def advance(self, connection: Connection, now: datetime) -> None:
        """Read on, for a second at most: the first time there may be millions of entries."""
        began, settled = time.monotonic(), now - SETTLED_AFTER
        self.complete = False
        while not self.complete and time.monotonic() < began + MAX_READ_S:
            values = {"after": self.read_until, "until": settled}
            skipped = {**values, "skipped": ENTRIES_AT_ONCE}
            until = (await connection.execute(_next_entries, skipped)).scalar() or settled
            for row in await connection.execute(_sums, {**values, "until": until}):
                self.totals[row.currency] += row.total
                self.advances[row.currency] -= row.advances
            self.complete = until == settled
            self.read_until = max(self.read_until, until)


class Figures(Collector):
    """Gauges of Prometheus; every process of a database says the same."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._ledger = LedgerSums()
        self._lock = Lock()
        self._kept: list[Metric] = []
        self._read_at = -KEPT_S

    def collect(self) -> Iterator[Metric]:
        """What was read a few seconds ago is shown again."""
        with self._lock:
            if time.monotonic() >= self._read_at + KEPT_S:
                self._kept = self._read()
                self._read_at = time.monotonic()
            yield from self._kept

    def _read(self) -> list[Metric]:
        """Where the database is away, that alone is known."""
        try:
            return [_gauge("bff_database_up", UP, 1), *self._db.look(self._metrics)]
        except Exception as error:  # noqa: BLE001 - metrics of the process are served all the same
            log_fault(error)
            return [_gauge("bff_database_up", UP, 0)]

    async def _metrics(self, connection: Connection) -> list[Metric]:
        now = self._db.clock.now()
        await self._ledger.advance(connection, now)
        return [
            *await _of_jobs(connection, now),
            *await _of_reports(connection, now),
            *await _of_money(connection, now, self._ledger),
            _gauge("bff_database_bytes", SIZE, await self._db.size_bytes(connection)),
        ]


UP = "Whether the database answers: 0 or 1."
SIZE = "What the database takes on the disk."


async def _count(connection: Connection, counting: "Prepared[int]", now: datetime) -> int:
    values = {"now": now, "since": now - PAYMENTS_SINCE}
    found: int = (await connection.execute(counting, values)).scalar()
    return found


def _gauge(name: str, description: str, value: float) -> Metric:
    return GaugeMetricFamily(name, description, value)


def _labelled(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _age_s(now: datetime, moment: datetime | None) -> float:
    return max((now - moment).total_seconds(), 0) if moment else 0


async def _of_jobs(connection: Connection, now: datetime) -> list[Metric]:
    first_due = (await connection.execute(_first_due)).scalar()
    first_call = (await connection.execute(_first_call)).scalar()
    beat_at = await heartbeats.last_beat(connection)
    facts = [
        ("bff_timers_waiting", "Timers of the future.", _timers_waiting),
        ("bff_timers_late", "Timers that are due.", _timers_late),
        ("bff_outbox_waiting", "Calls to partners that are still to be made.", _calls_waiting),
        ("bff_outbox_dead", "Calls that were given up: `bff outbox`.", _calls_dead),
    ]
    counted = [
        _gauge(name, text, await _count(connection, counting, now))
        for name, text, counting in facts
    ]
    alive = await heartbeats.workers_alive(connection, now)
    ages = [
        ("bff_timers_lateness_seconds", "For how long the first timer is due.", first_due),
        ("bff_outbox_oldest_seconds", "Since when the oldest call waits.", first_call),
        ("bff_worker_silence_seconds", "Since the last heart beat of any worker.", beat_at),
    ]
    return [
        *counted,
        *(_gauge(name, text, _age_s(now, moment)) for name, text, moment in ages),
        _gauge("bff_workers_alive", "Workers with a fresh heart beat.", alive),
    ]


CONCERNS = {
    Concern.WAITS: "Partners' reports that wait for something else to happen.",
    Concern.OVERDUE: "Certain facts that have waited for over a day: `bff inbox`.",
    Concern.GIVEN_UP: "Reports that never made sense, not dismissed: `bff inbox`.",
    Concern.CONTRADICTS: "New reports that contradict the state, not dismissed: `bff inbox`.",
}


async def _of_reports(connection: Connection, now: datetime) -> list[Metric]:
    counts = await report_counts(connection, now)
    oldest_s = _age_s(now, await oldest_waiting(connection))
    return [
        *(
            _gauge(f"bff_reports_{concern.lower()}", text, counts[concern])
            for concern, text in CONCERNS.items()
        ),
        _gauge("bff_reports_oldest_seconds", "Since when the oldest report waits.", oldest_s),
    ]


async def _of_money(connection: Connection, now: datetime, ledger: LedgerSums) -> list[Metric]:
    states = {
        PaymentStatus.REQUESTED.value: await _count(connection, _requested, now),
        **{state.value: await _count(connection, by, now) for state, by in _ended.items()},
    }
    currency = "currency"
    return [
        _labelled("bff_payments", "Payments under way; the others of one hour.", "state", states),
        _gauge(
            "bff_duplicate_payments_open",
            "Payments made or requested twice that are not settled: `bff duplicates`.",
            await open_duplicates(connection),
        ),
        _labelled("bff_ledger_sum_minor", "Of all entries: 0, always.", currency, ledger.totals),
        _labelled(
            "bff_advances_outstanding_minor",
            "What the platform has advanced and not got back.",
            currency,
            ledger.advances if ledger.complete else {},
        ),
    ]
