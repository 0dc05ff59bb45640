"""`bff pseudonym`: by which a shopper's lines are found in the logs."""

from typing import Annotated

import typer

from bff.cli.runtime import current_settings
from bff.core import ids
from bff.core.masks import Masker

commands = typer.Typer()


@commands.command()
def pseudonym(shopper: Annotated[str, typer.Argument(help="The shopper's id or number.")]) -> None:
    """Print the name that logs have for a shopper."""
    known = ids.kind_of(shopper) == ids.SHOPPER
    shopper_id = shopper if known else ids.external_id(ids.SHOPPER, shopper)
    typer.echo(Masker(current_settings().token_secret).pseudonym(shopper_id))
