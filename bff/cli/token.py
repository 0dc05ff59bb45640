"""`bff token`: a shopper's token, for development."""

from typing import Annotated

import typer

from bff.app import tokens_of
from bff.cli.runtime import current_settings, run_with_services, stop
from bff.core import ids
from bff.domain.orders.store import shoppers_by_id
from bff.services import Services

commands = typer.Typer()


@commands.command()
def token(shopper: Annotated[str, typer.Argument(help="The shopper's id or number.")]) -> None:
    """Print a token for a shopper."""
    settings = current_settings()
    wanted = [shopper, ids.external_id(ids.SHOPPER, shopper)]

    async def shopper_ids(services: Services) -> list[str]:
        async with services.db.read() as connection:
            return list(await shoppers_by_id(connection, wanted))

    found = run_with_services(shopper_ids, settings)
    if not found:
        stop(f"no shopper {shopper}")
    typer.echo(tokens_of(settings).issue(found[0]))
