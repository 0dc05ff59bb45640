"""What a life begins with: random shoppers, their orders, their merchants."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bff.core.areas import area_code
from bff.db.tables import metadata, policies
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy
from bff.settings import PACKAGED_POLICY
from tests.support.world import START

PLACES = 1
REGIONS = ("浙江省杭州市西湖区", "北京市海淀区")
# Its number, whether it pays for pickups, whether it has filed an address for returns
MERCHANTS = (("linen-house", False, True), ("northwind", True, True), ("corner-shop", False, False))
CATEGORIES = ("womenswear",) * 12 + ("shoes",) * 4 + ("electronics",) * 3 + ("fresh",)
LATE, ON_ITS_WAY, UNSHIPPED = "late", "on its way", "unshipped"
RECEIVED = "received"
# In the order in which rows may go
EMPTIED = (
    *(table.name for table in reversed(metadata.sorted_tables) if table is not policies),
    "sqlite_sequence",
)


def tight_policy() -> Policy:
    """As packaged, with few places for pickups."""
    policy = read_policies(PACKAGED_POLICY)[-1]
    pickup = policy.pickup.model_copy(update={"capacity": PLACES})
    return policy.model_copy(update={"pickup": pickup})


@dataclass(frozen=True)
class Bought:
    """An order's line; `paid_minor` is after its share of a discount, so any number of cents."""

    category: str
    quantity: int
    paid_minor: int
    insured: bool
    waived: bool


@dataclass(frozen=True)
class Kind:
    """Of shopper: what each of these is chosen from."""

    levels: Sequence[int]
    merchants: Sequence[int]
    stages: Sequence[str]
    currencies: Sequence[str]


ANYBODY = Kind(
    levels=(1, 1, 2, 2, 3, 4, 4, 5),
    merchants=(4, 3, 3),
    stages=(RECEIVED,) * 7 + (LATE, ON_ITS_WAY, ON_ITS_WAY) + (UNSHIPPED,) * 6,
    currencies=("CNY",) * 8 + ("GBP", "EUR"),
)
TRUSTED = Kind(
    levels=(3, 3, 3, 4),
    merchants=(6, 1, 0),
    stages=(RECEIVED,) * 12 + (UNSHIPPED, ON_ITS_WAY),
    currencies=("CNY",),
)


class Town:
    """Fills the tables anew for every life, over a connection of its own."""

    def __init__(self, connection: sqlite3.Connection, policy: Policy) -> None:
        self._connection = connection
        self._policy = policy

    def found(self, random: Random, *, trusted: bool) -> None:
        """`trusted`: by shoppers who get express returns, of goods that can be returned."""
        add = self._connection.execute
        add("BEGIN IMMEDIATE")
        for table in EMPTIED:
            add(f"DELETE FROM {table}")
        self._add_merchants()
        for number in range(1, random.choice((1, 2, 2, 3)) + 1):
            self._add_shopper(random, f"sho_{number}", TRUSTED if trusted else ANYBODY)
        add("COMMIT")

    def _add(self, table: str, *rows: Sequence[object]) -> None:
        """Of the table's first columns; newer ones have their defaults."""
        places = ", ".join("?" * len(rows[0]))
        known = self._connection.execute(f"SELECT name FROM pragma_table_info('{table}')")
        names = ", ".join(name for (name,) in known.fetchmany(len(rows[0])))
        self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)

    def _add_merchants(self) -> None:
        for number, covers, files in MERCHANTS:
            merchant, address = f"mer_{number}", f"adr_{number}"
            if files:
                self._add_address(address, merchant, REGIONS[0])
            self._add("merchants", (merchant, number, number, covers, address if files else None))

    def _add_address(self, address: str, owner: str, region: str) -> None:
        row = (address, owner, owner, "13800000000", region, "文三路1号", area_code(region))
        self._add("addresses", row)

    def _add_shopper(self, random: Random, shopper: str, kind: Kind) -> None:
        self._add("shoppers", (shopper, shopper))
        if random.random() < 0.85:
            self._add_address(f"adr_{shopper}", shopper, random.choice(REGIONS))
        level, at = random.choice(kind.levels), stored(START - timedelta(days=400))
        # Staff's word: it stands beside whatever the scorecard says
        factors = json.dumps([{"code": "STAFF_DECISION", "value": level, "points": 80}])
        first = (shopper, 0, level, None, at, "STAFF_DECISION", None, factors)
        self._add("star_changes", first)
        for number in range(1, random.choice((1, 1, 2, 3)) + 1):
            self._add_order(random, shopper, f"{shopper[4:]}{number}", kind)

    def _add_order(self, random: Random, shopper: str, number: str, kind: Kind) -> None:
        merchant = random.choices(MERCHANTS, kind.merchants)[0][0]
        stage, currency = random.choice(kind.stages), random.choice(kind.currencies)
        paid, shipped, received = (at and stored(at) for at in moments(random, stage))
        version, order = self._policy.version, f"ord_{number}"
        what = (order, number, shopper, f"mer_{merchant}", currency, version)
        self._add("orders", (*what, paid, shipped, received))
        self._add("order_lines", *lines(random, order, currency, postage=stage == UNSHIPPED))


def moments(random: Random, stage: str) -> Iterator[datetime | None]:
    """Of payment, shipment and receipt."""
    received = START - timedelta(days=8 if stage == LATE else random.randint(0, 3), hours=1)
    yield received - timedelta(days=3)
    yield None if stage == UNSHIPPED else received - timedelta(days=2)
    yield None if stage in (UNSHIPPED, ON_ITS_WAY) else received


def lines(
    random: Random, order: str, currency: str, *, postage: bool
) -> Iterator[tuple[object, ...]]:
    goods = [bought(random) for _ in range(random.choice((1, 1, 2)))]
    if postage and random.random() < 0.5:
        goods.append(Bought("postage", 1, 1_001, insured=False, waived=False))
    for number, one in enumerate(goods, start=1):
        what = (order, number, f"sku-{number}", one.category, one.category, one.quantity)
        unit_price = -(-one.paid_minor // one.quantity)
        yield *what, unit_price, one.paid_minor, one.insured, one.waived, currency, 0, 0


def bought(random: Random) -> Bought:
    dear = random.random() < 0.1
    paid = random.randint(300_000, 500_000) if dear else random.randint(1, 50_000)
    return Bought(
        random.choice(CATEGORIES),
        quantity=random.choice((1, 1, 2, 3, 4, 7)),
        paid_minor=0 if random.random() < 0.02 else paid,
        insured=random.random() < 0.3,
        waived=random.random() < 0.03,
    )


def stored(at: datetime) -> str:
    """As the tables have it."""
    return at.isoformat(timespec="microseconds")
