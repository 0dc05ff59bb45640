"""`bff timers`: timers that the audit has found to differ from the deadlines."""

from typing import Annotated

import typer

from bff.cli.runtime import run_write, stop
from bff.db.transaction import Tx
from bff.domain.returns.events import sync_timers
from bff.domain.returns.store import returns_by_id

Ids = Annotated[list[str], typer.Argument(metavar="RETURN...", help="Returns, by their id.")]
commands = typer.Typer()


@commands.command()
def timers(return_ids: Ids) -> None:
    """Set the timers of returns anew, from their deadlines; of all that are named, or none."""

    async def use_case(tx: Tx) -> list[str]:
        known = await returns_by_id(tx.connection, return_ids)
        unknown = sorted({*return_ids} - known.keys())
        for return_id in () if unknown else return_ids:
            sync_timers(tx, return_id)
        return unknown

    if unknown := run_write(use_case, about=return_ids):
        stop(f"there is no return {', '.join(unknown)}")
    typer.echo(f"{len(set(return_ids))} returns have the timers of their deadlines")
