"""Many rows at a time, within what SQLite takes in one statement."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table, insert

from bff.db.connection import Connection
from bff.db.transaction import Tx

T = TypeVar("T")
CHUNK = 500

ReadByKey = Callable[[Connection, Sequence[str]], Awaitable[dict[str, T]]]
ReadOwned = Callable[[Connection, Collection[str], Sequence[str]], Awaitable[dict[str, T]]]


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


async def read_all(read: ReadByKey[T], tx: Tx, keys: Sequence[str]) -> dict[str, T]:
    rows: dict[str, T] = {}
    for chunk in chunks(keys):
        rows |= await read(tx.connection, chunk)
    return rows


async def read_owned(read: ReadOwned[T], tx: Tx, owners: Mapping[str, str]) -> dict[str, T]:
    """Of several shoppers: `owners` has the shopper of each key."""
    rows: dict[str, T] = {}
    for chunk in chunks(list(owners)):
        rows |= await read(tx.connection, {owners[key] for key in chunk}, chunk)
    return rows


async def insert_all(tx: Tx, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for chunk in chunks(rows):
        await tx.execute(insert(table), chunk)
