from collections.abc import Sequence

from sqlalchemy import select

from bff.db.connection import Connection
from bff.db.elements import among, of_owner
from bff.db.statements import prepare_insert, prepare_models
from bff.db.tables import refunds
from bff.db.transaction import Tx
from bff.db.updates import move_state, update_own
from bff.domain.refunds.model import TRANSITIONS, AdvanceStatus, Refund

_by_id = prepare_models(
    Refund, select(refunds).where(of_owner(refunds), among(refunds.c.id, "keys"))
)
_by_return = prepare_models(
    Refund, select(refunds).where(of_owner(refunds), among(refunds.c.return_id, "keys"))
)
_add = prepare_insert(refunds, Refund)


async def refunds_by_id(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Refund]:
    return {
        refund.id: refund
        for refund in await connection.execute(_by_id, {"shopper_id": shopper_id, "keys": keys})
    }


async def refunds_by_return(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Refund]:
    rows = await connection.execute(_by_return, {"shopper_id": shopper_id, "keys": keys})
    return {refund.return_id: refund for refund in rows}


async def add_refund(tx: Tx, refund: Refund) -> None:
    await tx.send(_add, refund)


async def move_advance(tx: Tx, refund: Refund, to: AdvanceStatus, **values: object) -> bool:
    """Whether the advance was in a state that may become `to`."""
    return await move_state(tx, refunds.c.advance, TRANSITIONS, refund, to, values)


async def update_refund(tx: Tx, refund: Refund, **values: object) -> None:
    await update_own(tx, refunds, refund, values)
