"""What a run needs: a database with shoppers and orders, and the server in its own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import select

from bff.core.clock import SystemClock
from bff.db.sqlite.database import SqliteDatabase
from bff.db.tables import ledger_entries, refunds
from bff.domain.payments.model import Posting, shopper_account
from bff.settings import Settings
from tests.support.buyers import MORNING, PRICE_MINOR, Buyer, create_buyers
from tests.support.program import Program, Serving


async def set_up(database: Path, buyers: int, lines: int) -> list[Buyer]:
    settings = Settings(database=database, mode="demo", clock_starts_at=MORNING)
    return await create_buyers(settings, buyers, lines)


@asynccontextmanager
async def serving(database: Path) -> AsyncIterator[Serving]:
    """As `bff serve` does it; couriers and merchants keep the demonstration's pace."""
    options = {"clock_starts_at": MORNING.isoformat(), "log_level": "warning"}
    async with Program(database, options).serving() as served:
        yield served


async def advanced(database: Path) -> dict[str, list[tuple[str, int]]]:
    """By return: what the ledger says each account received of the platform's advance."""
    db = SqliteDatabase(database, SystemClock())
    entry = ledger_entries.c
    statement = (
        select(refunds.c.return_id, entry.account, entry.amount_minor)
        .join(refunds, refunds.c.id == entry.subject_id)
        .where(entry.posting == Posting.ADVANCE, entry.amount_minor > 0)
    )
    async with db.read() as connection:
        rows = (await connection.execute(statement)).all()
    await db.close()
    found: dict[str, list[tuple[str, int]]] = {}
    for return_id, account, amount_minor in rows:
        found.setdefault(return_id, []).append((account, amount_minor))
    return found


def right_advance(buyer: Buyer) -> list[tuple[str, int]]:
    return [(shopper_account(buyer.id), PRICE_MINOR)]
