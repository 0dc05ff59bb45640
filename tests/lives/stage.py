"""Setting the stage: a database in memory where the system has a folder for that."""

import asyncio
import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from tests.lives.inline import Drive
from tests.lives.life import Stage
from tests.lives.seeing import Eye
from tests.lives.town import Town, tight_policy
from tests.world import FakeClock, open_world

MEMORY = Path("/dev/shm")


@contextmanager
def staged(runner: asyncio.Runner) -> Iterator[Stage]:
    policy, clock = tight_policy(), FakeClock()
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        services = runner.run(open_world(Path(folder), [policy], clock))
        runner.run(services.db.close())
        path = services.db.path
        with connected(path) as town, connected(path) as eye, closing(Drive(path)) as drive:
            town.execute("PRAGMA synchronous=OFF")
            gc.collect()
            gc.freeze()  # what has been imported stays, and need not be looked at again
            with only_faults() as faults:
                yield Stage(drive, clock, Town(town, policy), Eye(eye), policy, faults)


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
