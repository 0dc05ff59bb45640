"""Each law in PostgreSQL's words: it runs, and finds what one on SQLite finds."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Executable, insert, select, text

from bff.audit import auditor
from bff.audit.laws import LAWS
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.tables import metadata
from bff.db.transaction import Tx
from tests.support.lived_books import Books
from tests.support.world import FakeClock


@pytest.fixture
async def copied(books: Books, postgresql_database: str) -> AsyncIterator[PostgresqlDatabase]:
    """The same rows on PostgreSQL."""
    db = PostgresqlDatabase(postgresql_database, FakeClock())
    for table in metadata.sorted_tables:
        async with books.database() as source, source.read() as connection:
            rows = [row._asdict() for row in await connection.execute(select(table))]
        if rows:
            await db.write(partial(_run, insert(table), rows))
    yield db
    await db.close()


async def _run(statement: Executable, rows: list[dict[str, Any]] | None, tx: Tx) -> None:
    await tx.execute(statement, rows)


async def test_books_are_as_right_on_postgresql(copied: PostgresqlDatabase, books: Books) -> None:
    judgements = await auditor.audit(copied, many=5)
    assert [(one.law, one.findings) for one in judgements] == [(law.name, []) for law in LAWS]
    async with books.database() as db:
        on_sqlite = await auditor.audit(db)
    counted = {one.law: one.looked_at for one in judgements}
    assert counted == {one.law: one.looked_at for one in on_sqlite}


SPOILT = (
    "UPDATE ledger_entries SET amount_minor = amount_minor + 5 WHERE posting = 'SETTLEMENT'",
    "UPDATE refunds SET repaying = NOT repaying, refunded_at = NULL",
    "UPDATE orders SET advanced_minor = advanced_minor + 1",
    "UPDATE order_lines SET held_minor = held_minor + 1",
    "UPDATE slots SET capacity = capacity + 1",
    "UPDATE star_changes SET level = 6 - level WHERE level <> 3",
    "UPDATE returns SET refused_because = NULL",
    "UPDATE events SET shopper_id = 'sho_other'",
    "UPDATE webhook_events SET shopper_id = 'sho_other'",
    "UPDATE pickups SET shopper_id = 'sho_other'",
    "UPDATE ledger_entries SET shopper_id = NULL",
    "UPDATE timers SET shopper_id = '' WHERE kind = 'webhook.try_again'",
    "UPDATE outbox SET shopper_id = 'sho_other', subject_id = (SELECT min(id) FROM returns)",
    "DELETE FROM timers WHERE kind <> 'webhook.try_again'",
)


async def test_what_is_wrong_is_wrong_on_postgresql(
    copied: PostgresqlDatabase, books: Books
) -> None:
    books.spoil(*SPOILT)
    for statement in SPOILT:
        await copied.write(partial(_run, text(statement), None))
    found = [finding for one in await auditor.audit(copied) for finding in one.findings]
    assert len({finding.law for finding in found}) > 18
    assert sorted(map(str, found)) == sorted(map(str, await books.findings()))
