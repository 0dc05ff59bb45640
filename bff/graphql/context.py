"""What a resolver may use: the shopper, the language, the time, and the way to the data."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from bff.db import idempotency
from bff.db.database import Database
from bff.db.transaction import Tx
from bff.domain.evidence.links import Links
from bff.domain.policy.model import Policy
from bff.domain.policy.store import PolicyBook
from bff.locale.language import DEFAULT, Language
from loaders.batch import Loaders

T = TypeVar("T")

# Pages within lists and beside one another multiply: a document of 2 kB selected 600,000 rows.
MAX_ROWS = 300


@dataclass
class Context:
    """`shopper_id` None: there was no token.

    One is made for every operation and for every event, so that nothing loaded for one is shown
    in another.
    """

    db: Database
    make_links: Callable[[], Links]
    shopper_id: str | None = None
    language: Language = DEFAULT
    count_refusal: Callable[[str], None] = lambda _: None
    loaders: Loaders = field(init=False)
    now: datetime = field(init=False)
    _rows_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.loaders = Loaders(self.db, self.shopper_id)
        self.now = self.db.clock.now()
        self._rows_left = MAX_ROWS

    def allows(self, rows: int) -> bool:
        """Whether so many more may be requested by number or by id."""
        self._rows_left -= rows
        return self._rows_left >= 0

    @cached_property
    def _book(self) -> PolicyBook:
        return self.db.caches.get(PolicyBook)

    @cached_property
    def links(self) -> Links:
        """To photos: few operations ask for any."""
        return self.make_links()

    async def policy(self, version: str) -> Policy:
        if known := self._book.known(version):
            return known
        async with self.db.read() as connection:
            return await self._book.version(connection, version)

    async def current_policy(self) -> Policy:
        """The version in force now; it may be a minute old."""
        if known := self._book.known_current(self.now):
            return known
        async with self.db.read() as connection:
            return await self._book.current(connection, self.now)

    async def once(
        self,
        request: idempotency.Request,
        effect: Callable[[Tx], Awaitable[T]],
        to_stored: Callable[[T], idempotency.StoredResult],
        from_stored: Callable[[idempotency.StoredResult], T],
    ) -> T:
        """Carry out a mutation's effect, or recall it; then whatever was loaded before is stale."""
        result = await self.db.write(
            lambda tx: idempotency.once(tx, request, lambda: effect(tx), to_stored, from_stored)
        )
        self.renew()
        return result
