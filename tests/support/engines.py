"""Which database a test runs on: its paths lead to files of SQLite, or to databases of PostgreSQL.

The fixture `db_folder` says which. A path that a test gives is one database as long as it runs: to
name it again is to open it again.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from tests.support.servers.databases import Databases

DatabaseKind = Literal["sqlite", "postgresql"]
Address = Path | str

_engines: list["_Engine"] = []


class _Engine:
    def __init__(self, lender: Databases | None) -> None:
        self.lender = lender
        self._lent: dict[Path, str] = {}
        self._given_back = ExitStack()

    def address(self, path: Path, *, bare: bool = False) -> Address:
        if self.lender is None:
            return path
        if path not in self._lent:
            lent = self.lender.lend_bare() if bare else self.lender.lend()
            self._lent[path] = self._given_back.enter_context(lent)
        return self._lent[path]

    def knows(self, path: Path) -> bool:
        return path in self._lent

    def close(self) -> None:
        self._given_back.close()


@contextmanager
def engine(lender: Databases | None) -> Iterator[None]:
    """Paths are those of files meanwhile; or of databases of PostgreSQL, which are lent."""
    _engines.append(made := _Engine(lender))
    try:
        yield
    finally:
        _engines.remove(made)
        made.close()


@contextmanager
def lent_meanwhile() -> Iterator[None]:
    """What is opened meanwhile is given back at the end: for a test that opens many."""
    with engine(_engines[-1].lender):
        yield


def rows_of(url: str, query: str) -> list[Sequence[Any]] | None:
    """Of a database that is lent, without its program; None where it is another."""
    found = (one.lender.rows(url, query) for one in _engines if one.lender)
    return next((rows for rows in found if rows is not None), None)


def runs_on_either() -> bool:
    """Whether the test has the fixture."""
    return bool(_engines)


def database_address(path: Path) -> Address:
    """What `open_database` takes; of PostgreSQL, a database that has its tables already.

    Raises LookupError in a test without the fixture `db_folder`.
    """
    if not _engines:
        raise LookupError("a test that opens a database uses the fixture `db_folder`")
    known = (one for one in _engines if one.knows(path))
    return next(known, _engines[-1]).address(path)


def without_tables(path: Path) -> None:
    """The database is there, and a program makes its tables; to be said before it is opened."""
    _engines[-1].address(path, bare=True)


def database_settings(path: Path) -> dict[str, Any]:
    """Of `Settings`; photos lie beside the path on either database."""
    address = database_address(path)
    return {"database": path} | ({} if address == path else {"database_url": address})


def database_environment(path: Path) -> dict[str, str]:
    """The same settings as variables."""
    return {f"BFF_{name.upper()}": str(value) for name, value in database_settings(path).items()}
