"""The stage of lives: a database in memory where the system has a folder for that."""

import asyncio
import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from tests.support.engines import engine
from tests.support.lives.inline_database import Drive, InlineDrive, ThreadedDrive
from tests.support.lives.observations import Observer
from tests.support.lives.performer import Stage
from tests.support.lives.program import Program
from tests.support.lives.town import Town, tight_policy
from tests.support.world import FakeClock, open_world

MEMORY = Path("/dev/shm")


@contextmanager
def open_stage(runner: asyncio.Runner, *, threaded: bool = False) -> Iterator[Stage]:
    """`threaded`: on the program's own driver, which is slower."""
    policy, clock = tight_policy(), FakeClock()
    place = TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    with place as folder, engine(None):
        services = runner.run(open_world(Path(folder), [policy], clock))
        runner.run(services.db.close())
        path = services.settings.database
        with (
            connected(path) as town,
            connected(path) as observer,
            only_faults() as faults,
            _driven(runner, path, threaded=threaded) as drive,
        ):
            gc.collect()
            gc.freeze()  # what has been imported stays, and need not be looked at again
            yield Stage(
                drive,
                clock,
                Town(town, policy),
                Observer(observer),
                policy,
                faults,
                lambda gateways, _random: Program(drive, clock, gateways),
            )


@contextmanager
def _driven(runner: asyncio.Runner, path: Path, *, threaded: bool) -> Iterator[Drive]:
    if not threaded:
        with closing(InlineDrive(path)) as drive:
            yield drive
        return
    own = ThreadedDrive(path)
    try:
        yield own
    finally:
        runner.run(own.close())


def connected(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, isolation_level=None))


@contextmanager
def only_faults() -> Iterator[list[str]]:
    """Of all that is logged, what must never happen."""
    faults: list[str] = []

    def keep(_logger: object, _method: str, event: structlog.typing.EventDict) -> Any:
        if event["event"] == "fault":
            faults.append(f"fault: {event}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[keep])
    try:
        yield faults
    finally:
        structlog.configure(**before)
