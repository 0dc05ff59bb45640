"""`bff copy`: from a file of SQLite to PostgreSQL."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bff.cli.output import print_table
from bff.cli.progress import StageBars, open_bars
from bff.cli.runtime import current_settings, run, stop
from bff.core.clock import SystemClock
from bff.db.engines import copy_file, open_database
from bff.db.errors import CopyError
from bff.db.schema import Schema, inspect_schema, migrate, require_schema

commands = typer.Typer()


@commands.command()
def copy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A database of SQLite.")],
) -> None:
    """Copy a file of SQLite into the empty PostgreSQL that BFF_DATABASE_URL names; all, or nothing.

    Stop the file's servers and workers first. Its tables have to be this version's: bff migrate.
    """
    address = current_settings().address
    if isinstance(address, Path):
        stop("BFF_DATABASE_URL: expected the PostgreSQL to copy into, as postgresql://…")
    if not file.exists():
        stop(f"FILE: there is no database at {file}")
    try:
        counts = run(_copy(file, address))
    except CopyError as error:
        stop(str(error))
    print_table(("table", "rows"), [(name, f"{rows:,}") for name, rows in counts.items() if rows])
    typer.echo("Copied. Now run bff audit there, and set BFF_PHOTOS to where the photos are.")


def _check_same(schema: Schema) -> None:
    """What a newer program has added would be left out. Raises CopyError."""
    if schema.found != schema.needed:
        raise CopyError(
            f"{schema.address} is at revision {schema.found}, newer than this program's "
            f"{schema.needed}: copy with the newer one"
        )


async def _copy(file: Path, address: str) -> Mapping[str, int]:
    source, target = (open_database(one, SystemClock()) for one in (file, address))
    try:
        await require_schema(source)
        await migrate(target)
        for database in (source, target):
            _check_same(await inspect_schema(database))
    finally:
        await source.close()
        await target.close()
    with open_bars() as bars:
        return await copy_file(file, address, StageBars(bars))
