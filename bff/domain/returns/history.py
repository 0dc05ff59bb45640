"""All that happened to a return, and who did it: for staff who are called about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, or_, select

from bff.core.money import Money
from bff.core.text import half_width
from bff.db import events
from bff.db.connection import Connection
from bff.db.elements import among, of_owner
from bff.db.events import Event
from bff.db.lookups import owner_of_return
from bff.db.statements import prepare, prepare_models
from bff.db.tables import (
    behaviours,
    ledger_entries,
    orders,
    outbox,
    payments,
    pickups,
    returns,
    star_changes,
    timers,
)
from bff.domain.orders.model import line_id_range
from bff.domain.payments.model import LedgerEntry, Payment
from bff.domain.returns.model import Case, DeadlineKind, Return
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.store import cases_by_return, returns_by_id
from bff.jobs import received_events
from bff.jobs.outbox import OutboxMessage
from bff.jobs.received_events import ReceivedEvent, Status
from bff.locale.messages import format_money

MAX_EVENTS = 10_000
PAYMENTS = "payments"


class Kind(StrEnum):
    """Of what came here at the same moment, a report is first: the rest follows from it."""

    REPORT = "REPORT"
    PAYMENT = "PAYMENT"
    POSTING = "POSTING"
    EVENT = "EVENT"
    STARS = "STARS"
    CALL = "CALL"


@dataclass(frozen=True, slots=True)
class Happening:
    """`at`: when it came here; `happened_at`: when it happened, as a partner says. `who`: a
    partner, or the shopper, the timer or the platform. `data`: a report's own words, in JSON.
    """

    at: datetime
    kind: Kind
    who: str
    what: str
    state: str = ""
    happened_at: datetime | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """`deadlines`: what the timers of the return wait for. `happenings`: the first one first."""

    case: Case
    deadlines: dict[str, datetime] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)


_numbered = prepare(
    select(orders.c.id, orders.c.shopper_id).where(
        or_(orders.c.number == bindparam("name"), orders.c.id == bindparam("name"))
    )
)
_of_order = prepare_models(
    Return,
    select(returns)
    .where(
        of_owner(returns),
        returns.c.order_line_id > bindparam("begin"),
        returns.c.order_line_id < bindparam("end"),
    )
    .order_by(returns.c.id),
)
_under_waybill = prepare_models(
    Return,
    select(returns).where(returns.c.waybill_number == bindparam("name")).order_by(returns.c.id),
)
_payments = prepare_models(
    Payment,
    select(payments)
    .where(of_owner(payments), payments.c.return_id == bindparam("return_id"))
    .order_by(payments.c.id),
)
_pickups = prepare(
    select(pickups.c.id).where(of_owner(pickups), pickups.c.return_id == bindparam("return_id"))
)
_entries = prepare_models(
    LedgerEntry,
    select(ledger_entries).where(
        of_owner(ledger_entries), among(ledger_entries.c.subject_id, "subjects")
    ),
)
_calls = prepare_models(
    OutboxMessage,
    select(outbox)
    .where(of_owner(outbox), among(outbox.c.subject_id, "subjects"))
    .order_by(outbox.c.id),
)
_stars = prepare(
    select(star_changes).where(
        star_changes.c.shopper_id == bindparam("shopper_id"),
        star_changes.c.return_id == bindparam("return_id"),
    )
)
_behaviours = prepare(
    select(behaviours).where(of_owner(behaviours), behaviours.c.return_id == bindparam("return_id"))
)
_timers = prepare(
    select(timers.c.kind, timers.c.due_at)
    .where(
        of_owner(timers),
        timers.c.subject_id == bindparam("return_id"),
        timers.c.kind.in_(sorted(DeadlineKind)),
    )
    .order_by(timers.c.due_at)
)


async def returns_called(connection: Connection, name: str) -> list[Return]:
    """By the return's id, the order's number or the waybill's, as it is read out on the phone."""
    name = half_width(name).strip()
    if owner := await owner_of_return(connection, name):
        return [(await returns_by_id(connection, owner, [name]))[name]]
    of_orders = [
        this_return
        for order_id, owner in await connection.execute(_numbered, {"name": name})
        for this_return in await _returns_of(connection, owner, order_id)
    ]
    number = {"name": name.upper().replace(" ", "")}
    return of_orders or (await connection.execute(_under_waybill, number)).all()


async def _returns_of(connection: Connection, shopper_id: str, order_id: str) -> list[Return]:
    begin, end = line_id_range(order_id)
    span = {"shopper_id": shopper_id, "begin": begin, "end": end}
    rows = await connection.execute(_of_order, span)
    return [one for one in rows if one.order_id == order_id]


async def history_of(connection: Connection, return_id: str) -> History:
    """Raises KeyError for a return that is not there."""
    case = (await cases_by_return(connection, [return_id]))[return_id]
    shopper_id = case.this_return.shopper_id
    owner = {"shopper_id": shopper_id}
    key = {**owner, "return_id": return_id}
    paid = (await connection.execute(_payments, key)).all()
    picked_up = (await connection.execute(_pickups, key)).scalars()
    subjects = [case.refund.id, *picked_up, *(payment.id for payment in paid)]
    reports = await received_events.about(connection, shopper_id, _reported(case))
    own = await events.read_after(connection, shopper_id, return_id, 0, MAX_EVENTS)
    entries = await connection.execute(_entries, {**owner, "subjects": subjects})
    calls = await connection.execute(_calls, {**owner, "subjects": [return_id, *subjects]})
    happenings = [
        *map(_report, reports),
        *(one for payment in paid for one in _payment(payment)),
        *_postings(entries),
        *_events(own, reports),
        *map(_rating, await connection.execute(_stars, key)),
        *map(_behaviour, await connection.execute(_behaviours, key)),
        *map(_call, calls),
    ]
    rank = {kind: place for place, kind in enumerate(Kind)}
    happenings.sort(key=lambda one: (one.at, rank[one.kind]))
    return History(case, dict((await connection.execute(_timers, key)).all()), happenings)


def _reported(case: Case) -> Sequence[str]:
    """Whose reports concern it: itself, its order, and whose pickup it may share."""
    shared = [case.pickup.return_id] if case.pickup else []
    return [case.this_return.id, case.this_return.order_id, *shared]


def _report(one: ReceivedEvent) -> Happening:
    state = f"{one.status}: {one.reason}" if one.reason else str(one.status)
    what = f"{one.type} ({one.event_id})"
    return Happening(
        one.received_at, Kind.REPORT, one.partner, what, state, one.happened_at, one.data
    )


def _payment(one: Payment) -> Iterator[Happening]:
    """When it was requested, and when it ended."""
    what = f"{one.kind} {one.id}"
    amount = f"{format_money('en', one.amount)} from {one.payer} to {one.payee}"
    second = f", second of {one.duplicate_of}" if one.duplicate_of else ""
    yield Happening(
        one.requested_at, Kind.PAYMENT, "platform", what, f"REQUESTED: {amount}{second}"
    )
    if one.ended_at:
        why = one.failure or one.reference or ""
        state = f"{one.status}: {amount}{second}{f' ({why})' if why else ''}"
        yield Happening(one.ended_at, Kind.PAYMENT, PAYMENTS, what, state)


def _postings(entries: Iterable[LedgerEntry]) -> Iterator[Happening]:
    by_posting: dict[tuple[datetime, str, str], list[str]] = {}
    for one in sorted(entries, key=lambda one: one.amount_minor):
        words = f"{one.account} {format_money('en', Money(one.amount_minor, one.currency))}"
        by_posting.setdefault((one.at, one.posting, one.subject_id), []).append(words)
    for (at, posting, subject_id), moves in by_posting.items():
        what = f"{posting} of {subject_id}"
        yield Happening(at, Kind.POSTING, "platform", what, ", ".join(moves))


_DOERS: Mapping[str, Sequence[RefundEvent]] = {
    "shopper": (
        *(RefundEvent.RETURN_OPENED, RefundEvent.DISPUTE_OPENED, RefundEvent.PICKUP_BOOKED),
        RefundEvent.REPAYMENT_REQUESTED,
    ),
    "courier": (
        *(RefundEvent.PICKUP_ACCEPTED, RefundEvent.COURIER_NAMED, RefundEvent.PICKUP_COLLECTED),
        *(RefundEvent.PICKUP_WEIGHED, RefundEvent.PICKUP_VISIT_FAILED),
    ),
    "merchant": (
        *(RefundEvent.RETURN_REFUSED, RefundEvent.GOODS_REFUSED),
        RefundEvent.GOODS_PARTLY_ACCEPTED,
    ),
    PAYMENTS: (
        *(RefundEvent.PICKUP_FEE_PAID, RefundEvent.PICKUP_FEE_PAYMENT_FAILED),
        *(RefundEvent.REFUND_ADVANCED, RefundEvent.REFUND_PAID_BY_MERCHANT),
        *(RefundEvent.REFUND_PAYMENT_FAILED, RefundEvent.REFUND_PAID_TWICE),
        *(RefundEvent.REFUND_REPAID, RefundEvent.REPAYMENT_FAILED, RefundEvent.OVERPAID),
        *(RefundEvent.OVERPAYMENT_RETURNED, RefundEvent.REIMBURSEMENT_FAILED),
    ),
    "timer": (RefundEvent.DEADLINE_MISSED,),
}
# Of events that only one can bring about
WHO = {event: who for who, kinds in _DOERS.items() for event in kinds}
# Of others, where nobody has reported anything at that moment
SHOPPERS = frozenset(
    {
        RefundEvent.PICKUP_RESCHEDULED,
        RefundEvent.WAYBILL_SUBMITTED,
        RefundEvent.WAYBILL_CORRECTED,
    }
)


def _events(own: Sequence[Event], reports: Sequence[ReceivedEvent]) -> Iterator[Happening]:
    """Many can only be one's doing. Others follow from what was reported in the same transaction,
    or from a deadline that was missed in it."""
    at_once = {one.ended_at: one.partner for one in reports if one.status is Status.DONE}
    at_once |= {one.at: "timer" for one in own if one.kind == RefundEvent.DEADLINE_MISSED}
    for one in own:
        kind = RefundEvent(one.kind)
        otherwise = "shopper" if kind in SHOPPERS else "platform"
        who = WHO.get(kind) or at_once.get(one.at, otherwise)
        known = [f"{name}: {value}" for name, value in one.facts.items() if value]
        yield Happening(one.at, Kind.EVENT, who, one.kind, ", ".join(known))


def _rating(row: Any) -> Happening:
    state = f"level {row.previous or 'none'} to {row.level}"
    return Happening(row.at, Kind.STARS, "platform", f"rated: {row.cause}", state)


def _behaviour(row: Any) -> Happening:
    return Happening(row.at, Kind.STARS, "platform", f"on record: {row.kind}")


def _call(one: OutboxMessage) -> Happening:
    if one.dead_at:
        state = f"dead after {one.attempts} tries: {one.last_error}"
    else:
        state = f"waits, {one.attempts} tries" + (f": {one.last_error}" if one.last_error else "")
    addressee = f" to {one.addressee}" if one.addressee else ""
    what = f"call {one.id}: {one.message} of {one.subject_id}{addressee}"
    return Happening(one.posted_at, Kind.CALL, "platform", what, state)
