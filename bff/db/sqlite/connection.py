"""A connection to a file: statements run where they are called; none of them waits."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import column

from bff.db.connection import Connection, Result, StatementListener
from bff.db.row_mapping import rows_of
from bff.db.sqlite.form import FORM
from bff.db.statements import Compiled


class SqliteConnection(Connection):
    """It raises sqlite3.Error."""

    form = FORM
    writes_alone = True

    def __init__(
        self, raw: sqlite3.Connection, listeners: Sequence[StatementListener] = ()
    ) -> None:
        super().__init__(listeners)
        self.raw = raw
        self._cursor = raw.cursor()

    async def _run(self, compiled: Compiled, values: Any) -> Result[Any]:
        cursor = self._cursor
        if type(values) is list:
            cursor.executemany(compiled.sql, map(compiled.bind, values))
        else:
            cursor.execute(compiled.sql, compiled.bind(values))
        if cursor.description is None:
            return Result([], cursor.rowcount)
        rows = compiled.rows or rows_of(FORM, [column(name) for name, *_ in cursor.description])
        return Result(rows(cursor), cursor.rowcount)

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction

    def close(self) -> None:
        self.raw.close()
