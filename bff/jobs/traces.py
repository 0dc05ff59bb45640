"""The trace in which something was last said to a partner: its answer comes back to it.

Written only where traces are collected.
"""

from collections.abc import Collection

from sqlalchemy import select

from bff.core import spans
from bff.db.connection import Connection
from bff.db.elements import among, upsert
from bff.db.statements import prepare
from bff.db.tables import traces
from bff.db.transaction import Tx

_added = upsert(traces)
_set = prepare(
    _added.on_conflict_do_update(
        index_elements=["subject_id"],
        set_={name: _added.excluded[name] for name in ("shopper_id", "traceparent", "at")},
    ),
    inputs=["shopper_id", "subject_id", "traceparent", "at"],
)
_of_subjects = prepare(
    select(traces.c.traceparent)
    .where(among(traces.c.subject_id, "subject_ids"))
    .order_by(traces.c.at.desc())
    .limit(1)
)


def remember(tx: Tx, shopper_id: str, subject_id: str) -> str | None:
    """The current span's `traceparent`, None where no traces are collected."""
    if traceparent := spans.traceparent():
        row = {
            "shopper_id": shopper_id,
            "subject_id": subject_id,
            "traceparent": traceparent,
            "at": tx.now,
        }
        tx.add_later(_set, row)
    return traceparent


async def trace_of(connection: Connection, subject_ids: Collection[str]) -> str | None:
    """The last one of any of them, as a `traceparent`."""
    values = {"subject_ids": subject_ids}
    traceparent: str | None = (await connection.execute(_of_subjects, values)).scalar()
    return traceparent
