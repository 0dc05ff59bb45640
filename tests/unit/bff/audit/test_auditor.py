import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bff.audit import auditor, refunds
from bff.audit.auditor import Judgement
from bff.audit.law import Finding, Span
from bff.db.connection import Connection
from bff.db.tables import timers
from bff.db.transaction import Caches
from tests.support.journeys.return_lives import an_empty_parcel
from tests.support.journeys.stage import open_stage
from tests.support.lived_books import Books


async def test_after_a_long_life_the_books_are_right(books: Books) -> None:
    assert await books.findings() == []


@pytest.mark.parametrize("many", [1, 2, 7])
async def test_parts_of_any_size_find_the_same(books: Books, many: int) -> None:
    refund = books.one("SELECT max(id) FROM refunds")
    books.spoil("UPDATE refunds SET repaying = 1 WHERE id = :refund", refund=refund)
    whole = await books.findings()
    assert whole
    assert await books.findings(many) == whole


async def test_what_is_looked_at_is_counted(books: Books) -> None:
    parts: list[int] = []
    async with books.database() as db:
        [judgement] = await auditor.audit(
            db, [refunds.REFUNDED], many=3, progress=lambda one: parts.append(one.looked_at)
        )
    assert judgement.looked_at == books.one("SELECT count(*) FROM refunds")
    assert parts == [0, *range(3, judgement.looked_at, 3), judgement.looked_at]


async def test_what_was_put_right_meanwhile_is_not_reported(books: Books) -> None:
    """A writer comes between the first look and the second."""
    refund = books.one("SELECT max(id) FROM refunds")
    books.spoil("UPDATE refunds SET repaying = 1 WHERE id = :refund", refund=refund)
    law = PutRight(books, "UPDATE refunds SET repaying = 0 WHERE repaying")
    async with books.database() as db:
        [judgement] = await auditor.audit(db, [law])
    assert (law.seen, judgement.findings) == (1, [])


@dataclass
class PutRight:
    """The law of repayments, and what somebody does after each look."""

    books: Books
    statement: str
    seen: int = 0
    name = "repayments"
    claim = ""
    key = refunds.REPAYMENTS.key

    async def look(self, connection: Connection, span: Span, caches: Caches) -> list[Finding]:
        found = await refunds.REPAYMENTS.look(connection, span, caches)
        self.seen += len(found)
        if found:
            self.books.spoil(self.statement)
        return found


async def test_one_look_sees_one_moment(books: Books) -> None:
    """What is written between two statements of a look is as if it came after both."""
    count = select(func.count()).select_from(timers)
    async with books.database() as db, db.snapshot() as connection:
        before = (await connection.execute(count)).scalar()
        books.spoil("DELETE FROM timers")
        assert (await connection.execute(count)).scalar() == before
    assert books.one("SELECT count(*) FROM timers") == 0


async def test_of_many_findings_the_first_are_listed(books: Books) -> None:
    books.spoil("UPDATE order_lines SET held_minor = held_minor + 1")
    lines = books.one("SELECT count(*) FROM order_lines")
    judgement = Judgement("held of lines", "")
    for finding in await books.findings():
        judgement.add([finding] * auditor.MAX_KEPT)
    assert (len(judgement.findings), judgement.more) == (
        auditor.MAX_KEPT,
        auditor.MAX_KEPT * (lines - 1),
    )


@pytest.mark.sqlite_only("a file is audited")
async def test_no_false_alarm_while_others_write(db_folder: Path) -> None:
    async with open_stage(db_folder) as stage:
        living = asyncio.create_task(an_empty_parcel(stage))
        async with Books(db_folder / "bff.sqlite3").database() as db:
            audits = 0
            while not living.done():
                for judgement in await auditor.audit(db, many=2):
                    assert judgement.findings == []
                    await asyncio.sleep(0)
                audits += 1
        await living
    assert audits > 1
