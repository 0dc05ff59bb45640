"""Writing a batch in one transaction: each line whole or not at all, and nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bff.core.progress import Progress
from bff.db.bulk import chunks
from bff.db.locks import lock
from bff.db.transaction import Tx
from bff.domain.orders.intake import milestones_of, order_differences, stored_orders
from bff.domain.orders.model import Order, order_id, shopper_id
from bff.domain.orders.parties import fill_ship_to, find_erased, keep_filed_merchants
from bff.domain.orders.records import MerchantRecord, OrderRecord
from bff.domain.orders.validation import erased_error
from bff.domain.policy.model import Policy, in_force
from bff.domain.policy.store import all_policies, publish
from bff.domain.returns.reports.orders import reach
from bff.domain.stars.purchases import NewParties, keep_orders
from bff.domain.stars.service import rate_shoppers
from bff.importer.credit_notes import KeptCredits, keep_credits
from bff.importer.errors import LineError
from bff.importer.reader import Placed
from bff.importer.validation import ImportBatch, valid_lines

STEP = 50


@dataclass(frozen=True, slots=True)
class PolicyVersions:
    """Versions to publish. Shoppers are rated by the newest of `own`, else by the one in force."""

    packaged: Sequence[Policy]
    own: Sequence[Policy] = ()


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What was new, and how many orders and credit lines were known already.

    `advanced_orders`: of the known ones, those that were shipped or received since. `refused`:
    what is wrong with the lines that were not kept.
    """

    orders: int
    lines: int
    credit_lines: int
    shoppers: int
    merchants: int
    known_orders: int
    known_credit_lines: int
    advanced_orders: int = 0
    refused: tuple[LineError, ...] = ()


@dataclass(frozen=True, slots=True)
class _SortedOrders:
    """The new ones as they were paid; the known ones with what is reported of them now."""

    new: list[OrderRecord] = field(default_factory=list)
    known: list[tuple[Order, OrderRecord]] = field(default_factory=list)
    refused: list[LineError] = field(default_factory=list)


async def load(
    tx: Tx, batch: ImportBatch, versions: PolicyVersions, progress: Progress
) -> ImportCounts:
    """What is wrong by itself or contradicts the database is refused, line by line."""
    numbers = {each.record.shopper_no for each in batch.orders}
    numbers |= {each.record.shopper_no for each in batch.returns}
    await lock(tx, [*map(shopper_id, numbers)])
    await publish(tx, [*versions.packaged, *versions.own])
    published = await all_policies(tx.connection)
    policy = versions.own[-1] if versions.own else in_force(published, tx.now)
    right, refused = valid_lines(batch, tx.now)
    orders = await _sort(tx, right.orders)
    progress.start("Writing", len(orders.new) + len(right.returns))
    merchants = await keep_filed_merchants(tx, _filed(right.merchants))
    parties = await _add(tx, orders.new, published, policy, progress)
    advanced = [await _renew(tx, order, record) for order, record in orders.known]
    # They are held against the orders, old and new.
    credit = await keep_credits(tx, right.returns)
    progress.advance(len(right.returns))
    await _rate(tx, credit, policy)
    return ImportCounts(
        orders=len(orders.new),
        lines=sum(len(record.lines) for record in orders.new),
        credit_lines=len(credit.new),
        shoppers=sum(each.shoppers for each in parties) + credit.shoppers,
        merchants=sum(each.merchants for each in parties) + merchants,
        known_orders=len(orders.known),
        known_credit_lines=credit.known,
        advanced_orders=sum(advanced),
        refused=(*refused, *orders.refused, *credit.refused),
    )


async def _sort(tx: Tx, placed: Sequence[Placed[OrderRecord]]) -> _SortedOrders:
    """Whatever their sequence in the file: an order that stands there twice is the same twice."""
    by_number = {each.record.order_no: each for each in placed}
    stored = await stored_orders(tx, [each.record for each in by_number.values()])
    erased = await find_erased(tx, [shopper_id(each.record.shopper_no) for each in placed])
    found = _SortedOrders()
    for each in sorted(by_number.values(), key=_paid):
        known = stored.get(order_id(each.record.order_no))
        if known is None and shopper_id(each.record.shopper_no) in erased:
            found.refused.append(each.error(erased_error(each.record.shopper_no)))
        elif known is None:
            found.new.append(each.record)
        elif errors := list(order_differences(each.record, *known)):
            found.refused.extend(map(each.error, errors))
        else:
            found.known.append((known[0], each.record))
    return found


async def _renew(tx: Tx, order: Order, record: OrderRecord) -> bool:
    """Whether it was shipped or received since."""
    await fill_ship_to(tx, order, record)
    return await reach(tx, order, milestones_of(record))


def _paid(each: Placed[OrderRecord]) -> tuple[object, ...]:
    return each.record.paid_at, each.record.order_no


def _filed(placed: Sequence[Placed[MerchantRecord]]) -> list[MerchantRecord]:
    return list({each.record.merchant_no: each.record for each in placed}.values())


async def _add(
    tx: Tx,
    new: Sequence[OrderRecord],
    published: list[Policy],
    policy: Policy,
    progress: Progress,
) -> list[NewParties]:
    parties: list[NewParties] = []
    for chunk in chunks(new, STEP):
        parties.append(await keep_orders(tx, chunk, published, policy))
        progress.advance(len(chunk))
    return parties


async def _rate(tx: Tx, credit: KeptCredits, policy: Policy) -> None:
    """Only those of whom a credit note is new: the same files again must not touch a star."""
    for chunk in chunks(sorted({shopper_id(record.shopper_no) for record in credit.new})):
        await rate_shoppers(tx, chunk, policy)
