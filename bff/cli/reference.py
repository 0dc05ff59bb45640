"""`bff settings` and `bff schema`: what the program can be told, and what it can be asked for."""

import sys

import typer

from bff.cli.output import print_table
from bff.cli.runtime import current_settings
from bff.graphql.schema import printed
from bff.settings import descriptions, display_value

commands = typer.Typer()


def environment_help() -> str:
    """Every variable with its default, for a command's help."""
    texts = [
        f"{name} {f'(default: {default}) ' if default else ''}{description}"
        for name, default, description in descriptions()
    ]
    return "\n\n".join(["Settings from the environment:", *texts])


@commands.command()
def settings() -> None:
    """List the settings, what they are now, and their defaults where those differ."""
    current = current_settings()
    rows = []
    for name, default, description in descriptions():
        now = display_value(current, name)
        changed = f"{now}\n(default: {default})" if default and now != default else now
        rows.append((name, changed, description))
    print_table(("variable", "now", "what it is for"), rows)


@commands.command()
def schema() -> None:
    """Print the schema."""
    sys.stdout.write(printed())
