"""Where drills take place: a database, perhaps Redis, and settings for the program's processes."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bff.settings import Settings
from tests.support.buyers import MORNING
from tests.support.servers.postgresql import SETTINGS, PostgresqlServer
from tests.support.servers.redis import RedisServer
from tests.support.servers.run_folder import run_folder, shared_folder

# What is acknowledged is on the disk
DURABLE = {**SETTINGS, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
PARTNER_SPEED = 3600


@dataclass(frozen=True)
class Stage:
    """`opened_at`: in seconds of this machine's monotonic clock."""

    folder: Path
    unchanging: Mapping[str, object]
    opened_at: float = field(default_factory=time.monotonic)

    @property
    def settings(self) -> Mapping[str, object]:
        """Of a process that starts now. Its clock goes on from where the others' are."""
        passed = timedelta(seconds=time.monotonic() - self.opened_at)
        return {"clock_starts_at": (MORNING + passed).isoformat(), **self.unchanging}

    @property
    def parsed(self) -> Settings:
        return Settings(**self.settings)  # type: ignore[arg-type]


@contextmanager
def open_stage(**settings: object) -> Iterator[Stage]:
    """On a file of SQLite, unless `settings` name a database."""
    with run_folder(shared_folder()) as folder:
        demo = {
            "mode": "demo",
            "partner_speed": PARTNER_SPEED,
            "log_level": "warning",
            "database": folder / "bff.sqlite3",
        }
        yield Stage(folder, demo | settings)


@contextmanager
def own_postgresql(**settings: str) -> Iterator[PostgresqlServer]:
    """`settings`: of the server, besides those that make it durable."""
    with run_folder(shared_folder()) as folder:
        server = PostgresqlServer(folder / "postgresql")
        server.create(DURABLE | settings)
        server.start()
        yield server


@contextmanager
def own_redis() -> Iterator[RedisServer]:
    with run_folder(shared_folder()) as folder:
        server = RedisServer(folder / "redis")
        server.start()
        yield server
