"""Books of a few lives: some have ended, in good and in bad, and some go on."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from bff.audit import auditor
from bff.audit.law import Finding
from bff.core.clock import SystemClock
from bff.db.sqlite.database import SqliteDatabase
from tests.support.engines import engine
from tests.support.journeys.courier_lives import reports_come_late_and_the_parcel_is_lost
from tests.support.journeys.partners import Way
from tests.support.journeys.payment_lives import a_debt_that_nobody_pays, all_that_is_paid_twice
from tests.support.journeys.return_lives import (
    an_empty_parcel,
    as_promised,
    goods_that_are_accepted_in_part,
    opened,
)
from tests.support.journeys.stage import Stage, open_stage

ENDED_LIVES = (
    as_promised,
    an_empty_parcel,
    goods_that_are_accepted_in_part,
    reports_come_late_and_the_parcel_is_lost,
    all_that_is_paid_twice,
    a_debt_that_nobody_pays,
)


async def live_all(folder: Path) -> Path:
    """The database's file."""
    with engine(None):
        return await _live_all(folder)


async def _live_all(folder: Path) -> Path:
    async with open_stage(folder) as stage:
        for life in ENDED_LIVES:
            await life(stage)
            await stage.tomorrow()
        await _begin(stage)
    return folder / "bff.sqlite3"


async def _begin(stage: Stage) -> None:
    """A return that waits for a courier and has a report that came too early, one whose advance is
    under way, and one whose fee is due."""
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        assert await trip.staff_decide("SHOPPER") == "WAITING"
        stage.payments.will(Way.REPORT_LATER)
        await (await opened(phone, pickup=False)).is_sent()
    async with stage.shopper(level=3) as phone:
        await (await opened(phone)).is_fetched(grams=900, waybill=False)


class Books:
    """A copy of such a file, for a test to spoil."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def one(self, statement: str) -> Any:
        """The first row's first column."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(statement).fetchone()[0]

    def spoil(self, *statements: str, **values: object) -> None:
        """By SQL of which the program knows nothing."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for statement in statements:
                assert connection.execute(statement, values).rowcount != 0, statement

    @asynccontextmanager
    async def database(self) -> AsyncIterator[SqliteDatabase]:
        db = SqliteDatabase(self.path, SystemClock())
        try:
            yield db
        finally:
            await db.close()

    async def findings(self, many: int = auditor.MANY) -> list[Finding]:
        async with self.database() as db:
            judgements = await auditor.audit(db, many=many)
        return [finding for one in judgements for finding in one.findings]

    async def broken(self) -> dict[str, list[Finding]]:
        """By law."""
        by_law: dict[str, list[Finding]] = {}
        for finding in await self.findings():
            by_law.setdefault(finding.law, []).append(finding)
        return by_law
