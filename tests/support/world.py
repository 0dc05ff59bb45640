"""A whole program on a database of its own, with a clock that stands until it is moved."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn

from bff.app import build, tokens_of, trusted_of, worker_of
from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.db.database import Database
from bff.db.engines import open_database
from bff.db.schema import migrate
from bff.db.sqlite.database import SqliteDatabase
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy
from bff.domain.policy.store import publish
from bff.http.application import Application
from bff.http.protocol import HttpProtocol, WebSocketProtocol
from bff.services import Services
from bff.settings import PACKAGED_POLICY, Settings
from tests.support.client import Client
from tests.support.engines import database_address, database_settings

# A Tuesday, 10:00 in Shanghai: couriers come.
START = datetime(2026, 3, 10, 2, tzinfo=UTC)
# For those who are connected still when their server stops
MAX_STOP_S = 0.1


packaged = cache(lambda: read_policies(PACKAGED_POLICY))
# To read the environment takes as long as many a test.
_plain_settings = cache(lambda: Settings(mode="demo"))


@dataclass
class FakeClock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@dataclass
class World:
    """`base`: where the server listens, once it is running. `lawful`: whether the books are to be
    right at the end of the test."""

    services: Services
    clock: FakeClock
    base: str = field(default="")
    lawful: bool = True

    @property
    def db(self) -> Database:
        return self.services.db

    @property
    def sqlite(self) -> SqliteDatabase:
        if not isinstance(self.db, SqliteDatabase):
            raise TypeError(f"{self.db.address} is no file")
        return self.db

    def token(self, shopper_id: str) -> str:
        return tokens_of(self.services.settings).issue(shopper_id)

    def client(self, shopper_id: str | None, language: str = "en") -> Client:
        return Client(self.base, self.token(shopper_id) if shopper_id else None, language)

    async def work(self) -> None:
        """Let the worker do all that is due at this moment."""
        worker = worker_of(self.services)
        try:
            while await worker.step():
                pass
        finally:
            await worker.close()


_empty: list[bytes] = []


async def open_tables(path: Path, clock: Clock, make_id: NewId = new_id) -> Database:
    """A database that has its tables; new, or as it was left."""
    address = database_address(path)
    if isinstance(address, Path):
        await put_empty_database(address)
    return open_database(address, clock, make_id)


async def put_empty_database(path: Path) -> None:
    """A copy of one that was made before: making it takes as long as a whole journey."""
    if not _empty:
        made = SqliteDatabase(path.with_suffix(".empty"), FakeClock())
        await migrate(made)
        await made.close()
        _empty.append(made.path.read_bytes())
    _write_new(path, _empty[0])


def _write_new(path: Path, content: bytes) -> None:
    if not path.exists():
        path.write_bytes(content)


async def open_world(
    folder: Path,
    policies: list[Policy] | None = None,
    clock: Clock | None = None,
    make_id: NewId = new_id,
    **options: object,
) -> Services:
    path = folder / "bff.sqlite3"
    where = database_settings(path)
    settings = _plain_settings().model_copy(update=where)
    if options:
        settings = Settings(mode="demo", **where, **options)  # type: ignore[arg-type]
    db = await open_tables(path, clock or FakeClock(), make_id)
    await db.write(lambda tx: publish(tx, policies or packaged()))
    return Services(settings, db)


@asynccontextmanager
async def serving(services: Services) -> AsyncIterator[str]:
    """The real application on a free port; yields its base URL."""
    async with serving_app(build(services, trusted_of(services.settings))) as base:
        yield base


@asynccontextmanager
async def serving_app(
    app: Application, send_buffer: int | None = None, **options: Any
) -> AsyncIterator[str]:
    """Likewise, with options of the server; `send_buffer`: bytes that the kernel holds back."""
    config = uvicorn.Config(
        app,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,  # or what it logs of a fault is kept from pytest
        log_level="warning",
        **options,
    )
    server = Server(config)
    async with server.running(send_buffer) as port:
        yield f"127.0.0.1:{port}"


class Server(uvicorn.Server):
    @asynccontextmanager
    async def running(self, send_buffer: int | None = None) -> AsyncIterator[int]:
        """In this event loop, without signal handlers."""
        with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
            # Or asyncio leaves it off, and each answer waits 40 ms for the client's delayed ACK.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if send_buffer:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
            self.config.load()
            self.lifespan = self.config.lifespan_class(self.config)
            await self.startup(sockets=[listening])
            ticking = asyncio.create_task(self.main_loop())
            yield listening.getsockname()[1]
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking
            await self.shutdown()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's own, which takes its 0.1 s also when nothing is left to wait for."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(MAX_STOP_S):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - no Event
                    await asyncio.sleep(0.001)


def policies_with_capacity(places: int) -> list[Policy]:
    """The packaged policy, with so many pickups a slot."""
    return [
        policy.model_copy(update={"pickup": policy.pickup.model_copy(update={"capacity": places})})
        for policy in read_policies(PACKAGED_POLICY)
    ]
