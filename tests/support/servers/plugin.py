"""Fixtures with the real servers, which all the processes of a run of the tests share.

`BFF_TEST_DATABASE_URL` and `BFF_TEST_REDIS_URL` name servers to use instead of own ones.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.support.engines import DatabaseKind, engine
from tests.support.servers.databases import Databases, drop_all
from tests.support.servers.installation import FOLDERS, NEWEST
from tests.support.servers.postgresql import PostgresqlServer
from tests.support.servers.redis import RedisServer
from tests.support.servers.run_folder import locked, run_folder, shared_folder
from tests.support.servers.tables import make_tables

KINDS: tuple[DatabaseKind, ...] = ("sqlite", "postgresql")
SQLITE_ONLY = "sqlite_only"
DATABASE_URL = "BFF_TEST_DATABASE_URL"
REDIS_URL = "BFF_TEST_REDIS_URL"
RUN = pytest.StashKey[Path]()
AT_END = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql",
        type=int,
        choices=sorted(FOLDERS),
        default=NEWEST,
        help=f"PostgreSQL's version, where {DATABASE_URL} names no server (default: %(default)s)",
    )
    parser.addoption(
        "--database",
        choices=(*KINDS, "both"),
        default="both",
        help="on which database the tests run that open one (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """The process that was called makes the folder, and its workers get to know it."""
    at_end = config.stash[AT_END] = ExitStack()
    given: dict[str, str] = getattr(config, "workerinput", {})
    config.stash[RUN] = Path(given.get("run") or at_end.enter_context(run_folder(shared_folder())))
    if not given and (server := os.environ.get(DATABASE_URL)):
        at_end.callback(drop_all, server, config.stash[RUN].name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker(SQLITE_ONLY)
        kinds = KINDS[:1] if only else KINDS
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests on a database that was not chosen are deselected; those of SQLite alone say why."""
    for item in items:
        if marker := item.get_closest_marker(SQLITE_ONLY):
            item.user_properties.append((SQLITE_ONLY, marker.args[0]))
    chosen = config.getoption("database")
    others = [item for item in items if chosen != "both" and _kind_of(item) not in (chosen, None)]
    if others:
        config.hook.pytest_deselected(items=others)
        dropped = set(others)
        items[:] = [item for item in items if item not in dropped]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[AT_END].close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for of in ("passed", "failed") for one in terminalreporter.getreports(of)]
    reasons = Counter(dict(report.user_properties).get(SQLITE_ONLY) for report in reports)
    if any(reasons):
        terminalreporter.section("of SQLite alone")
    for reason, count in sorted((reason, n) for reason, n in reasons.items() if reason):
        terminalreporter.line(f"{count:4} {reason}")


def _kind_of(item: pytest.Item) -> DatabaseKind | None:
    parameters = getattr(item, "callspec", None)
    kind: DatabaseKind | None = parameters and parameters.params.get("database_kind")
    return kind


@pytest.fixture(scope="module")
def database_kind(request: pytest.FixtureRequest) -> DatabaseKind:
    """Every test that opens a database runs once for each."""
    kind: DatabaseKind = request.param
    return kind


@pytest.fixture
def db_folder(
    tmp_path: Path, database_kind: DatabaseKind, request: pytest.FixtureRequest
) -> Iterator[Path]:
    """Where paths lead to databases of the kind."""
    with engine(_lender_of(database_kind, request)):
        yield tmp_path


@pytest.fixture(scope="module")
def module_folder(
    tmp_path_factory: pytest.TempPathFactory,
    database_kind: DatabaseKind,
    request: pytest.FixtureRequest,
) -> Iterator[Path]:
    """Likewise, for what all the tests of a module share."""
    with engine(_lender_of(database_kind, request)):
        yield tmp_path_factory.mktemp("module")


def _lender_of(kind: DatabaseKind, request: pytest.FixtureRequest) -> Databases | None:
    """A server is started when a test needs it, and not before."""
    return request.getfixturevalue("databases") if kind == "postgresql" else None


@pytest.fixture(scope="session")
def server_folder(pytestconfig: pytest.Config) -> Path:
    """Where servers of a test's own have their folders: each in one that is not there yet."""
    return pytestconfig.stash[RUN]


@pytest.fixture(scope="session")
def postgresql_url(pytestconfig: pytest.Config, server_folder: Path) -> str:
    """The server that the whole run shares; its user may do anything."""
    if named := os.environ.get(DATABASE_URL):
        return named
    server = PostgresqlServer(server_folder / "postgresql", pytestconfig.getoption("postgresql"))
    with locked(server_folder / "postgresql.lock"):
        if not server.is_running:
            server.create()
            server.start()
    return server.url()


@pytest.fixture(scope="session")
def databases(postgresql_url: str, server_folder: Path) -> Iterator[Databases]:
    """Of this process, on that server."""
    made = Databases(postgresql_url, server_folder.name)
    with locked(server_folder / "template.lock"):
        made.make_template(make_tables)
    yield made
    made.close()


@pytest.fixture
def postgresql_database(databases: Databases) -> Iterator[str]:
    """The URL of a database with the program's tables and without rows."""
    with databases.lend() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server(server_folder: Path) -> Iterator[str]:
    """Of this process alone: what is published there is its own."""
    if named := os.environ.get(REDIS_URL):
        yield named
        return
    server = RedisServer(server_folder / f"redis-{os.getpid()}")
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """Nothing is kept there, at first and at the end."""
    with Redis.from_url(redis_server) as client:
        client.flushdb()
        yield redis_server
        client.flushdb()
