"""Lives on PostgreSQL: eight writers at the same time, each a program with its own connections."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.db.database import Database
from bff.db.postgresql.connection import PostgresqlConnection
from bff.db.postgresql.database import WRITING, PostgresqlDatabase
from bff.db.postgresql.pool import ConnectionPool, Raw
from bff.domain.policy.model import Policy
from bff.domain.policy.store import publish
from bff.importer.validation import ImportBatch
from bff.partners.outbound.gateways import Gateways
from tests.support.engines import engine
from tests.support.lives.inline_database import Fuse
from tests.support.lives.mirror import Mirror
from tests.support.lives.observations import Observer, Snapshot
from tests.support.lives.performer import Stage
from tests.support.lives.program import DONE, REPLAYED, Acted, Ids, Program
from tests.support.lives.stage import connected, only_faults
from tests.support.lives.town import Town, tight_policy
from tests.support.servers.control import Control
from tests.support.servers.databases import url_of
from tests.support.servers.tables import make_tables
from tests.support.world import FakeClock, open_world

WRITERS = 8


class FusedConnection(PostgresqlConnection):
    fuse: Fuse

    def execute(self, statement: Any, values: Any = None) -> Any:
        self.fuse.burn()
        return super().execute(statement, values)


class FusedDatabase(PostgresqlDatabase):
    """On connections that outlive it. A fuse may blow before the commit, and after it."""

    def __init__(
        self,
        url: str,
        pools: tuple[ConnectionPool, ConnectionPool],
        fuse: Fuse,
        clock: Clock,
        make_id: NewId,
    ) -> None:
        super().__init__(url, clock, make_id)
        self._readers, self._writers = pools
        self._fuse = fuse

    def _connection(self, raw: Raw, *, is_retried: bool = False) -> FusedConnection:
        connection = FusedConnection(raw, self.listeners, is_retried=is_retried)
        connection.fuse = self._fuse
        return connection

    @asynccontextmanager
    async def _transaction(self, raw: Raw) -> AsyncIterator[None]:
        async with super()._transaction(raw):
            yield
            self._fuse.burn()
        self._fuse.burn()

    async def settle(self) -> None:
        """Once nothing of it goes on."""
        await asyncio.gather(*self._under_way, return_exceptions=True)


class PostgresqlDrive:
    """A database on which all the programs of a life are begun anew at every restart."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.fuse = Fuse()
        self._pools = (
            ConnectionPool(url, 2 * WRITERS, {}),
            ConnectionPool(url, 2 * WRITERS, WRITING),
        )
        self._opened: list[FusedDatabase] = []

    def open(self, clock: Clock, make_id: NewId) -> Database:
        self._opened.append(FusedDatabase(self._url, self._pools, self.fuse, clock, make_id))
        return self._opened[-1]

    async def settle(self) -> None:
        """Once nothing goes on of the programs that were killed."""
        opened, self._opened = self._opened, []
        for database in opened:
            await database.settle()

    async def close(self) -> None:
        await self.settle()
        for pool in self._pools:
            await pool.close()


class MirroredTown(Town):
    def __init__(self, mirror: Mirror, connection: sqlite3.Connection, policy: Policy) -> None:
        super().__init__(connection, policy)
        self._mirror = mirror

    def found(self, random: Random, *, trusted: bool) -> None:
        super().found(random, trusted=trusted)
        self._mirror.push()


class MirroredObserver(Observer):
    def __init__(self, mirror: Mirror, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._mirror = mirror

    @property
    def version(self) -> int:
        self._mirror.pull()
        return hash(self._mirror.text)

    def look(self) -> Snapshot:
        self._mirror.pull()
        return super().look()


class Crowd(Program):
    """Eight programs: what one is to do, some or all of them do at the same moment.

    One has its effect; to the others it is done already, or refused in the same words.
    """

    def __init__(
        self, drive: PostgresqlDrive, clock: FakeClock, gateways: Gateways, random: Random
    ) -> None:
        self._random = random
        self._shared = drive
        ids = Ids()
        self._others = [Program(drive, clock, gateways, ids) for _ in range(WRITERS - 1)]
        super().__init__(drive, clock, gateways, ids)

    def start(self) -> None:
        super().start()
        for one in self._others:
            one.start()

    async def stop(self) -> None:
        await super().stop()
        for one in self._others:
            await one.stop()
        await self._shared.settle()

    def _some(self) -> list[Program]:
        """Of the others."""
        return self._others[: self._random.choices((0, 1, WRITERS - 1), (50, 35, 15))[0]]

    async def act(self, shopper: str, key: str, what: str, given: Mapping[str, Any]) -> Acted:
        some = self._some()
        acted = await asyncio.gather(
            super().act(shopper, key, what, given),
            *(one.act(shopper, key, what, given) for one in some),
        )
        outcomes = [one.outcome for one in acted]
        if DONE in outcomes:
            [done] = [one for one in acted if one.outcome == DONE]
            if {*outcomes} - {DONE, REPLAYED}:
                raise AssertionError(f"{what} is done, and {outcomes}")
            return done
        return Acted(_agreed(what, outcomes), acted[0].answer)

    async def receive_event(
        self, partner: str, event_id: str, what: str, data: Mapping[str, Any], at: datetime
    ) -> str:
        outcomes = await asyncio.gather(
            super().receive_event(partner, event_id, what, data, at),
            *(one.receive_event(partner, event_id, what, data, at) for one in self._some()),
        )
        return _agreed(what, outcomes)

    async def import_batch(self, batch: ImportBatch) -> str:
        outcomes = await asyncio.gather(
            super().import_batch(batch), *(one.import_batch(batch) for one in self._some()[:1])
        )
        return _agreed("a file", outcomes)

    async def work(self) -> str:
        """A round of some of the workers, or all."""
        rounds = await asyncio.gather(super().work(), *(one.work() for one in self._some()))
        return DONE if DONE in rounds else rounds[0]


def _agreed(what: str, outcomes: Sequence[str]) -> str:
    if len({*outcomes}) != 1:
        raise AssertionError(f"{what}: {outcomes}")
    return outcomes[0]


@contextmanager
def open_stage_on(server: str, runner: asyncio.Runner) -> Iterator[Stage]:
    """In a database of its own on that server."""
    name = f"lives_{os.getpid()}"
    admin = Control(server, "lives")
    admin.execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    url = url_of(server, name)
    make_tables(url)
    with open_postgresql_stage(runner, url) as stage:
        yield stage
    admin.close()


@contextmanager
def open_postgresql_stage(runner: asyncio.Runner, url: str) -> Iterator[Stage]:
    """On an empty database with the program's tables."""
    policy, clock, control = tight_policy(), FakeClock(), Control(url, "lives")
    with engine(None), TemporaryDirectory() as folder:  # the mirror is a file
        services = runner.run(open_world(Path(folder), [policy], clock))
        runner.run(services.db.close())
        drive = PostgresqlDrive(url)
        runner.run(_publish(drive, clock, policy))
        with connected(services.settings.database) as file, only_faults() as faults:
            mirror = Mirror(control, file)
            yield Stage(
                drive,
                clock,
                MirroredTown(mirror, file, policy),
                MirroredObserver(mirror, file),
                policy,
                faults,
                lambda gateways, random: Crowd(drive, clock, gateways, random),
            )
        runner.run(drive.close())
    control.close()


async def _publish(drive: PostgresqlDrive, clock: FakeClock, policy: Policy) -> None:
    await drive.open(clock, new_id).write(lambda tx: publish(tx, [policy]))
