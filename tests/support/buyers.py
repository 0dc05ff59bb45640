"""Shoppers with lines that can be returned in one tap, for the program in processes of its own."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bff.app import tokens_of
from bff.core.areas import TABLE, area_code
from bff.services import open_services
from bff.settings import Settings
from tests.support.factories import Goods, create_order, create_shopper

MORNING = datetime(2026, 3, 10, 2, tzinfo=UTC)  # 10:00 in Shanghai: couriers come
PRICE_MINOR = 19_900


@dataclass(frozen=True, slots=True)
class Buyer:
    """A shopper at three stars; each of `lines` can be returned in one tap, and the insurer pays
    the courier. `region`: of a county of which there are few others."""

    id: str
    token: str
    lines: tuple[str, ...]
    region: str


async def create_buyers(settings: Settings, buyers: int, lines: int) -> list[Buyer]:
    """In a database that is there or is made. Each line costs PRICE_MINOR."""
    services = await open_services(settings)
    made = []
    for _, region in zip(range(buyers), itertools.cycle(_counties())):
        shopper = await create_shopper(services.db, level=3)
        goods = [Goods(paid_minor=PRICE_MINOR, freight_insured=True)] * lines
        received_at = services.db.clock.now() - timedelta(days=1)
        ids = await create_order(services.db, shopper, goods, received_at=received_at)
        made.append(Buyer(shopper, tokens_of(settings).issue(shopper), tuple(ids), region))
    await services.db.close()
    return made


def _counties() -> Iterator[str]:
    """Each with its province and city, as an address names it."""
    with TABLE.open() as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        names = {row["code"]: row["name"] for row in rows}
    for code, name in names.items():
        region = "".join([names[f"{code[:2]}0000"], names.get(f"{code[:4]}00", ""), name])
        if not code.endswith("00") and area_code(region) == code:
            yield region
