"""The values to choose from: those in a database, and some that are not."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from bff.core.clock import local_date
from bff.core.pages import Position
from resolvers.connections import to_cursor

MAX_REPEATS = 4
NOBODY = "sho_nobody"
KINDS = ("sho", "adr", "mer", "ord", "oli", "ret", "ref", "pic")
CURSOR, EVENT = "cursor", "event"
OWNED = {
    "sho": "SELECT id, id FROM shoppers",
    "adr": "SELECT owner_id, id FROM addresses",
    "ord": "SELECT shopper_id, id FROM orders",
    "oli": "SELECT shopper_id, 'oli_' || substr(order_id, 5) || '-' || line_no FROM order_lines",
    "ret": "SELECT shopper_id, id FROM returns",
    "ref": "SELECT shopper_id, id FROM refunds",
    "pic": "SELECT shopper_id, id FROM pickups",
    # Of which something can still be done
    "ret open": "SELECT shopper_id, id FROM returns WHERE ended_at IS NULL",
    "pic open": "SELECT shopper_id, id FROM pickups"
    " WHERE status IN ('AWAITING_COURIER', 'ACCEPTED') OR fee_status = 'UNPAID'",
    "ord open": "SELECT shopper_id, id FROM orders WHERE shipped_at IS NULL",
    "oli open": "SELECT orders.shopper_id, 'oli_' || substr(order_id, 5) || '-' || line_no AS line"
    " FROM order_lines JOIN orders ON orders.id = order_id WHERE received_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM returns WHERE order_line_id = line)",
    CURSOR: "SELECT shopper_id, paid_at || '|' || id FROM orders"
    " UNION ALL SELECT shopper_id, opened_at || '|' || id FROM returns",
    EVENT: "SELECT events.shopper_id, events.id FROM events JOIN returns ON returns.id = topic"
    " UNION ALL SELECT substr(topic, 7), id FROM events WHERE topic LIKE 'stars:%'",
}
MERCHANTS = "SELECT id, id FROM merchants"
NO_IDS = ("", "nonsense", "ret_", "ret_none", "ord_none", "oli_none-1", "oli_x", "xyz_1", "ret_😀")
NO_CURSORS = ("", "nonsense", "====", "MTIz", "fHw", "2026-03-10", "0", "1", "999999")


@dataclass(frozen=True)
class Pool:
    """Ids and cursors by owner and kind; `at`: the moment to which everything has come."""

    owned: dict[str, dict[str, list[str]]]
    merchants: Sequence[str]
    at: datetime

    @cached_property
    def busy(self) -> list[str]:
        """Shoppers, the more often the more they have sent back."""
        times = {one: 1 + len(self.owned[one].get("ret", ())) // 3 for one in self.shoppers}
        return [one for one, often in times.items() for _ in range(min(often, MAX_REPEATS))]

    @cached_property
    def shoppers(self) -> list[str]:
        return sorted(one for one, kinds in self.owned.items() if "sho" in kinds)


def read_pool(path: Path) -> Pool:
    owned: dict[str, dict[str, list[str]]] = {}
    with closing(sqlite3.connect(path)) as connection:
        for kind, statement in OWNED.items():
            for owner, found in connection.execute(f"{statement} ORDER BY 1, 2"):
                value = _cursor(found) if kind == CURSOR else str(found)
                owned.setdefault(owner, {}).setdefault(kind, []).append(value)
        [(seconds,)] = connection.execute("PRAGMA user_version")
        merchants = [one for one, _ in connection.execute(f"{MERCHANTS} ORDER BY 1")]
    return Pool(owned, merchants, datetime.fromtimestamp(seconds, UTC))


def _cursor(row: str) -> str:
    at, _, identifier = row.partition("|")
    return to_cursor(Position(datetime.fromisoformat(at), identifier))


class Picker:
    """Chooses for one shopper, or for nobody. `odd`: how often it is something out of order."""

    def __init__(self, random: Random, pool: Pool, shopper: str | None, odd: float) -> None:
        self._random = random
        self._pool = pool
        self._own = pool.owned.get(shopper or NOBODY, {})
        self.odd = odd

    def one_of(self, *values: Any) -> Any:
        return self._random.choice(values)

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    @property
    def is_odd(self) -> bool:
        return self.odd > 0 and self.happens(self.odd)

    def id(self, kind: str | None = None) -> str:
        if self.is_odd:
            return str(self.one_of(*NO_IDS, self._others(kind or "ret")))
        kind = kind or self.one_of(*KINDS)
        if kind == "mer" and self._pool.merchants:
            return str(self._random.choice(self._pool.merchants))
        if kind == "adr" and self.happens(0.2):
            return self._others(kind, self.one_of(*self._pool.merchants))
        found = self._own.get(kind)
        return self._random.choice(found) if found else f"{kind}_none"

    def _others(self, kind: str, owner: str | None = None) -> str:
        of = self._pool.owned.get(owner or self._random.choice(self._pool.shoppers), {})
        return self._random.choice(of.get(kind) or [f"{kind}_none"])

    def cursor(self, kind: str) -> str | None:
        """Of a page, or of an event."""
        if self.is_odd:
            return str(self.one_of(*NO_CURSORS, self._others(kind)))
        if self.happens(0.5 if kind == CURSOR else 0.8):
            return None
        return self._random.choice(self._own.get(kind) or ["none"])

    def day(self) -> str:
        today = local_date(self._pool.at)
        if self.is_odd:
            return str(self.one_of("2020-01-01", "9999-12-31", "0001-01-01"))
        return (today + timedelta(days=self.one_of(-1, 0, 0, 1, 2, 3))).isoformat()

    def slot(self) -> str | None:
        """As soon as possible, a window, or none that there can be."""
        hour = self.one_of(9, 11, 13, 15, 17, 17, 18, 8)
        return self.one_of(None, f"{self.day().replace('-', '')}T{hour:02}")  # type: ignore[no-any-return]

    def number(self, *good: int | None, odd: Sequence[int]) -> int | None:
        found: int | None = self.one_of(*odd) if self.is_odd else self.one_of(*good)
        return found
