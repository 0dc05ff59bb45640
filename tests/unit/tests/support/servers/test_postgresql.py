"""PostgreSQL servers of the tests."""

from pathlib import Path

import asyncpg
import pytest

from tests.support.servers.account import server_account
from tests.support.servers.installation import FOLDERS
from tests.support.servers.postgresql import SETTINGS, PostgresqlServer, ServerError


async def _value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.mark.parametrize("version", sorted(FOLDERS))
async def test_what_is_stored_is_there_after_a_crash(server_folder: Path, version: int) -> None:
    server = PostgresqlServer(server_folder / f"crashed-{version}", version)
    server.create(SETTINGS | {"synchronous_commit": "on"})
    server.start()
    said = await _value(server.url(), "SHOW server_version")
    assert str(said).startswith(f"{version}.")
    await _value(server.url(), "CREATE TABLE kept AS SELECT 7 AS number")
    server.stop("immediate")
    assert not server.is_running
    with pytest.raises(FileNotFoundError):
        await _value(server.url(), "SELECT 1")
    server.start()
    assert await _value(server.url(), "SELECT number FROM kept") == 7
    server.stop()


def test_what_a_server_wrote_is_said_when_it_does_not_start(server_folder: Path) -> None:
    server = PostgresqlServer(server_folder / "wrong")
    with pytest.raises(ServerError, match="port"):
        server.create(SETTINGS | {"port": "none"})


def test_root_is_not_who_its_files_belong_to(server_folder: Path) -> None:
    server = PostgresqlServer(server_folder / "owned")
    server.create()
    owner = (server.folder / "data").stat().st_uid
    assert owner == server_account().uid != 0
