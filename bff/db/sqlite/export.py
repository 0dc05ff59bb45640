"""All rows of a file as they are at one moment, for another database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Table

from bff.db.errors import CopyError
from bff.db.sqlite.files import READ_ONLY, open_file
from bff.db.sqlite.form import FORM
from bff.db.tables import Moment

CONVERTED = (Moment, Boolean)  # JSON stays the text that it is


class Export:
    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def count(self, table: Table) -> int:
        [number] = self._file.execute(f"SELECT count(*) FROM {table.name}").fetchone()  # noqa: S608
        return int(number)

    def rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """In the order of the table's columns."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        decoders = [_decoder(column) for column in table.columns]
        for row in self._file.execute(f"SELECT {names} FROM {table.name}"):  # noqa: S608
            pairs = zip(decoders, row, strict=True)
            yield tuple(
                value if decode is None or value is None else decode(value)
                for decode, value in pairs
            )


def _decoder(column: Column[Any]) -> Any:
    return FORM.decoder(column.type) if isinstance(column.type, CONVERTED) else None


@contextmanager
def open_export(path: Path) -> Iterator[Export]:
    """Raises CopyError at the end where another process has written to the file meanwhile."""
    with closing(open_file(path, READ_ONLY)) as file:
        before = _version(file)
        file.execute("BEGIN")
        yield Export(file)
        file.execute("COMMIT")
        if _version(file) != before:
            raise CopyError(
                f"{path} was written to meanwhile: stop its servers and workers, then copy it anew"
            )


def _version(file: sqlite3.Connection) -> int:
    """Another one after each commit of another connection."""
    [version] = file.execute("PRAGMA data_version").fetchone()
    return int(version)
