"""What a crash, a race or a removed photo left in the object store goes, once the photo's link has
expired. One process sweeps at a time.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bff.core.ids import worker_name
from bff.db.database import Database
from bff.db.transaction import Tx
from bff.domain.evidence import store
from bff.domain.evidence.model import Photo
from bff.domain.evidence.object_store import ObjectStore
from bff.jobs import leases

GRACE = timedelta(minutes=5)  # an upload that began before its link expired has ended by then
PAUSE_S = 300.0
MAX_TOGETHER = 100
LEASE_NAME = "photo sweeper"
LEASE = timedelta(minutes=10)  # more than any step takes

log = structlog.get_logger("bff.domain.evidence")


class Sweeper:
    def __init__(self, db: Database, object_store: ObjectStore) -> None:
        self._db = db
        self._object_store = object_store
        self._name = worker_name()

    async def run(self) -> None:
        while True:
            try:
                busy = await self.step()
            except Exception:
                log.exception("photos not swept")
                busy = False
            if not busy:
                await asyncio.sleep(PAUSE_S)

    async def step(self) -> bool:
        """Sweep some; whether there may be more. Raises ObjectStoreError."""
        before = self._db.clock.now() - GRACE
        async with self._db.read() as connection:
            photos = await store.unswept(connection, before, MAX_TOGETHER)
        if not photos or not await self._db.write(self._take):
            return False
        try:
            await self._sweep(photos)
        finally:
            await self._db.write(lambda tx: leases.release(tx, LEASE_NAME, self._name))
        return len(photos) == MAX_TOGETHER

    async def _take(self, tx: Tx) -> bool:
        return await leases.take(tx, LEASE_NAME, self._name, LEASE)

    async def _sweep(self, photos: Sequence[Photo]) -> None:
        for photo in photos:
            kept = None if photo.removed_at else photo.digest
            await self._object_store.keep_only(photo.id, kept)
        await self._db.write(lambda tx: store.note_swept(tx, photos))
