"""`bff copy`: all rows of a file are in PostgreSQL afterwards, or none."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bff.core.progress import NoProgress
from bff.db.engines import OF_PROCESSES, copy_file
from bff.db.errors import CopyError
from bff.db.tables import metadata
from tests.support.command_line import run_command
from tests.support.lived_books import Books
from tests.support.lives.mirror import Mirror
from tests.support.servers.control import Control

KEPT = [table for table in metadata.sorted_tables if table not in OF_PROCESSES]


@pytest.fixture
def control(postgresql_database: str) -> Iterator[Control]:
    with closing(Control(postgresql_database, "test")) as control:
        yield control


def all_rows(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for table in KEPT:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        found[table.name] = sorted(db.execute(f"SELECT {names} FROM {table.name}"), key=repr)
    return found


def rows_there(control: Control) -> int:
    return sum(
        control.values(f"SELECT count(*) FROM {table.name}")[0] for table in metadata.sorted_tables
    )


def test_every_row_is_copied_and_the_books_are_right(
    books: Books, postgresql_database: str, control: Control, tmp_path: Path
) -> None:
    copied = run_command("copy", str(books.path), BFF_DATABASE_URL=postgresql_database)
    assert (copied.exit_code, copied.stderr) == (0, "")
    seen = tmp_path / "seen.sqlite3"
    seen.write_bytes(books.path.read_bytes())
    with closing(sqlite3.connect(books.path)) as source, closing(sqlite3.connect(seen)) as target:
        expected = all_rows(source)
        target.isolation_level = None
        target.execute("DELETE FROM refunds")  # comes back with the rest
        Mirror(control, target).pull()
        assert all_rows(target) == expected
    assert expected["refunds"]
    printed = [line.split() for line in copied.stdout.splitlines()]
    assert ["returns", str(len(expected["returns"]))] in printed
    assert run_command("audit", BFF_DATABASE_URL=postgresql_database).exit_code == 0


def test_new_rows_are_numbered_behind_the_copied_ones(
    books: Books, postgresql_database: str, control: Control
) -> None:
    run_command("copy", str(books.path), BFF_DATABASE_URL=postgresql_database)
    [newest] = control.values("SELECT max(id) FROM timers")
    assert control.values("SELECT nextval(pg_get_serial_sequence('timers', 'id'))") == [newest + 1]


def test_a_database_that_has_rows_is_left_as_it_is(
    books: Books, postgresql_database: str, control: Control
) -> None:
    run_command("copy", str(books.path), BFF_DATABASE_URL=postgresql_database)
    before = rows_there(control)
    refused = run_command("copy", str(books.path), BFF_DATABASE_URL=postgresql_database)
    assert refused.exit_code == 2
    assert refused.stderr.endswith("has rows already: name an empty database\n")
    assert rows_there(control) == before > 0


def test_a_row_that_postgresql_does_not_take_is_named_and_nothing_is_kept(
    books: Books, postgresql_database: str, control: Control
) -> None:
    books.spoil("UPDATE shoppers SET nickname = 'a' || char(0)")
    refused = run_command("copy", str(books.path), BFF_DATABASE_URL=postgresql_database)
    assert (refused.exit_code, refused.stderr[:19]) == (2, "a row of shoppers: ")
    assert rows_there(control) == 0


class Writing(NoProgress):
    """Somebody writes to the file once the copy has begun."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def advance(self, steps: int) -> None:
        self._books.spoil("UPDATE shoppers SET nickname = nickname || '!'")


async def test_a_file_that_is_written_to_meanwhile_is_not_copied(
    books: Books, postgresql_database: str, control: Control
) -> None:
    with pytest.raises(CopyError, match="was written to meanwhile: stop its servers"):
        await copy_file(books.path, postgresql_database, Writing(books))
    assert rows_there(control) == 0


@pytest.mark.parametrize(
    ("revision", "said"), [("0001", "run bff migrate"), ("9999", "copy with the newer one")]
)
def test_tables_of_another_version_are_not_copied(
    books: Books, postgresql_database: str, control: Control, revision: str, said: str
) -> None:
    books.spoil(f"UPDATE alembic_version SET version_num = '{revision}'")
    refused = run_command("copy", str(books.path), BFF_DATABASE_URL=postgresql_database)
    assert (refused.exit_code, said in refused.stderr) == (2, True)
    assert rows_there(control) == 0


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite3"
    nowhere = run_command("copy", str(file))
    assert nowhere.exit_code == 2
    assert nowhere.stderr == (
        "BFF_DATABASE_URL: expected the PostgreSQL to copy into, as postgresql://…\n"
    )
    missing = run_command("copy", str(file), BFF_DATABASE_URL="postgresql://db.invalid/bff")
    assert (missing.exit_code, missing.stderr) == (2, f"FILE: there is no database at {file}\n")
