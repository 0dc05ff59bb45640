"""Records, by triggers in the database, which states rows move between."""

import itertools
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
SEEN = "CREATE TABLE seen_moves (what VARCHAR, before VARCHAR, after VARCHAR)"
STARTED = "INSERT INTO seen_moves VALUES ('{table}.{column}', NULL, new.{column});"
MOVED = "INSERT INTO seen_moves VALUES ('{table}.{column}', old.{column}, new.{column});"
TRIGGERS = {
    "AFTER INSERT ON {table}": STARTED,
    "AFTER UPDATE OF {column} ON {table}": MOVED,
}


async def record_moves(db: Database) -> None:
    """From now on; what is rolled back leaves no trace here either."""

    async def prepare(tx: Tx) -> None:
        await tx.connection.execute(SEEN)
        for statement in _triggers(in_functions=not tx.connection.writes_alone):
            await tx.connection.execute(statement)

    await db.write(prepare)


def _triggers(*, in_functions: bool) -> Iterator[str]:
    for (table, column), (when, action) in itertools.product(STATES, TRIGGERS.items()):
        event, does = (text.format(table=table, column=column) for text in (when, action))
        name = f"seen_{event.split()[1]}_{table}_{column}"
        if in_functions:
            body = f"$$ BEGIN {does} RETURN NULL; END $$"
            yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {body}"
            yield f"CREATE TRIGGER {name} {event} FOR EACH ROW EXECUTE FUNCTION {name}()"
        else:
            yield f"CREATE TRIGGER {name} {event} BEGIN {does} END"


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
