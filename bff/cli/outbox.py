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
from bff.jobs.outbox import OutboxMessage

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
    messages = run(_messages())
    if as_json:
        typer.echo(json.dumps([asdict(outgoing) for outgoing in messages], default=_iso))
    else:
        Console().print(_table(messages) if messages else "Nothing waits, and nothing is dead.")
    if any(outgoing.dead_at for outgoing in messages):
        raise typer.Exit(SOME_DEAD)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


async def _messages() -> list[OutboxMessage]:
    services = await open_services(current_settings())
    try:
        async with services.db.read() as connection:
            return await outbox.all_messages(connection)
    finally:
        await services.db.close()


def _table(messages: Sequence[OutboxMessage]) -> Table:
    table = Table(Column("id", justify="right", no_wrap=True), "about", "since", "tries", "state")
    for outgoing in messages:
        about = f"{outgoing.message}\n{outgoing.subject_id}"
        tries = str(outgoing.attempts)
        table.add_row(str(outgoing.id), about, _told(outgoing.posted_at), tries, _state(outgoing))
    return table


def _state(outgoing: OutboxMessage) -> str:
    state = f"dead since {_told(outgoing.dead_at)}" if outgoing.dead_at else "waits"
    return f"{state}\n{outgoing.last_error}" if outgoing.last_error else state


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
