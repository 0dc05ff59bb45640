"""What other processes write comes without a hint: the log is looked into now and then."""

import asyncio

from bff.core.faults import log_fault
from bff.db import events
from bff.db.database import Database


class LogPoller:
    """One look for all topics; it then hints as if the news had been written here."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._looking: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """What is written after this is noticed."""
        if self._looking is None:
            async with self._db.read() as connection:
                newest = await events.newest_id(connection)
            if self._looking is None:
                self._looking = asyncio.create_task(self._look(newest))

    def end(self) -> None:
        if self._looking:
            self._looking.cancel()
            self._looking = None

    async def _look(self, newest: int) -> None:
        while True:
            await asyncio.sleep(events.POLL_S)
            try:
                newest = await self._tell_after(newest)
            except Exception as error:  # noqa: BLE001 - perhaps next time
                log_fault(error)

    async def _tell_after(self, newest: int) -> int:
        """However much was written, others have their turn on the loop. The newest of it."""
        while True:
            async with self._db.read() as connection:
                news = await events.news_after(connection, newest)
            if not news:
                return newest
            newest = max(news.values())
            self._db.wakeups.wake(news)
            await asyncio.sleep(0)
