"""`bff import`: orders from files, with progress bars on a terminal."""

from pathlib import Path
from typing import Annotated

import typer

from bff.cli.progress import StageBars, open_bars
from bff.cli.runtime import current_settings, run_with_services, stop
from bff.domain.policy.file import read_policies
from bff.importer.files import Files, import_files
from bff.importer.load import ImportCounts, PolicyVersions
from bff.services import Services

commands = typer.Typer()


@commands.command(name="import")
def import_(
    orders: Annotated[Path, typer.Argument(help="Orders, a JSON object a line.")],
    returns: Annotated[Path | None, typer.Option(help="Credit lines of earlier returns.")] = None,
    merchants: Annotated[Path | None, typer.Option(help="Merchants and their addresses.")] = None,
    policy: Annotated[Path | None, typer.Option(help="A policy file to publish first.")] = None,
) -> None:
    """Import orders: what is new in a file is kept, what is known already is passed over.

    A line that is wrong, or contradicts what is known, is named with its field and with what would
    be right. It is refused as a whole: all other lines are kept, and the exit status is 2.
    """
    settings = current_settings()

    async def load(services: Services) -> ImportCounts:
        own = read_policies(policy) if policy else []
        versions = PolicyVersions(packaged=read_policies(settings.policy), own=own)
        with open_bars() as bars:
            files = Files(orders, returns, merchants)
            return await import_files(services.db, files, versions, StageBars(bars))

    done = run_with_services(load, settings, create=True)
    typer.echo(
        f"{done.orders} orders with {done.lines} lines, {done.credit_lines} credit lines, "
        f"{done.shoppers} shoppers, {done.merchants} merchants; shipped or received since: "
        f"{done.advanced_orders} orders; known before: "
        f"{done.known_orders} orders, {done.known_credit_lines} credit lines"
    )
    if done.refused:
        stop("\n".join(map(str, done.refused)))
