"""Records, by triggers in the database, which states rows move between."""

from collections.abc import Iterator
from typing import Any

from bff.core.states import Transitions
from bff.db.database import Database
from bff.db.transaction import Tx
from bff.domain.payments.model import TRANSITIONS as OF_PAYMENT
from bff.domain.pickups.model import FEE_TRANSITIONS as OF_FEE
from bff.domain.pickups.model import TRANSITIONS as OF_PICKUP
from bff.domain.refunds.model import TRANSITIONS as OF_ADVANCE
from bff.domain.returns.model import TRANSITIONS as OF_RETURN

Move = tuple[str, str | None, str]

STATES: dict[tuple[str, str], Transitions[Any]] = {
    ("returns", "status"): OF_RETURN,
    ("pickups", "status"): OF_PICKUP,
    ("pickups", "fee_status"): OF_FEE,
    ("refunds", "advance"): OF_ADVANCE,
    ("payments", "status"): OF_PAYMENT,
}
STARTED = """
CREATE TRIGGER started_{table}_{column} AFTER INSERT ON {table}
BEGIN INSERT INTO seen_moves VALUES ('{table}.{column}', NULL, new.{column}); END"""
MOVED = """
CREATE TRIGGER moved_{table}_{column} AFTER UPDATE OF {column} ON {table}
BEGIN INSERT INTO seen_moves VALUES ('{table}.{column}', old.{column}, new.{column}); END"""


async def record_moves(db: Database) -> None:
    """From now on; what is rolled back leaves no trace here either."""

    async def prepare(tx: Tx) -> None:
        await tx.connection.execute("CREATE TABLE seen_moves (what, before, after)")
        for table, column in STATES:
            for trigger in (STARTED, MOVED):
                await tx.connection.execute(trigger.format(table=table, column=column))

    await db.write(prepare)


async def recorded_moves(db: Database) -> set[Move]:
    async with db.read() as connection:
        found = await connection.execute("SELECT DISTINCT * FROM seen_moves")
        rows: list[Any] = list(found)
        return {(what, before, after) for what, before, after in rows}


def allowed_moves() -> set[Move]:
    return set(_allowed())


def _allowed() -> Iterator[Move]:
    for (table, column), transitions in STATES.items():
        what = f"{table}.{column}"
        yield from ((what, None, str(state)) for state in transitions.starts)
        for before, afters in transitions.moves.items():
            yield from ((what, str(before), str(after)) for after in afters)
