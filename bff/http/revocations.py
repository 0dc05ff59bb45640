"""Tokens of shoppers who were erased: refused from then on, in every process."""

from bff.core.faults import log_fault
from bff.db.database import Database
from bff.domain.erasure.service import ERASED
from bff.domain.erasure.store import erased_since
from bff.http.auth import Tokens

LOOK_EVERY_S = 5.0  # for what another process has erased, where no wake-up came


class Revocations:
    """Few are erased within a token's life: their ids are kept in memory, so that no request has
    to look. The write of a mutation looks by itself."""

    def __init__(self, db: Database, tokens: Tokens) -> None:
        self._db = db
        self._tokens = tokens

    async def run(self) -> None:
        async with self._db.wakeups.waiting_for(ERASED) as waiter:
            while True:
                try:
                    await self.refresh()
                except Exception as error:  # noqa: BLE001 - perhaps next time
                    log_fault(error)
                await waiter.wait(LOOK_EVERY_S)

    async def refresh(self) -> None:
        since = self._db.clock.now() - self._tokens.lifetime
        async with self._db.read() as connection:
            self._tokens.revoked = await erased_since(connection, since)
