"""One statement for all the rows that siblings ask for."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bff.db.connection import Connection, JoinResult
from bff.db.database import Database

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

MOST_KEYS = 1000
# By the function that would find it, and by key
Found = Mapping[Callable[..., Any], Mapping[Any, Any]]
Fetch = Callable[[Connection, Sequence[K]], Awaitable[Mapping[K, V] | JoinResult[dict[K, V]]]]


@dataclass(frozen=True, eq=False)
class Batch(Generic[K, V]):
    """How to find values by key, many keys at once; a key without a value is left out."""

    fetch: Fetch[K, V]


class Queue(Generic[K, V]):
    """What siblings ask for one by one, until the loop comes round: then all at once."""

    def __init__(self, answer: Callable[[list[K]], Awaitable[Sequence[V]]]) -> None:
        self._answer = answer
        self._asked: list[tuple[K, asyncio.Future[V]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, one: K) -> asyncio.Future[V]:
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._begin)
        future: asyncio.Future[V] = loop.create_future()
        self._asked.append((one, future))
        return future

    def _begin(self) -> None:
        task = asyncio.get_running_loop().create_task(self._settle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _settle(self) -> None:
        """With those who asked in tasks that were begun after the first of them."""
        asked, self._asked = self._asked, []
        try:
            answers = await self._answer([one for one, _ in asked])
            for (_, future), answer in zip(asked, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            for _, future in asked:
                _fail(future, error)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # who asked may be gone: that is no news


class Loaders:
    """What is known of each batch; lives for one operation or one event."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[Fetch[Any, Any], dict[Any, Any]] = {}
        self._queues: dict[Any, Queue[Any, Any]] = {}

    async def load(self, batch: Batch[K, V], key: K) -> V | None:
        known = self._known.get(batch.fetch)
        if known is not None and key in known:
            found: V | None = known[key]
            return found
        return await self.in_turn(batch, key, lambda keys: self.many(batch, keys))

    async def known(self, batch: Batch[K, V], key: K) -> V:
        """For a key that another row refers to: its value exists."""
        found: V | None = await self.load(batch, key)
        return _there(found, key)

    async def many(self, batch: Batch[K, V], keys: Sequence[K | None]) -> list[V | None]:
        """A value a key, of a whole level; None for a key of None, and for one without a value."""
        known = self._known.setdefault(batch.fetch, {None: None})
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            await self._find(batch, missing)
        return [known[key] for key in keys]

    async def all_known(self, batch: Batch[K, V], keys: Sequence[K]) -> list[V]:
        """For keys that other rows refer to."""
        found: list[V | None] = await self.many(batch, keys)
        return [_there(*pair) for pair in zip(found, keys, strict=True)]

    async def by_key(self, batch: Batch[K, V], keys: Collection[K]) -> dict[K, V]:
        """Likewise, each key once."""
        once = list(keys)
        return dict(zip(once, await self.all_known(batch, once), strict=True))

    async def _find(self, batch: Batch[Any, Any], missing: list[Any]) -> None:
        """What others have found by the time that a connection is free is not asked for again."""
        known = self._known[batch.fetch]
        async with self._db.read() as connection:
            keys = [key for key in missing if key not in known]
            for start in range(0, len(keys), MOST_KEYS):
                part = keys[start : start + MOST_KEYS]
                self._learn(batch, part, await batch.fetch(connection, part))

    def _learn(
        self,
        batch: Batch[Any, Any],
        keys: list[Any],
        found: Mapping[Any, Any] | JoinResult[dict[Any, Any]],
    ) -> None:
        if isinstance(found, JoinResult):
            self.prime(found.related)
            found = found.result
        self._known[batch.fetch].update([(key, found.get(key)) for key in keys])

    def prime(self, also: Found) -> None:
        """What was found beside what was asked for, by the function that would find it."""
        for fetch, found in also.items():
            self._known.setdefault(fetch, {None: None}).update(found)

    async def in_turn(
        self, key: Any, one: T, answer: Callable[[list[T]], Awaitable[Sequence[V]]]
    ) -> V:
        """The answer for one of a level, all of whom ask under the same key."""
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = Queue(answer)
        found: V = await queue.ask(one)
        return found


def _there(found: V | None, key: object) -> V:
    if found is None:
        raise LookupError(f"no row for {key!r}")
    return found
