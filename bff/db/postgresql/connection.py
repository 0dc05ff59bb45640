"""A connection to PostgreSQL: asyncpg's, which keeps each statement prepared."""

from collections.abc import Awaitable, Sequence
from typing import Any

from asyncpg import (
    DeadlockDetectedError,
    InsufficientResourcesError,
    InterfaceError,
    InternalClientError,
    LockNotAvailableError,
    OperatorInterventionError,
    PostgresConnectionError,
    SerializationError,
    UniqueViolationError,
)
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy import ColumnElement, column

from bff.db.connection import Connection, Result, StatementListener
from bff.db.errors import DatabaseUnavailableError
from bff.db.postgresql.change_buffer import ChangeBuffer
from bff.db.postgresql.form import FORM
from bff.db.row_mapping import rows_of
from bff.db.statements import Compiled, Prepared

# Another write was in the way: this one goes well, or fails alone, when it is run again.
CONFLICTS = (SerializationError, DeadlockDetectedError, LockNotAvailableError)
# The next number of a topic is taken by one write, and then another is next: never a fault.
EVENT_NUMBERS = "pk_events"
UNAVAILABLE = (
    PostgresConnectionError,
    OperatorInterventionError,
    InsufficientResourcesError,
    InterfaceError,
    InternalClientError,  # of a connection that was cut while nothing ran on it
    OSError,
    TimeoutError,
)


class ConflictError(BaseException):
    """The whole write runs again. Like a cancellation, it is nobody's to handle on the way."""


class PostgresqlConnection(Connection):
    """It raises asyncpg.PostgresError.

    `is_retried`: a key that is there already may be another write's, committed meanwhile, and is
    a conflict.
    """

    form = FORM
    writes_alone = False

    def __init__(
        self,
        raw: "PoolConnectionProxy[Any]",
        listeners: Sequence[StatementListener] = (),
        *,
        is_retried: bool = False,
    ) -> None:
        super().__init__(listeners)
        self.raw = raw
        self._is_retried = is_retried
        self._is_lost = False
        self._buffer = ChangeBuffer()

    def execute(self, statement: Any, values: Any = None) -> Awaitable[Result[Any]]:
        if self._buffer:
            return self._execute_behind(statement, values)
        return super().execute(statement, values)

    async def _execute_behind(self, statement: Any, values: Any) -> Result[Any]:
        await self.flush()
        return await super().execute(statement, values)

    async def send(self, change: Prepared[Any], values: Any) -> None:
        rows = values if type(values) is list else [values]
        if len(rows) > 1:
            await self.execute(change, rows)
            return
        if not self._buffer.has_room(change):
            await self.flush()
        for row in rows:
            self._buffer.add(change, row)

    async def flush(self) -> None:
        if self._buffer:
            await self._start(self._buffer.take(), None)

    async def _run(self, compiled: Compiled, values: Any) -> Result[Any]:
        try:
            return await self._answer(compiled, values)
        except UniqueViolationError as error:
            if not self._is_retried and error.constraint_name != EVENT_NUMBERS:
                raise
            self._is_lost = True
            raise ConflictError from error
        except CONFLICTS as error:
            self._is_lost = True
            raise ConflictError from error
        except UNAVAILABLE as error:
            self._is_lost = True
            raise DatabaseUnavailableError(str(error)) from error

    async def _answer(self, compiled: Compiled, values: Any) -> Result[Any]:
        if type(values) is list:
            await self.raw.executemany(compiled.sql, map(compiled.bind, values))
            return Result([], len(values))
        arguments = compiled.bind(values)
        if compiled.rows:
            records = await self.raw.fetch(compiled.sql, *arguments)
            return Result(compiled.rows(records), len(records))
        if compiled.is_text:
            return await self._answer_text(compiled.sql, arguments)
        status = await self.raw.execute(compiled.sql, *arguments)
        return Result([], _rowcount(status))

    async def _answer_text(self, sql: str, arguments: Sequence[Any]) -> Result[Any]:
        """Whether it has rows, only the database knows."""
        statement = await self.raw.prepare(sql)
        records = await statement.fetch(*arguments)
        columns: list[ColumnElement[Any]] = [
            column(attribute.name) for attribute in statement.get_attributes()
        ]
        rows = rows_of(FORM, columns)(records) if columns else []
        return Result(rows, _rowcount(statement.get_statusmsg() or ""))

    @property
    def in_transaction(self) -> bool:
        return not self._is_lost and self.raw.is_in_transaction()


def _rowcount(status: str) -> int:
    """Of `UPDATE 3`; -1 where the statement touches no rows."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdecimal() else -1
