"""`bff outbox`: what partners are still to be told, and what they could not be told."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bff.app import open_services
from bff.cli.runtime import current_settings, run, stop
from bff.core.clock import SHANGHAI
from bff.jobs import outbox
from bff.jobs.outbox import Letter

SOME_DEAD = 1
commands = typer.Typer(
    help="Calls to partners that wait or are dead; exits with 1 where any is dead.",
    invoke_without_command=True,
)


@commands.callback()
def show(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON list, for programs to read.")
    ] = False,
) -> None:
    """List the calls that wait and the dead ones; exits with 1 where any is dead."""
    if context.invoked_subcommand:
        return
    letters = run(_letters())
    if as_json:
        typer.echo(json.dumps([asdict(letter) for letter in letters], default=_iso))
    else:
        Console().print(_table(letters) if letters else "Nothing waits, and nothing is dead.")
    if any(letter.dead_at for letter in letters):
        raise typer.Exit(SOME_DEAD)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


async def _letters() -> list[Letter]:
    services = await open_services(current_settings())
    try:
        async with services.db.read() as connection:
            return await outbox.all_letters(connection)
    finally:
        await services.db.close()


def _table(letters: Sequence[Letter]) -> Table:
    table = Table(Column("id", justify="right", no_wrap=True), "about", "since", "tries", "state")
    for letter in letters:
        about = f"{letter.message}\n{letter.subject_id}"
        tries = str(letter.attempts)
        table.add_row(str(letter.id), about, _told(letter.posted_at), tries, _state(letter))
    return table


def _state(letter: Letter) -> str:
    state = f"dead since {_told(letter.dead_at)}" if letter.dead_at else "waits"
    return f"{state}\n{letter.last_error}" if letter.last_error else state


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@commands.command()
def resend(
    ids: Annotated[list[int] | None, typer.Argument(help="Dead calls, by their id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are dead.")] = False,
) -> None:
    """Put dead calls back, with all their tries before them; all that are named, or none."""
    if bool(ids) == everything:
        stop("expected ids, or --all")
    sent = run(_resend(None if everything else ids))
    typer.echo(f"{len(sent)} put back")


async def _resend(ids: list[int] | None) -> list[int]:
    services = await open_services(current_settings())
    try:
        return await services.db.write(lambda tx: outbox.resend(tx, ids))
    except outbox.NotDeadError as error:
        stop(str(error))
    finally:
        await services.db.close()
