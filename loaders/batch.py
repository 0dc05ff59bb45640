"""One statement for all the rows that siblings want."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from bff.db.connection import Connection, JoinResult
from bff.db.database import Database

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

# Keys in one statement.
MAX_KEYS = 1000
# By the function that would fetch them, and by key.
Rows = Mapping[Callable[..., Any], Mapping[Any, Any]]
Fetched = Awaitable[Mapping[K, V] | JoinResult[dict[K, V]]]
Fetch = Callable[[Connection, Sequence[K]], Fetched[K, V]]


@dataclass(frozen=True, eq=False)
class Batch(Generic[K, V]):
    """How to fetch values by key, many keys at once; a key without a value is left out."""

    fetch: Fetch[K, V]

    def read(self, connection: Connection, _viewer: str, keys: Sequence[K]) -> Fetched[K, V]:
        return self.fetch(connection, keys)


@dataclass(frozen=True, eq=False)
class OwnBatch(Generic[K, V]):
    """The same of the rows of one shopper, the viewer: `fetch` is given the shopper too."""

    fetch: Callable[[Connection, str, Sequence[K]], Fetched[K, V]]

    def read(self, connection: Connection, viewer: str, keys: Sequence[K]) -> Fetched[K, V]:
        return self.fetch(connection, viewer, keys)


AnyBatch: TypeAlias = Batch[K, V] | OwnBatch[K, V]


class LevelQueue(Generic[T, V]):
    """What siblings want one by one, until the loop comes round: then all of it at once."""

    def __init__(self, resolve: Callable[[list[T]], Awaitable[Sequence[V]]]) -> None:
        self._resolve = resolve
        self._waiting: list[tuple[T, asyncio.Future[V]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, item: T) -> asyncio.Future[V]:
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._begin)
        future: asyncio.Future[V] = loop.create_future()
        self._waiting.append((item, future))
        return future

    def _begin(self) -> None:
        task = asyncio.get_running_loop().create_task(self._settle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _settle(self) -> None:
        """Every future gets its value, or else the error; also those of tasks begun since."""
        level, self._waiting = self._waiting, []
        try:
            values = await self._resolve([item for item, _ in level])
            for (_, future), value in zip(level, values, strict=True):
                if not future.done():
                    future.set_result(value)
        except Exception as error:  # noqa: BLE001 - it is raised where each future is awaited
            for _, future in level:
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # whoever awaited it may be gone: no warning for that


class Loaders:
    """The values loaded so far, by batch and key; they live for one operation or one event.

    `load…` gives None for a key without a value, `require…` raises LookupError: it is for keys
    that other rows refer to. Without a viewer no row is anybody's own.
    """

    def __init__(self, db: Database, viewer: str | None = None) -> None:
        self._db = db
        self._viewer = viewer or ""
        self._loaded: dict[Callable[..., Any], dict[Any, Any]] = {}
        self._queues: dict[Any, LevelQueue[Any, Any]] = {}
        self._turns: defaultdict[Callable[..., Any], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def load(self, batch: AnyBatch[K, V], key: K) -> V | None:
        loaded = self._loaded.get(batch.fetch)
        if loaded is not None and key in loaded:
            value: V | None = loaded[key]
            return value
        return await self.in_level(batch, key, lambda keys: self.load_many(batch, keys))

    async def load_many(self, batch: AnyBatch[K, V], keys: Sequence[K | None]) -> list[V | None]:
        """A value for each key of a whole level, None for a key of None.

        One fetch of a batch at a time: what another is loading is not fetched again.
        """
        loaded = self._loaded.setdefault(batch.fetch, {None: None})
        if any(key not in loaded for key in keys):
            async with self._turns[batch.fetch]:
                missing: list[Any] = [key for key in dict.fromkeys(keys) if key not in loaded]
                if missing:
                    await self._fetch(batch, missing)
        return [loaded[key] for key in keys]

    async def _fetch(self, batch: AnyBatch[K, V], keys: list[K]) -> None:
        async with self._db.read() as connection:
            for start in range(0, len(keys), MAX_KEYS):
                part = keys[start : start + MAX_KEYS]
                self._keep(batch, part, await batch.read(connection, self._viewer, part))

    async def require(self, batch: AnyBatch[K, V], key: K) -> V:
        value: V | None = await self.load(batch, key)
        return _existing(value, key)

    async def require_many(self, batch: AnyBatch[K, V], keys: Sequence[K]) -> list[V]:
        values: list[V | None] = await self.load_many(batch, keys)
        return [_existing(*pair) for pair in zip(values, keys, strict=True)]

    async def require_by_key(self, batch: AnyBatch[K, V], keys: Collection[K]) -> dict[K, V]:
        in_order = list(keys)
        return dict(zip(in_order, await self.require_many(batch, in_order), strict=True))

    def prime(self, rows: Rows) -> None:
        """With what need not be fetched: it was read or written beside something else."""
        for fetch, by_key in rows.items():
            self._loaded.setdefault(fetch, {None: None}).update(by_key)

    async def in_level(
        self, key: Any, item: T, resolve: Callable[[list[T]], Awaitable[Sequence[V]]]
    ) -> V:
        """The value of one item of a level: siblings wait under the same key."""
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = LevelQueue(resolve)
        value: V = await queue.add(item)
        return value

    def _keep(
        self,
        batch: AnyBatch[Any, Any],
        keys: list[Any],
        fetched: Mapping[Any, Any] | JoinResult[dict[Any, Any]],
    ) -> None:
        if isinstance(fetched, JoinResult):
            self.prime(fetched.related)
            fetched = fetched.result
        self._loaded[batch.fetch].update([(key, fetched.get(key)) for key in keys])


def _existing(value: V | None, key: object) -> V:
    if value is None:
        raise LookupError(f"no row for {key!r}")
    return value
