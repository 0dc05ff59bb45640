"""`bff backup`: a copy of the SQLite file, while the server runs."""

from pathlib import Path
from typing import Annotated

import typer

from bff.cli.runtime import check_database_file, current_settings, stop
from bff.db.engines import back_up_database
from bff.db.errors import BackupError

commands = typer.Typer()


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")],
) -> None:
    """Copy the database into a new file, whole and checked, while others write.

    Photos are copied after it. PostgreSQL has tools of its own: docs/operations.md.
    """
    settings = current_settings()
    check_database_file(settings)
    try:
        size = back_up_database(settings.address, file)
    except BackupError as error:
        stop(str(error))
    typer.echo(f"{file}: {size:,} bytes, checked. Now copy the photos.")
