"""The tables of a file are changed in one transaction."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bff.db.errors import NoDatabaseError
from bff.db.sqlite.alteration import alter


def add_table(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE things (id INTEGER)"))


def tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


def test_what_a_change_finds_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "bff.sqlite3"
    alter(path, add_table)
    assert alter(path, lambda c: c.scalar(text("SELECT count(*) FROM things"))) == 0
    assert tables(path) == ["things"]


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    def change(connection: Connection) -> None:
        add_table(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        alter(tmp_path / "bff.sqlite3", change)
    assert tables(tmp_path / "bff.sqlite3") == []


def test_a_file_that_is_something_else_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear shopper, " * 100)
    with pytest.raises(NoDatabaseError, match=r"letter\.txt is no SQLite database"):
        alter(path, add_table)
    assert path.read_text().startswith("Dear shopper")
