from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    LABEL_STYLE_TABLENAME_PLUS_COL,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.core.paging import Page, Position
from bff.db.database import Tx
from bff.db.paging import page_of
from bff.db.tables import missed_deadlines, pickups, refunds, returns
from bff.pickups.store import FOREMOST_FIRST, as_pickup
from bff.refunds.store import as_refund
from bff.returns.deadlines import Deadline
from bff.returns.model import (
    TRANSITIONS,
    Case,
    CloseReason,
    DeadlineKind,
    Missed,
    RefusedBecause,
    Return,
    ReturnKind,
    ReturnStatus,
    WaybillSource,
)


def as_return(row: Mapping[Any, Any]) -> Return:
    words = {
        "kind": ReturnKind(row["kind"]),
        "status": ReturnStatus(row["status"]),
        "waybill_by": row["waybill_by"] and WaybillSource(row["waybill_by"]),
        "close_reason": row["close_reason"] and CloseReason(row["close_reason"]),
        "refused_because": row["refused_because"] and RefusedBecause(row["refused_because"]),
        "refusal_photos": tuple(row["refusal_photos"]),
    }
    return Return(**{**row, **words})


async def returns_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Return]:
    rows = await connection.execute(select(returns).where(returns.c.id.in_(keys)))
    return {row["id"]: as_return(row) for row in rows.mappings()}


async def returns_page(
    connection: AsyncConnection, shopper_id: str, first: int, after: Position | None
) -> Page[Return]:
    """Newest first."""
    mine = select(returns).where(returns.c.shopper_id == shopper_id)
    return await page_of(
        connection, mine, returns.c.opened_at, returns.c.id, first, after, as_return
    )


async def return_counts(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, int]:
    statement = (
        select(returns.c.shopper_id, func.count().label("known"))
        .where(returns.c.shopper_id.in_(keys))
        .group_by(returns.c.shopper_id)
    )
    rows = await connection.execute(statement)
    return dict.fromkeys(keys, 0) | {row.shopper_id: row.known for row in rows}


async def add_return(tx: Tx, opened: Return) -> None:
    await tx.execute(insert(returns), asdict(opened))


async def move_return(tx: Tx, return_id: str, to: ReturnStatus, **values: object) -> bool:
    """Whether the return was in a state that may become `to`."""
    statement = (
        update(returns)
        .where(returns.c.id == return_id, returns.c.status.in_(TRANSITIONS.sources(to)))
        .values(status=to, **values)
    )
    return (await tx.execute(statement)).rowcount == 1


async def note_return(tx: Tx, return_id: str, **values: object) -> None:
    await tx.execute(update(returns).where(returns.c.id == return_id).values(**values))


async def travelling_under(tx: Tx, courier_company: str, number: str) -> list[Return]:
    statement = select(returns).where(
        returns.c.courier_company == courier_company, returns.c.waybill_number == number
    )
    return [as_return(row) for row in (await tx.execute(statement)).mappings()]


async def returns_of_lines(tx: Tx, line_ids: Sequence[str]) -> list[Return]:
    statement = select(returns).where(returns.c.order_line_id.in_(line_ids)).order_by(returns.c.id)
    return [as_return(row) for row in (await tx.execute(statement)).mappings()]


_missed = (
    select(missed_deadlines)
    .where(missed_deadlines.c.return_id.in_(bindparam("keys", expanding=True)))
    .order_by(missed_deadlines.c.missed_at, missed_deadlines.c.due_at)
)


async def missed_by_return(
    connection: AsyncConnection, keys: Sequence[str]
) -> dict[str, tuple[Missed, ...]]:
    """The deadlines that have passed, the first one first."""
    found: dict[str, list[Missed]] = {key: [] for key in keys}
    for row in await connection.execute(_missed, {"keys": list(keys)}):
        missed = Missed(DeadlineKind(row.what), row.due_at, row.missed_at)
        found[row.return_id].append(missed)
    return {key: tuple(missed) for key, missed in found.items()}


async def add_missed(tx: Tx, return_id: str, deadline: Deadline) -> None:
    row = {
        "return_id": return_id,
        "what": deadline.what,
        "due_at": deadline.at,
        "missed_at": tx.now,
    }
    await tx.execute(insert(missed_deadlines), row)


# Asked in every step of a return: made once.
_case = (
    select(returns, refunds, pickups)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .outerjoin(pickups, pickups.c.return_id == returns.c.id)
    .where(returns.c.id == bindparam("return_id"))
    .order_by(*FOREMOST_FIRST)
    .limit(1)
    .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
)


async def find_case(tx: Tx, return_id: str) -> Case | None:
    row = (await tx.execute(_case, {"return_id": return_id})).mappings().first()
    if row is None:
        return None
    missed = await missed_by_return(tx.connection, [return_id])
    pickup = _part(row, pickups)
    return Case(
        as_return(_part(row, returns)),
        as_refund(_part(row, refunds)),
        as_pickup(pickup) if pickup["id"] else None,
        missed[return_id],
    )


def _part(row: RowMapping, table: Table) -> dict[str, Any]:
    return {column.name: row[f"{table.name}_{column.name}"] for column in table.c}


async def case_of(tx: Tx, return_id: str) -> Case:
    """Of a return that exists."""
    case = await find_case(tx, return_id)
    if case is None:
        raise LookupError(return_id)
    return case
