from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.core.paging import Page, Position
from bff.db.database import Tx
from bff.db.paging import page_of
from bff.db.tables import returns
from bff.returns.model import TRANSITIONS, Return, ReturnKind, ReturnStatus, WaybillSource


def _return(row: RowMapping) -> Return:
    words = {
        "kind": ReturnKind(row["kind"]),
        "status": ReturnStatus(row["status"]),
        "waybill_by": row["waybill_by"] and WaybillSource(row["waybill_by"]),
    }
    return Return(**{**row, **words})


async def returns_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Return]:
    rows = await connection.execute(select(returns).where(returns.c.id.in_(keys)))
    return {row["id"]: _return(row) for row in rows.mappings()}


async def returns_page(
    connection: AsyncConnection, shopper_id: str, first: int, after: Position | None
) -> Page[Return]:
    """Newest first."""
    mine = select(returns).where(returns.c.shopper_id == shopper_id)
    return await page_of(connection, mine, returns.c.opened_at, returns.c.id, first, after, _return)


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


async def travelling_under(tx: Tx, courier_company: str, number: str) -> list[Return]:
    statement = select(returns).where(
        returns.c.courier_company == courier_company, returns.c.waybill_number == number
    )
    return [_return(row) for row in (await tx.execute(statement)).mappings()]
