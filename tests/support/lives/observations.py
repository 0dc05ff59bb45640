"""The committed state of the file, read over a connection of its own."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bff.domain.payments.model import Payment
from bff.domain.pickups.model import Pickup
from bff.domain.refunds.model import Refund
from bff.domain.returns.model import Case, DeadlineKind, MissedDeadline, Return

T = TypeVar("T")
Rows = list[tuple[Any, ...]]

LINES = """
  SELECT 'oli_' || substr(l.order_id, 5) || '-' || l.line_no, l.order_id, o.shopper_id, l.category,
         l.quantity, l.paid_minor, o.currency, l.no_return_confirmed, o.shipped_at, o.received_at,
         l.held_quantity, l.held_minor, o.merchant_id, o.paid_at, l.line_no, l.sku, l.title,
         l.unit_price_minor, l.freight_insured
  FROM order_lines l JOIN orders o ON o.id = l.order_id ORDER BY 1"""
TIMERS = "SELECT subject_id, kind, due_at FROM timers WHERE subject_id LIKE 'ret_%' ORDER BY id"
# But of facts that are certain, which wait on when their time is over
RETRIES = """
  SELECT due_at FROM timers JOIN webhook_events ON webhook_events.id = timers.subject_id
  WHERE kind = 'webhook.try_again'
    AND due_at < strftime('%Y-%m-%dT%H:%M:%f', received_at, '+25 hours')
  ORDER BY due_at"""
# One whose worker was killed is due again once its lease has ended.
OUTBOX = """
SELECT message, subject_id,
  CASE WHEN claimed_until > due_at THEN claimed_until ELSE due_at END, attempts, dead_at
FROM outbox ORDER BY id"""
MISSED = "SELECT return_id, what, due_at, missed_at FROM missed_deadlines ORDER BY missed_at"
BEHAVIOURS = "SELECT return_id, kind FROM behaviours ORDER BY id"
NEWEST = "SELECT topic, max(id), facts FROM events WHERE topic LIKE 'ret_%' GROUP BY topic"
STARS = "SELECT shopper_id, max(seq), level FROM star_changes GROUP BY shopper_id"
FALLS = "SELECT shopper_id, cause FROM star_changes WHERE level < previous"
GIVEN_UP = "SELECT partner, type FROM webhook_events WHERE code = 'NEVER_MADE_SENSE'"

UNSEEN = ("addresses", "events", "idempotency", "ledger_entries", "slots", "webhook_events")
_counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in UNSEEN)


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    order_id: str
    shopper_id: str
    category: str
    quantity: int
    paid_minor: int
    currency: str
    waived: bool
    shipped_at: str | None
    received_at: str | None
    held_quantity: int
    held_minor: int
    merchant_id: str
    paid_at: str
    line_no: int
    sku: str
    title: str
    unit_price_minor: int
    insured: bool

    @property
    def left(self) -> int:
        """Pieces that no return and no credit note holds."""
        return self.quantity - self.held_quantity


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    message: str
    subject_id: str
    due_at: str
    attempts: int
    dead_at: str | None


@dataclass(frozen=True)
class Snapshot:
    """All that matters, as it was at one moment. `newest`: the states in each newest event;
    `retries`: when events that came too early are tried again; `falls`: the cause of each fall
    of a star level."""

    lines: Mapping[str, Line]
    returns: Mapping[str, Return]
    refunds: Mapping[str, Refund]
    pickups: Mapping[str, Pickup]
    payments: Mapping[str, Payment]
    missed: Mapping[str, tuple[MissedDeadline, ...]]
    timers: Mapping[str, Mapping[str, str]]
    messages: tuple[QueuedMessage, ...]
    behaviours: Mapping[str, frozenset[str]]
    newest: Mapping[str, tuple[int, str]]
    levels: Mapping[str, tuple[int, int]]
    falls: tuple[tuple[str, str], ...]
    given_up: tuple[tuple[str, str], ...]
    retries: tuple[str, ...] = field(compare=False)

    def case(self, return_id: str) -> Case:
        return Case(
            self.returns[return_id],
            self.refunds[return_id],
            self.pickup_of(return_id),
            self.missed.get(return_id, ()),
        )

    def pickup_of(self, return_id: str) -> Pickup | None:
        """The one that brings it back, now or last."""
        pickup_id = self.returns[return_id].pickup_id
        return self.pickups[pickup_id] if pickup_id else None

    @property
    def moments(self) -> list[str]:
        """When the worker has something to do; what will be with somebody's stars is far off."""
        deadlines = [at for known in self.timers.values() for at in known.values()]
        messages: dict[str, str] = {}
        for one in self.messages:
            if not one.dead_at:
                messages.setdefault(one.subject_id, one.due_at)
        return [*deadlines, *messages.values(), *self.retries]

    @property
    def open_returns(self) -> list[Return]:
        return [one for one in self.returns.values() if not one.ended]


class Observer:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._read = {kind: _reader(kind) for kind in (Return, Refund, Pickup, Payment)}

    @property
    def version(self) -> int:
        """Another number once anything at all is written."""
        found: int = self.rows("PRAGMA data_version")[0][0]
        return found

    def rows(self, statement: str) -> Rows:
        return self._connection.execute(statement).fetchall()

    def counts(self) -> tuple[int, ...]:
        """Of what a look does not see."""
        return self.rows(f"SELECT {_counts}")[0]

    def is_full(self, slot: str | None) -> bool:
        """Somewhere; None: as soon as possible."""
        full = [row[0] for row in self.rows("SELECT key FROM slots WHERE remaining = 0")]
        return any(key == slot or (slot is None and key.startswith("asap")) for key in full)

    def look(self) -> Snapshot:
        refunds = self._all(Refund, "refunds")
        return Snapshot(
            lines={row[0]: Line(*row) for row in self.rows(LINES)},
            returns={one.id: one for one in self._all(Return, "returns")},
            refunds={one.return_id: one for one in refunds},
            pickups={one.id: one for one in self._all(Pickup, "pickups")},
            payments={one.id: one for one in self._all(Payment, "payments")},
            missed=_grouped(self.rows(MISSED), _missed),
            timers=_timers(self.rows(TIMERS)),
            messages=tuple(QueuedMessage(*row) for row in self.rows(OUTBOX)),
            behaviours={key: frozenset(kinds) for key, kinds in _kinds(self.rows(BEHAVIOURS))},
            newest={row[0]: (row[1], row[2]) for row in self.rows(NEWEST)},
            levels={row[0]: (row[1], row[2]) for row in self.rows(STARS)},
            falls=tuple(self.rows(FALLS)),
            given_up=tuple(self.rows(GIVEN_UP)),
            retries=tuple(row[0] for row in self.rows(RETRIES)),
        )

    def _all(self, kind: type[T], table: str) -> list[T]:
        names = ", ".join(names_of(kind))
        read: Callable[[tuple[Any, ...]], T] = self._read[kind]  # type: ignore[index, assignment]
        return [read(row) for row in self.rows(f"SELECT {names} FROM {table} ORDER BY id")]


def names_of(kind: type) -> tuple[str, ...]:
    """Of a model's fields, whatever it is made with."""
    names: tuple[str, ...] = kind.__match_args__  # type: ignore[attr-defined]
    return names


def _reader(kind: type[T]) -> Callable[[tuple[Any, ...]], T]:
    """Makes a model of a row, each column by its type's way."""
    hints = get_type_hints(kind)
    ways = [_way(hints[name]) for name in names_of(kind)]

    @lru_cache(maxsize=4096)
    def read(row: tuple[Any, ...]) -> T:
        values = zip(ways, row, strict=True)
        return kind(
            *(value if way is None or value is None else way(value) for way, value in values)
        )

    return read


def _way(hint: Any) -> Callable[[Any], Any] | None:
    if get_origin(hint) in (UnionType, Union):
        [hint] = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is tuple:
        return lambda text: tuple(json.loads(text))
    if get_origin(hint) is list:
        return json.loads
    if hint is datetime:
        return datetime.fromisoformat
    return hint if hint is bool or issubclass(hint, StrEnum) else None


def _missed(row: tuple[Any, ...]) -> MissedDeadline:
    return MissedDeadline(
        DeadlineKind(row[1]), datetime.fromisoformat(row[2]), datetime.fromisoformat(row[3])
    )


def _grouped(rows: Rows, read: Callable[[tuple[Any, ...]], T]) -> dict[str, tuple[T, ...]]:
    found: dict[str, tuple[T, ...]] = {}
    for row in rows:
        found[row[0]] = (*found.get(row[0], ()), read(row))
    return found


def _timers(rows: Rows) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for subject, kind, due_at in rows:
        found.setdefault(subject, {})[kind] = due_at
    return found


def _kinds(rows: Rows) -> Iterable[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for return_id, kind in rows:
        found.setdefault(return_id, set()).add(kind)
    return found.items()
