"""Shoppers with lines that can be returned in one tap, for the program in processes of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bff.app import tokens_of
from bff.services import open_services
from bff.settings import Settings
from tests.support.factories import Goods, create_order, create_shopper

MORNING = datetime(2026, 3, 10, 2, tzinfo=UTC)  # 10:00 in Shanghai: couriers come
PRICE_MINOR = 19_900


@dataclass(frozen=True, slots=True)
class Buyer:
    """A shopper at three stars; each of `lines` can be returned in one tap."""

    id: str
    token: str
    lines: tuple[str, ...]


async def create_buyers(settings: Settings, buyers: int, lines: int) -> list[Buyer]:
    """In a database that is there or is made. Each line costs PRICE_MINOR."""
    services = await open_services(settings)
    made = []
    for _ in range(buyers):
        shopper = await create_shopper(services.db, level=3)
        goods = [Goods(paid_minor=PRICE_MINOR)] * lines
        received_at = services.db.clock.now() - timedelta(days=1)
        ids = await create_order(services.db, shopper, goods, received_at=received_at)
        made.append(Buyer(shopper, tokens_of(settings).issue(shopper), tuple(ids)))
    await services.db.close()
    return made
