"""The clock that the processes of a demonstration share: how far it is ahead of the system's."""

from datetime import timedelta

from sqlalchemy import select

from bff.db.connection import Connection
from bff.db.elements import upsert
from bff.db.statements import prepare
from bff.db.tables import demo_clock
from bff.db.transaction import Tx

THE_ONLY_ID = 1
MICROSECOND = timedelta(microseconds=1)

_added = upsert(demo_clock)
_set = prepare(
    _added.on_conflict_do_update(
        index_elements=["id"], set_={"offset_us": _added.excluded.offset_us}
    ),
    inputs=["id", "offset_us"],
)
_read = prepare(select(demo_clock.c.offset_us).where(demo_clock.c.id == THE_ONLY_ID))


async def set_offset(tx: Tx, offset: timedelta) -> None:
    await tx.execute(_set, {"id": THE_ONLY_ID, "offset_us": offset // MICROSECOND})


async def read_offset(connection: Connection) -> timedelta | None:
    offset_us: int | None = (await connection.execute(_read)).scalar()
    return None if offset_us is None else offset_us * MICROSECOND
