"""What partners are to be told, written with the change that makes it true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import outbox
from bff.db.timers import WORK


@dataclass(frozen=True, slots=True)
class Letter:
    """`message` says what it is about, `subject_id` whom; `attempts` failed so far."""

    id: int
    message: str
    subject_id: str
    due_at: datetime
    attempts: int
    last_error: str | None


async def post(tx: Tx, message: str, subject_id: str) -> None:
    row = {"message": message, "subject_id": subject_id, "due_at": tx.now, "attempts": 0}
    await tx.execute(insert(outbox), row)
    tx.topics.add(WORK)


async def due(connection: AsyncConnection, now: datetime, limit: int = 50) -> list[Letter]:
    statement = select(outbox).where(outbox.c.due_at <= now).order_by(outbox.c.id).limit(limit)
    return [Letter(**row) for row in (await connection.execute(statement)).mappings()]


async def delivered(tx: Tx, letters: Sequence[Letter]) -> None:
    await tx.execute(delete(outbox).where(outbox.c.id.in_([letter.id for letter in letters])))


async def failed(tx: Tx, letter: Letter, error: str, retry_at: datetime) -> None:
    values = {"due_at": retry_at, "attempts": letter.attempts + 1, "last_error": error}
    await tx.execute(update(outbox).where(outbox.c.id == letter.id).values(values))
