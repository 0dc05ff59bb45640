"""`/healthz`: the process is alive. `/readyz`: it is to be sent requests."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.schema import newest_revision, revision_of
from bff.jobs.heartbeats import MAX_SILENCE, last_beat

MAX_WAIT_S = 2.0
RETRY_AFTER_S = 5
OK = "ok"
UNKNOWN = "unknown: the database does not answer"


class Readiness:
    """`draining` True: the process ends soon, and finishes what it has begun."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._needed = newest_revision()
        self.draining = False

    @property
    def routes(self) -> list[Route]:
        return [Route("/healthz", _alive), Route("/readyz", self._answer)]

    async def checks(self) -> Mapping[str, str]:
        """What each part of the program says: `ok`, or what is wrong."""
        server = "draining: it takes no new work" if self.draining else OK
        try:
            async with asyncio.timeout(MAX_WAIT_S), self._db.read() as connection:
                migrations = await self._migrations(connection)
                worker = await self._worker(connection)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is wrong
            away = f"does not answer: {type(error).__name__}"
            return {"server": server, "database": away, "migrations": UNKNOWN, "worker": UNKNOWN}
        return {"server": server, "database": OK, "migrations": migrations, "worker": worker}

    async def _migrations(self, connection: Connection) -> str:
        """A newer database serves as well: each migration leaves this version what it needs."""
        found = await revision_of(connection)
        return OK if found >= self._needed else f"at {found}, expected {self._needed}: bff migrate"

    async def _worker(self, connection: Connection) -> str:
        beat_at = await last_beat(connection)
        if beat_at is None:
            return "no worker has started yet"
        silence = self._db.clock.now() - beat_at
        if silence > MAX_SILENCE:
            return f"no worker's heart beat for {silence.total_seconds():.0f} seconds"
        return OK

    async def _answer(self, _request: Request) -> Response:
        checks = await self.checks()
        ready = all(check == OK for check in checks.values())
        body = {"ready": ready, "checks": checks}
        if ready:
            return JSONResponse(body)
        headers = {"retry-after": str(RETRY_AFTER_S)}
        return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE, headers)


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")
