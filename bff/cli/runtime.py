"""What every command needs: settings, an event loop, and words instead of tracebacks."""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from uvicorn.loops.auto import auto_loop_factory

from bff import settings as settings_module
from bff.db.schema import NoDatabaseError
from bff.domain.policy.model import PolicyError
from bff.graphql.http.manifest import ManifestError
from bff.importer.errors import InvalidFilesError, UnreadableFileError
from bff.settings import Settings

T = TypeVar("T")
WRONGLY_USED = 2
TOLD = (InvalidFilesError, UnreadableFileError, PolicyError, ManifestError, NoDatabaseError)


def current_settings(**given: object) -> Settings:
    """From the environment, but for those that are given. Ends the program with what is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        stop(settings_module.told(error))


def run(work: Coroutine[Any, Any, T]) -> T:
    """What a person can put right is told in words, without a traceback."""
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            return runner.run(work)
    except TOLD as error:
        stop(str(error))


def stop(message: str, status: int = WRONGLY_USED) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(status)
