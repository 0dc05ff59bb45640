"""Databases of PostgreSQL for tests: each has the program's tables, and is empty when it is lent.

A database is made from a template, and emptied when it comes back: another one for each test would
take many times as long.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from asyncpg import InterfaceError, PostgresError

from tests.support.servers.control import Control

PREFIX = "bff_test"
# In a schema of its own, so that the program's tables are the only ones in `public`
SHAPE = """
SELECT md5(string_agg(concat(relname, relkind, relnatts), ',' ORDER BY relname, relkind))
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""
TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename
"""
EMPTY = """
CREATE FUNCTION tests.empty() RETURNS text LANGUAGE plpgsql
SET session_replication_role = replica SET lock_timeout = '1s' AS $$
BEGIN
    PERFORM pg_terminate_backend(pid, 1000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend';
    {deletes}
    PERFORM setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), start_value, false)
    FROM pg_sequences;
    RETURN ({shape});
END $$
"""
DELETE = "IF EXISTS (SELECT FROM {table}) THEN DELETE FROM {table}; END IF;"
ABANDONED = f"""
SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}_%'
AND split_part(datname, '_', 3) NOT IN (
    SELECT split_part(application_name, '_', 3) FROM pg_stat_activity
    WHERE application_name LIKE '{PREFIX}_%'
)
"""


class NotSuperuserError(Exception):
    """Only a superuser can empty a database without regard to foreign keys."""


def url_of(server: str, database: str) -> str:
    parts = urlsplit(server)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{database}{query}"


class Databases:
    """Of one process. `run`: the run of the tests, whose processes share the template.

    Raises NotSuperuserError.
    """

    def __init__(self, server: str, run: str) -> None:
        self._server = server
        self._name = f"{PREFIX}_{run}"
        self._template = f"{self._name}_template"
        self._admin = Control(server, self._name)
        self._free: list[LentDatabase] = []
        self._lent: dict[str, LentDatabase] = {}
        self._made = 0
        if not self._admin.values("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0]:
            self._admin.close()
            raise NotSuperuserError("the tests' PostgreSQL needs a superuser in its URL")

    def make_template(self, make_tables: Callable[[str], None]) -> None:
        """Unless another process has made it; one at a time may look. `make_tables` takes a URL."""
        if self._admin.values("SELECT 1 FROM pg_database WHERE datname = $1", self._template):
            return
        self._admin.execute(*map(_drop, self._admin.values(ABANDONED)))
        unfinished = f"{self._template}_unfinished"
        self._admin.execute(f"CREATE DATABASE {unfinished} TEMPLATE template0")
        url = url_of(self._server, unfinished)
        make_tables(url)
        control = Control(url, self._name)
        deletes = "\n".join(DELETE.format(table=table) for table in control.values(TABLES))
        control.execute("CREATE SCHEMA tests", EMPTY.format(deletes=deletes, shape=SHAPE))
        control.close()
        self._admin.execute(f"ALTER DATABASE {unfinished} RENAME TO {self._template}")

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The URL of one that has the program's tables, without rows."""
        database = self._free.pop() if self._free else self._make()
        self._lent[database.url] = database
        try:
            yield database.url
        finally:
            del self._lent[database.url]
            if database.empty():
                self._free.append(database)
            else:
                self._drop(database)

    @contextmanager
    def lend_bare(self) -> Iterator[str]:
        """The URL of one without tables, for once; it takes longer."""
        name = self._new_name()
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        try:
            yield url_of(self._server, name)
        finally:
            self._admin.execute(_drop(name))

    def rows(self, url: str, query: str) -> list[Sequence[Any]] | None:
        """Of one that is lent, over a connection on which each query is planned once; None for
        another's URL."""
        lent = self._lent.get(url)
        return lent.rows(query) if lent else None

    def close(self) -> None:
        while self._free:
            self._drop(self._free.pop())
        self._admin.close()

    def _make(self) -> "LentDatabase":
        name = self._new_name()
        copy = f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy"
        self._admin.execute(copy)
        return LentDatabase(name, url_of(self._server, name))

    def _new_name(self) -> str:
        self._made += 1
        return f"{self._name}_{os.getpid()}_{self._made}"

    def _drop(self, database: "LentDatabase") -> None:
        database.close()
        self._admin.execute(_drop(database.name))


class LentDatabase:
    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._control = Control(url, name)
        [self._shape] = self._control.values(SHAPE)

    def empty(self) -> bool:
        """Whether it is as it was when it was made; who is still connected is disconnected."""
        try:
            return self._control.values("SELECT tests.empty()") == [self._shape]
        except (PostgresError, InterfaceError):
            return False

    def rows(self, query: str) -> list[Sequence[Any]]:
        return self._control.rows(query)

    def close(self) -> None:
        self._control.close()


def drop_all(server: str, run: str) -> None:
    """Whatever a run has left on a server that outlives it."""
    control = Control(server, PREFIX)
    mine = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)"
    control.execute(*map(_drop, control.values(mine, f"{PREFIX}_{run}_")))
    control.close()


def _drop(database: str) -> str:
    return f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"
