"""What every command needs: settings, an event loop, the services, and words, not tracebacks."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Coroutine
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from uvicorn.loops.auto import auto_loop_factory

from bff.cli.environment import error_message, unknown_variables
from bff.cli.telemetry import TracingError
from bff.db.connection import Connection
from bff.db.errors import NoDatabaseError
from bff.db.locks import lock
from bff.db.transaction import Tx
from bff.domain.policy.model import PolicyError
from bff.graphql.http.manifest import ManifestError
from bff.importer.errors import UnreadableFileError
from bff.services import Services, open_services
from bff.settings import Settings

T = TypeVar("T")
STAFF_NEEDED, WRONGLY_USED = 1, 2
# What a person can put right
EXPECTED_ERRORS = (
    UnreadableFileError,
    PolicyError,
    ManifestError,
    NoDatabaseError,
    TracingError,
)


def current_settings(**options: object) -> Settings:
    """From the environment, but for `options`. Ends the program with all that is wrong."""
    misspelt, others = unknown_variables(os.environ)
    for sentence in others:
        typer.echo(sentence, err=True)
    try:
        settings = Settings(**options)  # type: ignore[arg-type]
    except ValidationError as error:
        stop("\n".join([*misspelt, error_message(error)]))
    if misspelt:
        stop("\n".join(misspelt))
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """Ends the program with one sentence where a person can put right what is wrong."""
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            return runner.run(work)
    except EXPECTED_ERRORS as error:
        stop(str(error))


def check_database_file(settings: Settings) -> None:
    """Ends the program where a file is named that is not there."""
    address = settings.address
    if isinstance(address, Path) and not address.exists():
        variable = "BFF_DATABASE_URL" if settings.database_url else "BFF_DATABASE"
        stop(f"{variable}: there is no database at {address}")


def run_with_services(
    use: Callable[[Services], Awaitable[T]], settings: Settings, *, create: bool = False
) -> T:
    """What `use` makes of the services, which are closed behind it.

    Only with `create` a database is made where there is none.
    """
    if not create:
        check_database_file(settings)

    async def work() -> T:
        services = await open_services(settings)
        try:
            async with services.awake():
                return await use(services)
        finally:
            await services.db.close()

    return run(work())


def run_read(query: Callable[[Connection], Awaitable[T]]) -> T:
    async def use(services: Services) -> T:
        async with services.db.read() as connection:
            return await query(connection)

    return run_with_services(use, current_settings())


def run_write(use_case: Callable[[Tx], Awaitable[T]], about: Collection[str] = ()) -> T:
    """`about`: ids of returns whose shoppers nobody else writes to meanwhile."""

    async def alone(tx: Tx) -> T:
        await lock(tx, about)
        return await use_case(tx)

    return run_with_services(lambda services: services.db.write(alone), current_settings())


def exit_where(staff_needed: bool) -> None:
    """With a status of its own, for programs that look every few minutes."""
    if staff_needed:
        raise typer.Exit(STAFF_NEEDED)


def stop(message: str, status: int = WRONGLY_USED) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(status)
