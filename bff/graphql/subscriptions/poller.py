"""Other processes' events come without a hint: the log is polled for them."""

import asyncio

from bff.core.faults import log_fault
from bff.db.database import Database
from bff.db.events import newest_by_topic, newest_id

POLL_S = 5.0


class LogPoller:
    """One for all topics; it hints as if the events had been written by this process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._polling: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """What is written from here on is noticed."""
        if self._polling is None:
            async with self._db.read() as connection:
                newest = await newest_id(connection)
            if self._polling is None:
                self._polling = asyncio.create_task(self._poll(newest))

    def end(self) -> None:
        if self._polling:
            self._polling.cancel()
            self._polling = None

    async def _poll(self, newest: int) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                newest = await self._wake_after(newest)
            except Exception as error:  # noqa: BLE001 - perhaps next time
                log_fault(error)

    async def _wake_after(self, newest: int) -> int:
        """Wake the channels of what was written, page by page; the newest id of it."""
        while True:
            async with self._db.read() as connection:
                ids = await newest_by_topic(connection, newest)
            if not ids:
                return newest
            newest = max(ids.values())
            self._db.wakeups.wake(ids)
            await asyncio.sleep(0)
