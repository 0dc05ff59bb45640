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
        owners = {one: await owner_of_return(tx.connection, one) for one in return_ids}
        unknown = sorted(one for one, owner in owners.items() if owner is None)
        for return_id, owner in () if unknown else owners.items():
            sync_timers(tx, owner or "", return_id)
        return unknown

    if unknown := run_write(use_case, about=return_ids):
        stop(f"there is no return {', '.join(unknown)}")
    typer.echo(f"{len(set(return_ids))} returns have the timers of their deadlines")
