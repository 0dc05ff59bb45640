"""Signs of life: a row for each worker, so that any process sees whether one is at work."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select

from bff.db.connection import Connection
from bff.db.elements import upsert
from bff.db.statements import prepare
from bff.db.tables import heartbeats
from bff.db.transaction import Tx

INTERVAL = timedelta(seconds=5)
MAX_SILENCE = timedelta(seconds=20)  # after that, a worker counts as gone
KEPT_FOR = timedelta(hours=1)

_added = upsert(heartbeats)
_beat = prepare(
    _added.on_conflict_do_update(index_elements=["worker_id"], set_={"at": _added.excluded.at}),
    inputs=["worker_id", "at"],
)
_forget = prepare(delete(heartbeats).where(heartbeats.c.at < bindparam("before")))
_alive = prepare(
    select(func.count()).select_from(heartbeats).where(heartbeats.c.at >= bindparam("since"))
)
_last = prepare(select(func.max(heartbeats.c.at)))


async def beat(tx: Tx, worker_id: str) -> None:
    """Rows of workers that are long gone are removed."""
    await tx.execute(_beat, {"worker_id": worker_id, "at": tx.now})
    await tx.execute(_forget, {"before": tx.now - KEPT_FOR})


async def workers_alive(connection: Connection, now: datetime) -> int:
    """Those that have not been silent for too long."""
    found: int = (await connection.execute(_alive, {"since": now - MAX_SILENCE})).scalar()
    return found


async def last_beat(connection: Connection) -> datetime | None:
    """Of any worker; None where there never was one."""
    moment: datetime | None = (await connection.execute(_last)).scalar()
    return moment
