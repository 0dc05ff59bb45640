"""Something to return, whenever the demonstration is started: five shoppers, 1 to 5 stars."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bff.core.progress import NoProgress
from bff.db.database import Database
from bff.db.tables import orders
from bff.db.transaction import Tx
from bff.demo.batch import make_batch
from bff.demo.catalogue import PERSONAS
from bff.demo.findings import add_findings
from bff.domain.orders.model import order_id, shopper_id
from bff.domain.orders.store import shoppers_by_id
from bff.domain.policy.file import read_policies
from bff.domain.policy.store import all_policies
from bff.domain.stars.store import stars_by_shopper
from bff.importer.load import PolicyVersions, load
from bff.importer.validation import ImportBatch
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
        if batch.returns:
            await _add_findings(tx, batch)
    shoppers = await shoppers_by_id(tx.connection, IDS)
    stars = await stars_by_shopper(tx.connection, IDS)
    return [DemoShopper(key, shoppers[key].nickname, stars[key].level) for key in IDS]


async def _add_findings(tx: Tx, batch: ImportBatch) -> None:
    """Once, of the first orders: those of the months before."""
    for persona in PERSONAS:
        records = [each.record for each in batch.orders]
        own = [one for one in records if one.shopper_no == persona.shopper_no]
        own.sort(key=lambda record: record.paid_at)
        first = [order_id(record.order_no) for record in own[: len(persona.found)]]
        await add_findings(tx, persona, first)
