"""Changing tables through SQLAlchemy, while others read and write them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import asyncpg
from sqlalchemy import Connection, NullPool, make_url, text
from sqlalchemy.exc import DBAPIError

from bff.db.errors import NoDatabaseError
from bff.db.postgresql.pool import WAIT_S

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

# All who need a table wait behind a change that waits for it: so a change never waits for long.
LOCK_TIMEOUT = "2s"
SESSION = {"timezone": "UTC", "application_name": "bff migrate", "lock_timeout": LOCK_TIMEOUT}
MAX_TRIES = 90
PAUSE_S = 1.0
# The number is this program's own. A statement that waited for the lock would be in the way of an
# index that is built concurrently, so it is tried for again and again.
TRY_LOCK = text("SELECT pg_try_advisory_lock(6841956002)")

LOCKED, DEADLOCK = "55P03", "40P01"
# By PostgreSQL's code of the error, which stands where the braces are
SENTENCES = {
    "28P01": "the password is wrong",
    "28000": "{}",
    "3D000": "there is no such database; create it first",
    "42501": "{}; the user has to own the tables, and to be allowed to create some",
    "25006": "it only reads; name the primary, not a standby",
    "53300": "{}",
    "57P03": "{}",
    LOCKED: "a long query or transaction was in the way all the time; end it, then run this again",
}


async def alter(url: str, change: Callable[[Connection], T]) -> T:
    """Alone: another process waits for its turn. A change that has to wait for a table is run
    again, up to MAX_TRIES times. Raises NoDatabaseError."""
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - all of the ORM

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(url, timeout=WAIT_S, server_settings=SESSION),
        poolclass=NullPool,
    )
    with explained(url):
        async with engine.connect() as connection:
            await _take_turn(connection)
            return await _run(connection, change)


async def _take_turn(connection: "AsyncConnection") -> None:
    """Until the connection is closed."""
    while not await connection.scalar(TRY_LOCK):
        await connection.rollback()
        await asyncio.sleep(PAUSE_S)
    await connection.rollback()


async def _run(connection: "AsyncConnection", change: Callable[[Connection], T]) -> T:
    tries = 0
    while True:
        try:
            changed = await connection.run_sync(change)
            await connection.commit()
        except DBAPIError as error:
            tries += 1
            if tries == MAX_TRIES or _code(_cause(error)) not in (LOCKED, DEADLOCK):
                raise
            await connection.rollback()
            await asyncio.sleep(PAUSE_S)
        else:
            return changed


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raises NoDatabaseError for what a person can put right."""
    address = make_url(url).render_as_string(hide_password=True)
    try:
        yield
    except (asyncpg.InterfaceError, OSError) as error:
        raise NoDatabaseError(f"{address}: no PostgreSQL answers: {_words(error)}") from error
    except (asyncpg.PostgresError, DBAPIError) as error:
        cause = _cause(error) if isinstance(error, DBAPIError) else error
        sentence = SENTENCES.get(_code(cause))
        if sentence is None:
            raise
        raise NoDatabaseError(f"{address}: {sentence.format(cause)}") from error


def _cause(error: DBAPIError) -> BaseException:
    """SQLAlchemy's error is about the dialect's, and that about the driver's."""
    return (error.orig and error.orig.__cause__) or error


def _code(error: BaseException) -> str:
    return getattr(error, "sqlstate", None) or ""


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or "it took too long"
