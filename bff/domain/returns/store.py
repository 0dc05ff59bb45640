from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import and_, bindparam, delete, func, insert, select

from bff.core.pages import Page, Position
from bff.db.connection import Connection
from bff.db.elements import among, of_owner, rows_as_json, same_shopper
from bff.db.pages import PageQuery
from bff.db.row_mapping import ModelColumns
from bff.db.statements import prepare, prepare_insert, prepare_joined, prepare_models
from bff.db.tables import (
    missed_deadlines,
    pickups,
    refunds,
    returns,
)
from bff.db.tables.base import moment_from
from bff.db.transaction import Tx
from bff.db.updates import move_state, update_own
from bff.domain.orders.model import line_id_range
from bff.domain.pickups.model import WAITING, Pickup
from bff.domain.refunds.model import Refund
from bff.domain.returns.model import (
    TRANSITIONS,
    Case,
    DeadlineKind,
    MissedDeadline,
    Return,
    ReturnStatus,
)
from bff.domain.returns.rules.deadlines import Deadline

FOREVER = datetime.max.replace(tzinfo=UTC)
_by_id = prepare_models(
    Return, select(returns).where(of_owner(returns), among(returns.c.id, "keys"))
)
_page = PageQuery(
    lambda page: prepare_models(Return, page),
    select(returns).where(returns.c.shopper_id == bindparam("shopper_id")),
    returns.c.opened_at,
    returns.c.id,
)
_counts = prepare(
    select(returns.c.shopper_id, func.count())
    .where(among(returns.c.shopper_id, "keys"))
    .group_by(returns.c.shopper_id)
)
_add = prepare_insert(returns, Return)
_of_lines = prepare_models(
    Return,
    select(returns)
    .where(of_owner(returns), among(returns.c.order_line_id, "keys"))
    .order_by(returns.c.id),
)
_by_pickup = prepare_models(
    Return,
    select(returns)
    .where(of_owner(returns), among(returns.c.pickup_id, "keys"))
    .order_by(returns.c.id),
)
_waiting_pickups = prepare_joined(
    [ModelColumns(Pickup, pickups.c), ModelColumns(Return, returns.c)],
    select(pickups, returns)
    .join(returns, and_(returns.c.pickup_id == pickups.c.id, same_shopper(returns, pickups)))
    .where(
        of_owner(returns),
        returns.c.order_line_id > bindparam("begin"),
        returns.c.order_line_id < bindparam("end"),
        returns.c.status == ReturnStatus.AWAITING_RETURN_SHIPMENT,
        pickups.c.status.in_(WAITING),
    )
    .order_by(pickups.c.booked_at, pickups.c.id),
)
_missed = prepare(
    select(missed_deadlines)
    .where(of_owner(missed_deadlines), among(missed_deadlines.c.return_id, "keys"))
    .order_by(missed_deadlines.c.missed_at, missed_deadlines.c.due_at)
)
_add_missed = prepare(
    insert(missed_deadlines),
    inputs=["shopper_id", "return_id", "what", "due_at", "missed_at"],
)
_remove_missed = prepare(
    delete(missed_deadlines).where(
        of_owner(missed_deadlines),
        missed_deadlines.c.return_id == bindparam("return_id"),
        missed_deadlines.c.what == bindparam("what"),
        missed_deadlines.c.due_at.between(bindparam("at"), bindparam("until")),
    )
)


class _AllMissed(NamedTuple):
    missed: tuple[MissedDeadline, ...]


def _read_missed(rows: str) -> tuple[MissedDeadline, ...]:
    """The first one first."""
    missed = [
        MissedDeadline(DeadlineKind(what), moment_from(due_at), moment_from(missed_at))
        for what, due_at, missed_at in orjson.loads(rows)
    ]
    return tuple(sorted(missed, key=lambda one: (one.missed_at, one.due_at)))


_all_missed = (
    select(
        rows_as_json(
            missed_deadlines.c.what, missed_deadlines.c.due_at, missed_deadlines.c.missed_at
        )
    )
    .where(missed_deadlines.c.return_id == returns.c.id, same_shopper(missed_deadlines, returns))
    .scalar_subquery()
    .label("missed")
)
_case_parts = [
    ModelColumns(Return, returns.c),
    ModelColumns(Refund, refunds.c),
    ModelColumns(Pickup, pickups.c, optional=True),
    ModelColumns(_AllMissed, [_all_missed], converters={"missed": _read_missed}),
]
_all_cases = (
    select(returns, refunds, pickups, _all_missed)
    .join(refunds, and_(refunds.c.return_id == returns.c.id, same_shopper(refunds, returns)))
    .outerjoin(pickups, and_(pickups.c.id == returns.c.pickup_id, same_shopper(pickups, returns)))
)
_case = prepare_joined(
    _case_parts, _all_cases.where(of_owner(returns), returns.c.id == bindparam("return_id"))
)
_cases = prepare_joined(_case_parts, _all_cases.where(among(returns.c.id, "keys")))


async def returns_by_id(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Return]:
    rows = await connection.execute(_by_id, {"shopper_id": shopper_id, "keys": keys})
    return {this_return.id: this_return for this_return in rows}


async def returns_page(
    connection: Connection, shopper_id: str, first: int, after: Position | None
) -> Page[Return]:
    """Newest first."""
    return await _page.read(connection, first, after, shopper_id=shopper_id)


async def return_counts(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    rows = await connection.execute(_counts, {"keys": keys})
    return dict.fromkeys(keys, 0) | dict(rows)


async def add_return(tx: Tx, opened: Return) -> None:
    await tx.send(_add, opened)


async def move_return(tx: Tx, this_return: Return, to: ReturnStatus, **values: object) -> bool:
    """Whether the return was in a state that may become `to`."""
    return await move_state(tx, returns.c.status, TRANSITIONS, this_return, to, values)


async def update_return(tx: Tx, this_return: Return, **values: object) -> None:
    await update_own(tx, returns, this_return, values)


async def returns_of_lines(tx: Tx, shopper_id: str, line_ids: Sequence[str]) -> list[Return]:
    return (await tx.execute(_of_lines, {"shopper_id": shopper_id, "keys": line_ids})).all()


async def returns_by_pickup(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, list[Return]]:
    """What each brings back: of one order, to one address."""
    by_pickup: dict[str, list[Return]] = {key: [] for key in keys}
    for this_return in await connection.execute(
        _by_pickup, {"shopper_id": shopper_id, "keys": keys}
    ):
        by_pickup[this_return.pickup_id or ""].append(this_return)
    return by_pickup


async def returns_of_pickup(tx: Tx, pickup: Pickup) -> list[Return]:
    carried = await returns_by_pickup(tx.connection, pickup.shopper_id, [pickup.id])
    return carried[pickup.id]


async def update_returns_of_pickup(tx: Tx, pickup: Pickup, /, **values: object) -> None:
    for carried in await returns_of_pickup(tx, pickup):
        await update_return(tx, carried, **values)


async def get_lead(tx: Tx, pickup: Pickup) -> Return:
    """The return whose terms are the pickup's, of all that it brings back."""
    lead = await returns_by_id(tx.connection, pickup.shopper_id, [pickup.return_id])
    return lead[pickup.return_id]


async def waiting_pickups(tx: Tx, shopper_id: str, order_id: str) -> list[tuple[Pickup, Return]]:
    """A courier is still to come for these goods of an order; the pickup booked first is first."""
    begin, end = line_id_range(order_id)
    span = {"shopper_id": shopper_id, "begin": begin, "end": end}
    rows = await tx.execute(_waiting_pickups, span)
    return [(pickup, one) for pickup, one in rows if one.order_id == order_id]


async def missed_by_return(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, tuple[MissedDeadline, ...]]:
    """The deadlines that have passed, the first one first."""
    by_return: dict[str, list[MissedDeadline]] = {key: [] for key in keys}
    for row in await connection.execute(_missed, {"shopper_id": shopper_id, "keys": keys}):
        missed = MissedDeadline(DeadlineKind(row.what), row.due_at, row.missed_at)
        by_return[row.return_id].append(missed)
    return {key: tuple(missed) for key, missed in by_return.items()}


async def add_missed(tx: Tx, this_return: Return, deadline: Deadline) -> None:
    row = {
        "shopper_id": this_return.shopper_id,
        "return_id": this_return.id,
        "what": deadline.what,
        "due_at": deadline.at,
        "missed_at": tx.now,
    }
    await tx.execute(_add_missed, row)


async def remove_missed(
    tx: Tx, this_return: Return, what: DeadlineKind, at: datetime, until: datetime = FOREVER
) -> None:
    """Those that were due at `at` or later: what was to happen had happened by then."""
    of = {"shopper_id": this_return.shopper_id, "return_id": this_return.id}
    await tx.execute(_remove_missed, {**of, "what": what, "at": at, "until": until})


async def find_case(tx: Tx, shopper_id: str, return_id: str) -> Case | None:
    facts = {"shopper_id": shopper_id, "return_id": return_id}
    row = (await tx.execute(_case, facts)).first()
    return None if row is None else _read_case(row)


async def cases_by_return(connection: Connection, keys: Sequence[str]) -> dict[str, Case]:
    """Whoever's they are."""
    cases = map(_read_case, await connection.execute(_cases, {"keys": keys}))
    return {case.this_return.id: case for case in cases}


def _read_case(row: tuple[Any, ...]) -> Case:
    this_return, refund, pickup, [missed] = row
    return Case(this_return, refund, pickup, missed)


async def get_case(tx: Tx, shopper_id: str, return_id: str) -> Case:
    """Of a return that exists."""
    case = await find_case(tx, shopper_id, return_id)
    if case is None:
        raise LookupError(return_id)
    return case
