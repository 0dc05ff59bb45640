"""`bff policy`: policy files."""

from pathlib import Path
from typing import Annotated

import typer

from bff.cli.runtime import stop
from bff.domain.policy.checks import warnings
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import PolicyError

WRONG_FILE = 1
commands = typer.Typer(help="Policy files: the rules' numbers.", no_args_is_help=True)


@commands.command()
def check(file: Annotated[Path, typer.Argument(help="A policy file.")]) -> None:
    """List a file's versions, or every mistake in it with its line; and what may not be meant."""
    try:
        versions = read_policies(file)
    except PolicyError as error:
        stop(str(error), WRONG_FILE)
    for version in versions:
        typer.echo(f"{version.version}, in force from {version.in_force_from:%Y-%m-%d %H:%M %z}")
        for warning in warnings(version):
            typer.echo(f"warning: {warning}", err=True)
