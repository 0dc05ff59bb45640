"""`bff outbox`: waiting and dead calls to partners."""

from typing import Annotated

import typer

from bff.cli.output import AsJson, format_moment, print_list
from bff.cli.runtime import exit_where, run_read, run_write, stop
from bff.jobs import outbox
from bff.jobs.outbox import OutboxMessage

commands = typer.Typer(
    help="Calls to partners that wait or are dead; exits with 1 where any is dead.",
    invoke_without_command=True,
)


@commands.callback()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """List the calls that wait and the dead ones; exits with 1 where any is dead."""
    if context.invoked_subcommand:
        return
    messages = run_read(outbox.all_messages)
    headings = ("id", "about", "since", "tries", "state")
    nothing = "Nothing waits, and nothing is dead."
    print_list(messages, headings, _row, as_json=as_json, nothing=nothing)
    exit_where(any(message.dead_at for message in messages))


def _row(message: OutboxMessage) -> tuple[str, ...]:
    state = f"dead since {format_moment(message.dead_at)}" if message.dead_at else "waits"
    return (
        str(message.id),
        f"{message.message}\n{message.subject_id}",
        format_moment(message.posted_at),
        str(message.attempts),
        f"{state}\n{message.last_error}" if message.last_error else state,
    )


@commands.command()
def resend(
    ids: Annotated[list[int] | None, typer.Argument(help="Dead calls, by their id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are dead.")] = False,
) -> None:
    """Put dead calls back, with all their tries before them; all that are named, or none."""
    if bool(ids) == everything:
        stop("expected ids, or --all")
    try:
        sent = run_write(lambda tx: outbox.resend(tx, ids or None))
    except outbox.NotDeadError as error:
        stop(str(error))
    typer.echo(f"{len(sent)} put back")
