"""Writing a batch in one transaction: all of it or nothing, and nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from bff.db.bulk import chunks
from bff.db.transaction import Tx
from bff.domain.orders.intake import add_orders, contradiction, stored_orders
from bff.domain.orders.model import order_id, shopper_id
from bff.domain.orders.parties import keep_filed_merchants, keep_named_merchants, keep_shoppers
from bff.domain.orders.records import OrderRecord
from bff.domain.policy.model import Policy, in_force
from bff.domain.policy.store import all_policies, publish
from bff.domain.stars.service import rate_shoppers
from bff.importer.credit_notes import (
    Key,
    add_credits,
    by_key,
    credit_contradictions,
    credit_errors,
    stored_credits,
)
from bff.importer.errors import LineError, raise_for
from bff.importer.reader import Placed, Progress
from bff.importer.records import CreditRecord
from bff.importer.validation import ImportBatch

STEP = 50


@dataclass(frozen=True, slots=True)
class PolicyVersions:
    """Versions to publish. Shoppers are rated by the newest of `own`, else by the one in force."""

    packaged: Sequence[Policy]
    own: Sequence[Policy] = ()


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What was new, and how many orders and credit lines were known already."""

    orders: int
    lines: int
    credit_lines: int
    shoppers: int
    merchants: int
    known_orders: int
    known_credit_lines: int


@dataclass(frozen=True, slots=True)
class _NewRecords:
    """What of a batch is not stored yet, and where it contradicts what is."""

    orders: list[OrderRecord]
    credits: dict[Key, Placed[CreditRecord]]
    errors: list[LineError]


async def load(
    tx: Tx, batch: ImportBatch, versions: PolicyVersions, progress: Progress
) -> ImportCounts:
    """`batch` has no `batch_errors`.

    Raises InvalidFilesError for what contradicts the database.
    """
    await publish(tx, [*versions.packaged, *versions.own])
    new = await _new_records(tx, batch)
    merchants = await keep_filed_merchants(tx, [each.record for each in batch.merchants])
    merchants += await keep_named_merchants(tx, new.orders)
    credited = [each.record.shopper_no for each in new.credits.values()]
    shoppers = await keep_shoppers(tx, new.orders, credited)
    await _write(tx, new, progress)
    await _rate(tx, new, versions)
    return ImportCounts(
        orders=len(new.orders),
        lines=sum(len(record.lines) for record in new.orders),
        credit_lines=len(new.credits),
        shoppers=shoppers,
        merchants=merchants,
        known_orders=len(batch.orders) - len(new.orders),
        known_credit_lines=len(batch.returns) - len(new.credits),
    )


async def _new_records(tx: Tx, batch: ImportBatch) -> _NewRecords:
    orders = await stored_orders(tx, [each.record for each in batch.orders])
    entries = by_key(batch.returns)
    credited = await stored_credits(tx, batch.returns)
    order_errors = (
        each.error(error) for each in batch.orders if (error := contradiction(each.record, orders))
    )
    return _NewRecords(
        orders=[
            each.record for each in batch.orders if order_id(each.record.order_no) not in orders
        ],
        credits={key: each for key, each in entries.items() if key not in credited},
        errors=[*order_errors, *credit_contradictions(entries, credited)],
    )


async def _write(tx: Tx, new: _NewRecords, progress: Progress) -> None:
    """Credit lines are held against the orders, old and new, so those come first."""
    versions = await all_policies(tx.connection)
    progress.start("Writing", len(new.orders) + len(new.credits))
    for chunk in chunks(new.orders, STEP):
        await add_orders(tx, chunk, versions)
        progress.advance(len(chunk))
    raise_for([*new.errors, *await credit_errors(tx, list(new.credits.values()))])
    await add_credits(tx, {key: each.record for key, each in new.credits.items()})
    progress.advance(len(new.credits))


async def _rate(tx: Tx, new: _NewRecords, versions: PolicyVersions) -> None:
    """Only those of whom something is new: the same files again must not touch a star."""
    published = await all_policies(tx.connection)
    policy = versions.own[-1] if versions.own else in_force(published, tx.now)
    numbers = {record.shopper_no for record in new.orders}
    numbers |= {each.record.shopper_no for each in new.credits.values()}
    for chunk in chunks(sorted(map(shopper_id, numbers))):
        await rate_shoppers(tx, chunk, policy)
