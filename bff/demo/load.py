"""Something to return, whenever the demonstration is started: five shoppers, 1 to 5 stars."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bff.db.database import Database
from bff.db.tables import orders
from bff.db.transaction import Tx
from bff.demo.batch import make_batch
from bff.demo.catalogue import PERSONAS
from bff.domain.orders.model import shopper_id
from bff.domain.orders.store import shoppers_by_id
from bff.domain.policy.file import read_policies
from bff.domain.policy.store import all_policies
from bff.domain.stars.store import stars_by_shopper
from bff.importer.load import PolicyVersions, load
from bff.importer.reader import NoProgress
from bff.settings import PACKAGED_POLICY

FRESH_FOR = timedelta(days=3)
IDS = [shopper_id(persona.shopper_no) for persona in PERSONAS]


@dataclass(frozen=True, slots=True)
class DemoShopper:
    id: str
    nickname: str
    level: int


async def load_demo(db: Database) -> list[DemoShopper]:
    """Add recent orders unless some were received within three days. Lowest stars first."""
    return await db.write(_load)


async def _load(tx: Tx) -> list[DemoShopper]:
    newest = select(func.max(orders.c.received_at)).where(orders.c.shopper_id.in_(IDS))
    received_at: datetime | None = (await tx.execute(newest)).scalar()
    if received_at is None or received_at < tx.now - FRESH_FOR:
        batch = make_batch(tx.now, first=received_at is None)
        # What is published; the packaged policy only where there is none.
        published = await all_policies(tx.connection)
        versions = PolicyVersions(packaged=published or read_policies(PACKAGED_POLICY))
        loaded = await load(tx, batch, versions, NoProgress())
        if loaded.refused:
            raise ValueError(loaded.refused)
    shoppers = await shoppers_by_id(tx.connection, IDS)
    stars = await stars_by_shopper(tx.connection, IDS)
    return [DemoShopper(key, shoppers[key].nickname, stars[key].level) for key in IDS]
