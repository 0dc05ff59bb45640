"""Statements and round trips, as the driver makes them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.counting_proxy import CountingProxy, Counts, Messages

STARTUP = (12).to_bytes(4) + b"version 3"[:8]
SYNC = b"S" + (4).to_bytes(4)
EXECUTE = b"E" + (9).to_bytes(4) + bytes(5)


@pytest.fixture
def proxy(postgresql_database: str, tmp_path: Path) -> Iterator[CountingProxy]:
    [folder] = parse_qs(urlsplit(postgresql_database).query)["host"]
    with closing(CountingProxy(tmp_path, Path(folder))) as proxy:
        yield proxy


async def test_many_rows_of_one_statement_are_one_round_trip(
    proxy: CountingProxy, postgresql_database: str
) -> None:
    url = proxy.url(urlsplit(postgresql_database).path.removeprefix("/"))
    connection = await asyncpg.connect(url)
    insert = "INSERT INTO leases (name, holder, until) VALUES ($1, 'me', now())"
    await connection.executemany(insert, [("a",)])  # prepared from here on
    before = proxy.counts()
    async with connection.transaction():
        await connection.executemany(insert, [("b",), ("c",), ("d",)])
    assert proxy.counts() - before == Counts(statements=5, round_trips=3)
    assert await connection.fetchval("SELECT count(*) FROM leases") == 4
    await connection.close()


async def test_who_listens_is_not_counted(proxy: CountingProxy, postgresql_database: str) -> None:
    url = proxy.url(urlsplit(postgresql_database).path.removeprefix("/"))
    connection = await asyncpg.connect(url)
    await connection.execute("LISTEN wakeups")
    await connection.execute("SELECT 1")
    assert proxy.counts() == Counts(0, 0)
    await connection.close()


@given(st.integers(1, 40))
def test_messages_are_counted_however_they_are_cut(size: int) -> None:
    stream = STARTUP + (EXECUTE + SYNC) * 3 + SYNC
    messages = Messages()
    for begin in range(0, len(stream), size):
        messages.take(stream[begin : begin + size])
    assert (messages.kinds[b"E"], messages.kinds[b"S"]) == (3, 4)
