"""The program's processes on one database, each of which may be killed and is started again."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

from tests.support.drills.stage import Stage
from tests.support.program import ROOT, free_port

START_S = 120.0
LOOK_S = 0.02


class MemberError(Exception):
    """A process did not start, with what it has logged."""


@dataclass
class Member:
    """`arguments`: of `bff`; a server gets its `port`, and a worker has none. `root`: of the
    sources."""

    name: str
    arguments: Sequence[str]
    stage: Stage
    log: IO[bytes]
    port: int | None = None
    root: Path = ROOT
    process: asyncio.subprocess.Process | None = None
    kills: int = 0

    @property
    def base(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BFF_")}
        own = {f"BFF_{name.upper()}": str(value) for name, value in self.stage.settings.items()}
        port = {"BFF_PORT": str(self.port)} if self.port else {}
        return kept | own | port

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bff", *self.arguments),
            cwd=self.root,
            env=self.environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=self.log,
        )

    async def run(self) -> int:
        """To its end."""
        await self.start()
        assert self.process
        return await self.process.wait()

    async def kill(self) -> None:
        """In the middle of whatever it does."""
        if self.process and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
            self.kills += 1

    async def stop(self) -> None:
        """As an operator stops it."""
        if self.process and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    async def ready(self) -> float:
        """The seconds until it answered. Raises MemberError."""
        began = time.perf_counter()
        async with asyncio.timeout(START_S), httpx.AsyncClient(verify=False) as http:
            while not await self._is_ready(http):  # noqa: ASYNC110 - another process has no Event
                await asyncio.sleep(LOOK_S)
        return time.perf_counter() - began

    async def _is_ready(self, http: httpx.AsyncClient) -> bool:
        if self.process is None or self.process.returncode is not None:
            self.log.seek(0)
            raise MemberError(f"{self.name}: {self.log.read().decode()[-4000:]}")
        try:
            answer = await http.get(f"http://{self.base}/readyz")
            if answer.status_code == httpx.codes.NOT_FOUND:  # a version that says less
                answer = await http.get(f"http://{self.base}/healthz")
        except httpx.TransportError:
            return False
        return answer.is_success


@dataclass
class Fleet:
    servers: list[Member] = field(default_factory=list)
    workers: list[Member] = field(default_factory=list)

    @property
    def members(self) -> list[Member]:
        return [*self.servers, *self.workers]

    @property
    def bases(self) -> list[str]:
        return [server.base for server in self.servers]

    async def start(self) -> None:
        """The first server brings the demonstration's shoppers, so it is ready before the others.

        None is ready without a worker.
        """
        first, *others = self.servers
        for member in (first, *self.workers):
            await member.start()
        await first.ready()
        for server in others:
            await server.start()
            await server.ready()

    async def kill_in_turn(self, pause_s: float, down_s: float) -> None:
        """Without end: one is killed, and started again after `down_s`; then the next.

        What is killed is up again before the next is, or on a slow machine none would be.
        """
        while True:
            for member in self.members:
                await asyncio.sleep(pause_s)
                await member.kill()
                await asyncio.sleep(down_s)
                await member.start()
                if member.port:
                    await member.ready()


def new_fleet(stage: Stage, servers: int, workers: int) -> Fleet:
    """Nothing is started. Each process logs to a file in the stage's folder."""

    def member(name: str, *arguments: str, port: int | None = None) -> Member:
        log = (stage.folder / f"{name}.log").open("a+b")
        return Member(name, arguments, stage, log, port)

    return Fleet(
        [
            member(f"server-{number}", "serve", "--no-worker", port=free_port())
            for number in range(1, servers + 1)
        ],
        [member(f"worker-{number}", "worker") for number in range(1, workers + 1)],
    )


@asynccontextmanager
async def running(fleet: Fleet) -> AsyncIterator[Fleet]:
    """Killed at the end."""
    try:
        await fleet.start()
        yield fleet
    finally:
        for member in fleet.members:
            await member.kill()
            member.log.close()
