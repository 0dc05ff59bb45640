"""`bff backup`: a file that was made, or a sentence that says why not."""

import asyncio
from pathlib import Path

from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command


async def make(database: Path) -> None:
    services = await open_services(Settings(database=database))
    await services.db.close()


def test_a_backup_can_be_put_in_the_place_of_the_database(tmp_path: Path) -> None:
    database, copy = tmp_path / "bff.sqlite3", tmp_path / "copy.sqlite3"
    asyncio.run(make(database))
    made = run_command("backup", str(copy), BFF_DATABASE=str(database))
    assert (made.exit_code, "checked" in made.stdout) == (0, True)
    assert run_command("erasures", BFF_DATABASE=str(copy)).exit_code == 0
    again = run_command("backup", str(copy), BFF_DATABASE=str(database))
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)


def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused = run_command("backup", "copy", BFF_DATABASE=str(tmp_path / "none.sqlite3"))
    assert (refused.exit_code, "there is no database" in refused.stderr) == (2, True)


def test_of_postgresql_its_own_tools_are_named() -> None:
    refused = run_command("backup", "copy", BFF_DATABASE_URL="postgresql://db.example/bff")
    assert (refused.exit_code, "pg_basebackup" in refused.stderr) == (2, True)
