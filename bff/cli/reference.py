"""`bff settings` and `bff schema`: what can be set, and what can be queried."""

import sys

import typer

from bff.cli.environment import descriptions, display_value
from bff.cli.output import print_table
from bff.cli.runtime import current_settings
from bff.graphql.schema import printed

commands = typer.Typer()


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
