"""The rules of retention, run batch by batch: no write takes long, and none has to be repeated.

A timer for each rule comes every day, and at once again while there is more to do.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select

from bff.core.ids import NO_SHOPPER
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.elements import upsert
from bff.db.statements import prepare, prepare_models
from bff.db.tables import retention_runs, timers
from bff.db.transaction import Tx
from bff.domain.retention import messages, traces, trade
from bff.domain.retention.model import Found, Kept, Periods, RetentionRun
from bff.jobs import timers as jobs
from bff.jobs.timers import Handler

RETENTION = "retention"  # the kind of its timers, whose subjects are the rules
BATCH = 200
AGAIN_AFTER = timedelta(days=1)
PAUSE = timedelta(seconds=1)
MAX_COUNTED = 1_000_000


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """`find`: from a position on, what is older than a moment and nobody needs; so many at most.
    `delete`: how many were deleted of what was found."""

    find: Callable[[Connection, str, datetime, int], Awaitable[Found]]
    delete: Callable[[Tx, Sequence[Any]], Awaitable[int]]


RULES: Mapping[Kept, RetentionRule] = {
    Kept.EVENTS: RetentionRule(messages.old_events, messages.delete_events),
    Kept.KEYS: RetentionRule(messages.old_answers, messages.delete_answers),
    Kept.REPORTS: RetentionRule(messages.old_reports, messages.delete_reports),
    Kept.CALLS: RetentionRule(messages.old_calls, messages.delete_calls),
    Kept.PHOTOS: RetentionRule(traces.old_photos, traces.delete_photos),
    Kept.OFFERS: RetentionRule(traces.old_offers, traces.delete_offers),
    Kept.SLOTS: RetentionRule(traces.old_places, traces.delete_places),
    Kept.ORDERS: RetentionRule(trade.old_orders, trade.delete_orders),
    Kept.BOOKS: RetentionRule(trade.old_books, trade.delete_books),
}

_c = retention_runs.c
_run = prepare_models(RetentionRun, select(retention_runs).where(_c.rule == bindparam("of_rule")))
_added = upsert(retention_runs)
_FIELDS = ["rule", "position", "first_kept", "ran_at", "deleted"]
_note = prepare(
    _added.on_conflict_do_update(
        index_elements=["rule"], set_={name: _added.excluded[name] for name in _FIELDS[1:]}
    ),
    _FIELDS,
)
_armed = prepare(select(timers.c.subject_id).where(timers.c.kind == RETENTION))


async def delete_some(tx: Tx, kept: Kept, period: timedelta) -> tuple[int, bool]:
    """A batch: how much was deleted, and whether there may be more."""
    run = await _last_run(tx.connection, kept)
    position = run.position if run else ""
    found = await RULES[kept].find(tx.connection, position, tx.now - period, BATCH)
    deleted = await RULES[kept].delete(tx, found.keys) if found.keys else 0
    await tx.execute(_note, _noted(tx, kept, run, found, deleted))
    return deleted, found.more


async def _last_run(connection: Connection, kept: Kept) -> RetentionRun | None:
    return (await connection.execute(_run, {"of_rule": kept})).first()


def _noted(
    tx: Tx, kept: Kept, run: RetentionRun | None, found: Found, deleted: int
) -> dict[str, Any]:
    """At the end of a run the next one is to begin at the first that had to stay."""
    first_kept = run.first_kept if run and run.first_kept is not None else found.first_kept
    at_end = found.position if first_kept is None else first_kept
    return {
        "rule": kept,
        "position": found.position if found.more else at_end,
        "first_kept": first_kept if found.more else None,
        "ran_at": tx.now,
        "deleted": (run.deleted if run else 0) + deleted,
    }


async def count_old(connection: Connection, now: datetime, kept: Kept, period: timedelta) -> int:
    """How much the rule would delete now. It looks through all of it: for operators."""
    run = await _last_run(connection, kept)
    position, count = run.position if run else "", 0
    while True:
        found = await RULES[kept].find(connection, position, now - period, MAX_COUNTED)
        count += len(found.keys)
        if not found.more or found.position == position:
            return count
        position = found.position


async def arm_retention(db: Database) -> None:
    """A timer for each rule, where it has none: one query, and mostly no write."""
    async with db.read() as connection:
        armed = (await connection.execute(_armed)).scalars()

    async def schedule(tx: Tx) -> None:
        for kept in Kept:
            await jobs.schedule(tx, NO_SHOPPER, RETENTION, kept, tx.now)

    if not {*Kept} <= {*armed}:
        await db.write(schedule)


async def _fire(periods: Periods, tx: Tx, rule: str) -> None:
    kept = Kept(rule)
    _, more = await delete_some(tx, kept, periods[kept])
    await jobs.schedule(tx, NO_SHOPPER, RETENTION, rule, tx.now + (PAUSE if more else AGAIN_AFTER))


def retention_handlers(periods: Periods) -> Mapping[str, Handler]:
    """Of the timers that are set here."""
    return {RETENTION: partial(_fire, periods)}
