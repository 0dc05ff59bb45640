"""One statement for all the rows that siblings ask for."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from strawberry.dataloader import DataLoader

from bff.db.connection import Connection
from bff.db.database import Database

K = TypeVar("K")
V = TypeVar("V")

MOST_KEYS = 1000


@dataclass(frozen=True, eq=False)
class Batch(Generic[K, V]):
    """How to find values by key, many keys at once; a key without a value is left out."""

    fetch: Callable[[Connection, Sequence[K]], Awaitable[Mapping[K, V]]]


class Loaders:
    """A loader a batch, made when first asked; lives for one operation or one event."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._made: dict[Batch[Any, Any], DataLoader[Any, Any]] = {}

    def load(self, batch: Batch[K, V], key: K) -> Awaitable[V | None]:
        return self._loader(batch).load(key)

    async def known(self, batch: Batch[K, V], key: K) -> V:
        """For a key that another row refers to: its value exists."""
        found = await self.load(batch, key)
        if found is None:
            raise LookupError(f"no row for {key!r}")
        return found

    def _loader(self, batch: Batch[K, V]) -> DataLoader[K, V | None]:
        if batch not in self._made:
            self._made[batch] = self._make(batch)
        return self._made[batch]

    def _make(self, batch: Batch[K, V]) -> DataLoader[K, V | None]:
        async def load_all(keys: list[K]) -> list[V | None]:
            async with self._db.read() as connection:
                found = await batch.fetch(connection, keys)
            return [found.get(key) for key in keys]

        return DataLoader(load_fn=load_all, max_batch_size=MOST_KEYS)
