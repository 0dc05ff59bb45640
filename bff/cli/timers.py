"""`bff timers`: timers that the audit has found to differ from the deadlines."""

from typing import Annotated

import typer

from bff.cli.runtime import run_write, stop
from bff.db.lookups import owner_of_return
from bff.db.transaction import Tx
from bff.domain.returns.events import sync_timers

Ids = Annotated[list[str], typer.Argument(metavar="RETURN...", help="Returns, by their id.")]
commands = typer.Typer()


@commands.command()
def timers(return_ids: Ids) -> None:
    """Set the timers of returns anew, from their deadlines; of all that are named, or none."""

    async def use_case(tx: Tx) -> list[str]:
        owners = {
            one: owner for one in return_ids if (owner := await owner_of_return(tx.connection, one))
        }
        if unknown := sorted({*return_ids} - {*owners}):
            return unknown
        for return_id, owner in owners.items():
            sync_timers(tx, owner, return_id)
        return []

    if unknown := run_write(use_case, about=return_ids):
        stop(f"there is no return {', '.join(unknown)}")
    typer.echo(f"{len(set(return_ids))} returns have the timers of their deadlines")
