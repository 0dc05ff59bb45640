"""The audit trail of erasures: who was erased when, and who has asked for it."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from bff.db.connection import Connection
from bff.db.statements import prepare, prepare_insert, prepare_models
from bff.db.tables import erasures
from bff.db.transaction import Tx
from bff.domain.erasure.model import Erasure

_c = erasures.c
_one = prepare_models(Erasure, select(erasures).where(_c.shopper_id == bindparam("shopper_id")))
_all = prepare_models(Erasure, select(erasures).order_by(_c.requested_at, _c.shopper_id))
_add = prepare_insert(erasures, Erasure)
_since = prepare(select(_c.shopper_id).where(_c.erased_at > bindparam("since")))


async def find_erasure(connection: Connection, shopper_id: str) -> Erasure | None:
    return (await connection.execute(_one, {"shopper_id": shopper_id})).first()


async def all_erasures(connection: Connection) -> list[Erasure]:
    """As they were requested."""
    return (await connection.execute(_all)).all()


async def erased_since(connection: Connection, since: datetime) -> frozenset[str]:
    """The ids of those who were erased after a moment."""
    return frozenset((await connection.execute(_since, {"since": since})).scalars())


async def add_erasure(tx: Tx, erasure: Erasure) -> None:
    await tx.execute(_add, erasure)


async def update_erasure(tx: Tx, shopper_id: str, **values: object) -> None:
    statement = update(erasures).where(_c.shopper_id == shopper_id).values(**values)
    await tx.execute(statement)
