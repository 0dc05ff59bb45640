"""`bff migrate`: the database's tables as this version needs them."""

from typing import Annotated

import typer

from bff.cli.runtime import STAFF_NEEDED, check_database_file, current_settings, run
from bff.core.clock import SystemClock
from bff.db.engines import open_database
from bff.db.schema import Schema, inspect_schema, migrate
from bff.settings import Settings

commands = typer.Typer()


@commands.command("migrate")
def migrate_tables(
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Change nothing; exit with 1 where the tables are older."),
    ] = False,
) -> None:
    """Bring the database's tables up to date, while the former version serves."""
    settings = current_settings()
    if check:
        check_database_file(settings)
    schema = run(_look(settings, change=not check))
    typer.echo(_sentence(schema, changed=not check))
    if check and schema.is_behind:
        raise typer.Exit(STAFF_NEEDED)


async def _look(settings: Settings, *, change: bool) -> Schema:
    db = open_database(settings.address, SystemClock())
    try:
        return await (migrate if change else inspect_schema)(db)
    finally:
        await db.close()


def _sentence(schema: Schema, *, changed: bool) -> str:
    found, needed = schema.found, schema.needed
    before = f"at revision {found}" if found else "without tables"
    if not schema.is_behind:
        newer = "" if found == needed else f", newer than this program's {needed}"
        return f"{schema.address} is {before}{newer}"
    if changed:
        return f"{schema.address} was {before}, and is at {needed} now"
    return f"{schema.address} is {before}, and this program needs {needed}: run bff migrate"
