"""The program in a process of its own, and the settings of a production."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import httpx

from bff.core.signatures import readable_secret
from bff.settings import SECRETS, URLS
from tests.support.client import MAX_WAIT_S, Client
from tests.support.engines import database_environment
from tests.support.forked import ForkedProgram, fork_program

ROOT = Path(__file__).parents[2]
# The one setting that may be switched for the whole suite
EXECUTOR = "BFF_EXECUTOR"
TOKEN_SECRET = "a secret of the tests, long enough to be one"
TOKEN = re.compile(r"^[\w-]+\.[\w-]+\.[\w-]+$", re.MULTILINE)


@dataclass
class Program:
    """`options` are settings without their prefix: `partner_speed=3600`."""

    database: Path
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("BFF_") or name == EXECUTOR
        }
        own = {f"BFF_{name.upper()}": str(value) for name, value in self.options.items()}
        return kept | own | database_environment(self.database)

    @asynccontextmanager
    async def running(self, *arguments: str) -> AsyncIterator["Running"]:
        """Killed at the end where it has not ended. Pipes that nobody empties would stop it."""
        with TemporaryFile() as output, TemporaryFile() as log:
            process = fork_program(arguments, self.environment, output, log)
            try:
                yield Running(process, output, log)
            finally:
                process.kill()
                await process.wait()

    async def run(self, *arguments: str) -> tuple[int | None, str, str]:
        """Exit code, output and errors, once it has ended; it is killed after a minute."""
        async with self.running(*arguments) as one, asyncio.timeout(MAX_WAIT_S):
            return await one.process.wait(), one.printed(), one.logged()

    @asynccontextmanager
    async def serving(self, *arguments: str) -> AsyncIterator["Serving"]:
        port = free_port()
        program = Program(self.database, {**self.options, "port": port})
        async with program.running("serve", *arguments) as one:
            served = Serving(one.process, one.output, one.log, f"127.0.0.1:{port}")
            await served.ready()
            yield served

    @asynccontextmanager
    async def working(self) -> AsyncIterator[ForkedProgram]:
        """A worker apart."""
        async with self.running("worker") as one:
            yield one.process


@dataclass
class Running:
    process: ForkedProgram
    output: IO[bytes]
    log: IO[bytes]

    def printed(self) -> str:
        return _all_of(self.output)

    def logged(self) -> str:
        return _all_of(self.log)


def _all_of(file: IO[bytes]) -> str:
    """Whatever another process has written; its place in the file is the writer's as well."""
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode()


@dataclass
class Serving(Running):
    base: str

    async def ready(self) -> None:
        """Waits until it answers; fails with its log where it ends instead."""
        async with asyncio.timeout(MAX_WAIT_S), httpx.AsyncClient(verify=False) as http:
            while not await self._healthy(http):  # noqa: ASYNC110 - another process has no Event
                await asyncio.sleep(0.02)

    async def _healthy(self, http: httpx.AsyncClient) -> bool:
        if self.process.returncode is not None:
            raise AssertionError(self.logged())
        try:
            return (await http.get(f"http://{self.base}/healthz")).text == "ok"
        except httpx.TransportError:
            return False

    async def tokens(self) -> list[str]:
        """Of five shoppers, in the order of their stars."""
        async with asyncio.timeout(MAX_WAIT_S):
            while len(found := TOKEN.findall(self.printed())) < 5:  # noqa: ASYNC110 - another process has no Event
                await asyncio.sleep(0.02)
        return found

    async def page(self, path: str) -> httpx.Response:
        """As a browser requests it."""
        async with httpx.AsyncClient(verify=False, headers={"Accept": "text/html"}) as http:
            return await http.get(f"http://{self.base}{path}")

    def client(self, token: str | None) -> Client:
        return Client(self.base, token)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def production(**changes: object) -> dict[str, str]:
    """Settings without their prefix; nobody listens at the partners' addresses."""
    secrets = {name: readable_secret(f"the tests' own {name}") for name in SECRETS}
    urls = dict.fromkeys(URLS, "http://127.0.0.1:9/")
    needed = secrets | urls | {"mode": "production", "token_secret": TOKEN_SECRET}
    return needed | {name: str(value) for name, value in changes.items()}


def in_environment(settings: dict[str, str]) -> dict[str, str]:
    return {f"BFF_{name.upper()}": value for name, value in settings.items()}
