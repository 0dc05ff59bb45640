"""Databases of PostgreSQL that tests are lent."""

from contextlib import ExitStack

import asyncpg
import pytest

from tests.support.servers.control import Control
from tests.support.servers.databases import Databases, NotSuperuserError, drop_all, url_of

ADD = "INSERT INTO shoppers (id, nickname) VALUES ('sho_1', 'one')"
ADD_ADDRESS = "INSERT INTO addresses (id, shopper_id) VALUES ('add_1', 'sho_1')"


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def _value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    value = await connection.fetchval(query)
    await connection.close()
    return value


async def test_rows_are_gone_when_a_database_is_lent_again(databases: Databases) -> None:
    with databases.lend() as first:
        await _run(first, ADD, "CREATE TEMPORARY SEQUENCE numbers", "SELECT nextval('numbers')")
    with databases.lend() as second:
        assert second == first
        assert await _value(second, "SELECT count(*) FROM shoppers") == 0


async def test_the_numbers_of_rows_begin_anew(databases: Databases) -> None:
    insert = "INSERT INTO timers (kind, subject_id, due_at) VALUES ('a', 'b', now())"
    for _ in range(2):
        with databases.lend() as url:
            assert await _value(url, f"{insert} RETURNING id") == 1


async def test_a_database_whose_tables_were_changed_is_not_lent_again(
    databases: Databases,
) -> None:
    with databases.lend() as first:
        await _run(first, "ALTER TABLE shoppers RENAME TO away")
    with databases.lend() as second:
        assert second != first
        assert await _value(second, "SELECT count(*) FROM shoppers") == 0
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await _run(first, "SELECT 1")


async def test_who_is_still_connected_writes_no_more(databases: Databases) -> None:
    with databases.lend() as url:
        left = await asyncpg.connect(url)
        await left.execute("BEGIN")
        await left.execute(ADD)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await left.execute("COMMIT")
    left.terminate()
    with databases.lend() as again:
        assert await _value(again, "SELECT count(*) FROM shoppers") == 0


async def test_two_at_the_same_time_are_two(databases: Databases) -> None:
    with databases.lend() as one, databases.lend() as other:
        await _run(one, ADD)
        assert await _value(other, "SELECT count(*) FROM shoppers") == 0


async def test_a_bare_one_has_no_tables_and_is_gone_afterwards(databases: Databases) -> None:
    with databases.lend_bare() as url:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert await _value(url, tables) == 0
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await _run(url, "SELECT 1")


def _nothing(_: str) -> None:
    pass


def _names(control: Control, run: str) -> list[str]:
    return control.values("SELECT datname FROM pg_database WHERE datname LIKE $1", f"%{run}%")


def test_the_next_run_drops_what_a_killed_one_has_left(postgresql_url: str) -> None:
    control = Control(postgresql_url, "test")
    with ExitStack() as left:
        killed = Databases(postgresql_url, "killed")
        killed.make_template(_nothing)
        left.enter_context(killed.lend())
        assert len(_names(control, "killed")) == 2
        alive = Databases(postgresql_url, "alive")
        alive.make_template(_nothing)
        assert len(_names(control, "killed")) == 2
    killed.close()
    later = Databases(postgresql_url, "later")
    later.make_template(_nothing)
    assert _names(control, "killed") == []
    assert len(_names(control, "alive")) == 1
    for run in ("alive", "later"):
        drop_all(postgresql_url, run)
        assert _names(control, run) == []
    for made in (alive, later):
        made.close()
    control.close()


def test_a_server_where_one_may_not_all_is_refused(postgresql_url: str) -> None:
    control = Control(postgresql_url, "test")
    control.execute("CREATE ROLE humble LOGIN")
    try:
        with pytest.raises(NotSuperuserError, match="superuser"):
            Databases(postgresql_url.replace("//bff@", "//humble@"), "humble")
    finally:
        control.execute("DROP ROLE humble")
        control.close()


def test_the_url_of_a_database_keeps_all_else() -> None:
    server = "postgresql://u:p@host:1/postgres?sslmode=disable"
    assert url_of(server, "one") == "postgresql://u:p@host:1/one?sslmode=disable"
    assert url_of("postgresql:///x?host=/tmp", "one") == "postgresql:///one?host=/tmp"
