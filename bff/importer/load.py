"""Writing a batch in one transaction: all of it or nothing, and nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from bff.db.database import Tx
from bff.domain.policy.model import Policy, in_force
from bff.domain.policy.store import all_policies, publish
from bff.domain.stars.service import rate_shoppers
from bff.importer.bulk import chunks
from bff.importer.checks import Batch
from bff.importer.credit_notes import (
    Key,
    add_credits,
    changed_credits,
    known_credits,
    numbered,
    unfit_credits,
)
from bff.importer.errors import BadLine, refuse
from bff.importer.orders import add_orders, changed_orders, known_orders
from bff.importer.people import keep_filed_merchants, keep_named_merchants, keep_shoppers
from bff.importer.reader import Placed, Progress
from bff.importer.records import OrderRecord, ReturnRecord
from bff.importer.rows import order_id, shopper_id

STEP = 50


@dataclass(frozen=True, slots=True)
class Rules:
    """Versions to publish. Shoppers are rated by the newest of `own`, else by the one in force."""

    packaged: Sequence[Policy]
    own: Sequence[Policy] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What was new, and how many orders and credit lines were known already."""

    orders: int
    lines: int
    credit_lines: int
    shoppers: int
    merchants: int
    known_orders: int
    known_credit_lines: int


@dataclass(frozen=True, slots=True)
class _News:
    """What of a batch is not stored yet, and what contradicts what is."""

    orders: list[OrderRecord]
    credits: dict[Key, Placed[ReturnRecord]]
    bad: list[BadLine]


async def load(tx: Tx, batch: Batch, rules: Rules, progress: Progress) -> Imported:
    """`batch` has no `problems`. Raises BadLinesError for what contradicts the database."""
    await publish(tx, [*rules.packaged, *rules.own])
    news = await _news(tx, batch)
    merchants = await keep_filed_merchants(tx, [each.record for each in batch.merchants])
    merchants += await keep_named_merchants(tx, news.orders)
    credited = [each.record for each in news.credits.values()]
    shoppers = await keep_shoppers(tx, news.orders, [record.shopper_no for record in credited])
    await _write(tx, news, progress)
    await _rate(tx, news, rules)
    return _told(batch, news, shoppers, merchants)


async def _news(tx: Tx, batch: Batch) -> _News:
    stored = await known_orders(tx, batch.orders)
    entries = numbered(batch.returns)
    credited = await known_credits(tx, batch.returns)
    records = [each.record for each in batch.orders]
    return _News(
        orders=[record for record in records if order_id(record.order_no) not in stored],
        credits={key: each for key, each in entries.items() if key not in credited},
        bad=[*changed_orders(batch.orders, stored), *changed_credits(entries, credited)],
    )


async def _write(tx: Tx, news: _News, progress: Progress) -> None:
    """Credit lines are held against the orders, old and new, so those come first."""
    versions = await all_policies(tx.connection)
    progress.start("Writing", len(news.orders) + len(news.credits))
    for chunk in chunks(news.orders, STEP):
        await add_orders(tx, chunk, versions)
        progress.advance(len(chunk))
    refuse([*news.bad, *await unfit_credits(tx, list(news.credits.values()))])
    await add_credits(tx, {key: each.record for key, each in news.credits.items()})
    progress.advance(len(news.credits))


async def _rate(tx: Tx, news: _News, rules: Rules) -> None:
    """Only those of whom something is new: the same files again must not touch a star."""
    rule = rules.own[-1] if rules.own else in_force(await all_policies(tx.connection), tx.now)
    numbers = {record.shopper_no for record in news.orders}
    numbers |= {each.record.shopper_no for each in news.credits.values()}
    for chunk in chunks(sorted(map(shopper_id, numbers))):
        await rate_shoppers(tx, chunk, rule)


def _told(batch: Batch, news: _News, shoppers: int, merchants: int) -> Imported:
    return Imported(
        orders=len(news.orders),
        lines=sum(len(record.lines) for record in news.orders),
        credit_lines=len(news.credits),
        shoppers=shoppers,
        merchants=merchants,
        known_orders=len(batch.orders) - len(news.orders),
        known_credit_lines=len(batch.returns) - len(news.credits),
    )
