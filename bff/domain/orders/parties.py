"""Keeping shoppers, merchants and addresses. An order's word counts only for the unknown.

Of a shopper who was erased nothing is kept again, whatever files and webhooks repeat.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import asdict

from bff.db.bulk import insert_all, read_all
from bff.db.tables import merchants, shoppers
from bff.db.transaction import Tx
from bff.db.updates import update_row
from bff.domain.orders.model import Merchant, Order, Shopper, merchant_id, shopper_id
from bff.domain.orders.records import MerchantRecord, OrderRecord, address_of, merchant_of
from bff.domain.orders.store import (
    erasures_by_shopper,
    keep_addresses,
    merchants_by_id,
    update_order,
)


async def keep_filed_merchants(tx: Tx, filed: Sequence[MerchantRecord]) -> int:
    """How many are new. What a merchant files replaces what was known of it."""
    pairs = [merchant_of(record) for record in filed]
    await keep_addresses(tx, [address for _, address in pairs if address])
    stored = await read_all(merchants_by_id, tx, [merchant.id for merchant, _ in pairs])
    for merchant, _ in pairs:
        if stored.get(merchant.id, merchant) != merchant:
            await update_row(tx, merchants, merchant.id, asdict(merchant))
    return await _add_merchants(tx, [merchant for merchant, _ in pairs])


async def keep_named_merchants(tx: Tx, orders: Sequence[OrderRecord]) -> int:
    """How many are new: they have filed nothing, so no cover and no return address."""
    names = _first_names((record.merchant_no, record.merchant_name) for record in orders)
    named = [
        Merchant(merchant_id(number), number, name, covers_pickup=False, return_address_id=None)
        for number, name in names.items()
    ]
    return await _add_merchants(tx, named)


async def _add_merchants(tx: Tx, wanted: Sequence[Merchant]) -> int:
    stored = await read_all(merchants_by_id, tx, [merchant.id for merchant in wanted])
    new = [asdict(merchant) for merchant in wanted if merchant.id not in stored]
    await insert_all(tx, merchants, new)
    return len(new)


async def keep_shoppers(tx: Tx, orders: Sequence[OrderRecord], others: Iterable[str] = ()) -> int:
    """How many are new; `others` are the numbers of shoppers who may have no order."""
    bought = [(record.shopper_no, record.nickname) for record in orders]
    names = _first_names([*bought, *((number, None) for number in others)])
    wanted = [Shopper(shopper_id(number), name) for number, name in names.items()]
    stored = await read_all(erasures_by_shopper, tx, [shopper.id for shopper in wanted])
    new = [asdict(shopper) for shopper in wanted if shopper.id not in stored]
    await insert_all(tx, shoppers, new)
    homes = [
        address_of(record.ship_to, shopper_id(record.shopper_no))
        for record in orders
        if record.ship_to
    ]
    await keep_addresses(tx, homes)
    return len(new)


async def find_erased(tx: Tx, shopper_ids: Sequence[str]) -> set[str]:
    """Those who were erased."""
    known = await read_all(erasures_by_shopper, tx, shopper_ids)
    return {key for key, erased_at in known.items() if erased_at}


async def fill_ship_to(tx: Tx, order: Order, record: OrderRecord) -> bool:
    """Whether the record says where a known order is delivered, which was not known: orders of an
    older version lack it. One that is known stays."""
    if order.ship_to_address_id or record.ship_to is None:
        return False
    if await find_erased(tx, [order.shopper_id]):
        return False
    address = address_of(record.ship_to, order.shopper_id)
    await keep_addresses(tx, [address])
    await update_order(tx, order, ship_to_address_id=address.id)
    return True


def _first_names(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """The first name given to each number; the number where there is none."""
    names: dict[str, str | None] = {}
    for number, name in pairs:
        names[number] = names.get(number) or name
    return {number: name or number for number, name in names.items()}
