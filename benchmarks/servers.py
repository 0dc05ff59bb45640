"""Servers in processes of their own, each on the one core that all of them are measured on."""

import http.client
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from benchmarks.files import ROOT, policy_of, settings_for
from benchmarks.rows import MORNING
from tests.support.program import free_port

READY_WITHIN_S = 60
STOPPED_WITHIN_S = 10
HANDLES = 65_536
IDLE_WITHIN_S, A_WHILE_S, IDLE_SHARE = 20, 0.5, 0.05
# Couriers and merchants do nothing meanwhile: an answer of theirs would be a second load.
PARTNERS_REST = "0.0001"


@dataclass(frozen=True, slots=True)
class Cores:
    """One for the server, one for the load."""

    server: int
    load: int

    @property
    def both(self) -> str:
        """As taskset reads it."""
        return f"{self.server},{self.load}"


@cache
def cores() -> Cores:
    """As they are before any process is pinned. Raises OSError where there are not two."""
    found = sorted(os.sched_getaffinity(0))
    if len(found) < 2:  # noqa: PLR2004 - one each
        raise OSError("two cores are needed: one for the server, one for the load")
    return Cores(found[0], found[1])


@contextmanager
def on_load_core() -> Iterator[None]:
    """This process, which is a part of the load."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores().load})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def allow_many_sockets() -> None:
    """For this process, and for whatever it starts. Raises OSError where it isn't allowed to."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = HANDLES if hard == resource.RLIM_INFINITY else min(HANDLES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@dataclass(frozen=True, slots=True, eq=False)
class Peer:
    """`environment` is besides the port's variable; `path` and `method` are those of home.

    `cpus`: where it runs, as taskset reads it; the one core of all servers without.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    port_variable: str
    path: str = "/graphql"
    method: str = "POST"
    cpus: str | None = None


@dataclass(slots=True, eq=False)
class Running:
    peer: Peer
    process: subprocess.Popen[bytes]
    port: int
    log: IO[bytes]
    started_at: float

    def memory_kb(self) -> int:
        """What the process holds for itself: of a mapped file others have the same pages."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(one for one in status.splitlines() if one.startswith("RssAnon:"))
        return int(line.split()[1])

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def wait_until_idle(self) -> None:
        """Its last request may take seconds, on the core of the next server."""
        until, before = time.perf_counter() + IDLE_WITHIN_S, self._seconds()
        while time.perf_counter() < until:
            time.sleep(A_WHILE_S)
            now = self._seconds()
            if now - before < A_WHILE_S * IDLE_SHARE:
                return
            before = now

    def _seconds(self) -> float:
        """Of the processor, so far, with the processes that it has started."""
        return sum(map(_processor_seconds, self._pids()))

    def _pids(self) -> list[int]:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]

    def wait_until_open(self) -> None:
        """Until its port takes connections. Raises OSError with what it said where it doesn't."""
        until = time.perf_counter() + READY_WITHIN_S
        while time.perf_counter() < until and self.process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with suppress(OSError):
                connection.connect()
                connection.close()
                return
            time.sleep(0.005)
        raise OSError(f"{self.peer.name} does not serve:\n{self.said()}")


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(peer: Peer) -> Iterator[Running]:
    """Stopped at the end, and killed where it doesn't stop."""
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BFF_")}
    environment = kept | dict(peer.environment) | {peer.port_variable: str(port)}
    cpus = peer.cpus or str(cores().server)
    pinned = ["taskset", "--cpu-list", cpus, *peer.command]
    with TemporaryFile("a+b") as log:
        started_at = time.perf_counter()
        process = subprocess.Popen(pinned, cwd=ROOT, env=environment, stdout=log, stderr=log)
        found = Running(peer, process, port, log, started_at)
        try:
            found.wait_until_open()
            yield found
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def this_project(
    database: Path | str, name: str = "this project", *arguments: str, **options: str
) -> Peer:
    """As `bff serve` starts it, with these arguments. `database`: a file, or PostgreSQL's URL.

    `options` are settings without their prefix.
    """
    own = {
        "database_url": str(settings_for(database).database_url),
        "mode": "demo",
        "clock_starts_at": MORNING.isoformat(),
        "log_level": "warning",
        "partner_speed": PARTNERS_REST,
        **options,
    }
    environment = {f"BFF_{key.upper()}": value for key, value in own.items()}
    command = [sys.executable, "-m", "bff", "serve", *arguments]
    return Peer(name, command, environment, "BFF_PORT")


def on_both_cores(peer: Peer) -> Peer:
    """For servers that share the machine with PostgreSQL."""
    return replace(peer, cpus=cores().both)


def _benchmarked(database: Path) -> dict[str, str]:
    policy = database.with_suffix(".policy.json")
    policy.write_text(policy_of(database))
    return {
        "BENCH_DATABASE": str(database),
        "BENCH_NOW": MORNING.isoformat(),
        "BENCH_SECRET": settings_for(database).token_secret,
        "BENCH_POLICY": str(policy),
    }


def node(database: Path, name: str) -> Peer:
    command = ["node", "benchmarks/peers/serve.mjs", name]
    environment = _benchmarked(database) | {"NODE_ENV": "production"}
    return Peer(name, command, environment, "BENCH_PORT")


def route(database: Path) -> Peer:
    """GET, as one would write it by hand."""
    command = [sys.executable, "-m", "benchmarks.python_peers.route"]
    return Peer("route", command, _benchmarked(database), "BENCH_PORT", "/home?first=20", "GET")


def naive(database: Path) -> Peer:
    command = [sys.executable, "-m", "benchmarks.python_peers.naive"]
    return Peer("naive", command, _benchmarked(database), "BENCH_PORT")
