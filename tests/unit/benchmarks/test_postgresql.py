"""A database that was filled from a file has its rows, and goes on from there."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.progress import Progress

from benchmarks import files, rows
from benchmarks.postgresql import copy_rows
from benchmarks.rows import Mix
from bff.db.tables import metadata
from tests.support.lives.mirror import Mirror
from tests.support.servers.control import Control


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """With all that can become of a line, and the demonstration's timers."""
    path = tmp_path / "source.sqlite3"
    await files.prepare(path)
    with Progress(disable=True) as progress:
        rows.fill(path, Mix(500), progress)
    await files.prepare(path, demonstration=True)
    return path


@pytest.fixture
def control(postgresql_database: str) -> Iterator[Control]:
    with closing(Control(postgresql_database, "test")) as control:
        yield control


def all_rows(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for table in metadata.sorted_tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        found[table.name] = sorted(db.execute(f"SELECT {names} FROM {table.name}"), key=repr)
    return found


async def test_every_row_of_the_file_is_copied(
    file: Path, postgresql_database: str, control: Control, tmp_path: Path
) -> None:
    copy = files.copied(file, tmp_path, "copy")
    await copy_rows(file, postgresql_database)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        target.isolation_level = None
        target.execute("DELETE FROM refunds")  # comes back with the rest
        Mirror(control, target).pull()
        expected = all_rows(source)
        assert all_rows(target) == expected
    assert expected["refunds"]
    assert expected["timers"]


async def test_new_rows_are_numbered_behind_the_copied_ones(
    file: Path, postgresql_database: str, control: Control
) -> None:
    await copy_rows(file, postgresql_database)
    [newest] = control.values("SELECT max(id) FROM timers")
    assert control.values("SELECT nextval(pg_get_serial_sequence('timers', 'id'))") == [newest + 1]
