"""New orders, and what they bring their shoppers in stars. The caller commits."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bff.db.transaction import Tx
from bff.domain.orders.intake import add_orders
from bff.domain.orders.model import shopper_id
from bff.domain.orders.parties import keep_named_merchants, keep_shoppers
from bff.domain.orders.records import OrderRecord
from bff.domain.policy.model import Policy
from bff.domain.stars.service import Purchase, rate_purchases


@dataclass(frozen=True, slots=True)
class NewParties:
    """How many came with the orders."""

    merchants: int
    shoppers: int


async def keep_orders(
    tx: Tx, new: Sequence[OrderRecord], versions: list[Policy], policy: Policy
) -> NewParties:
    """Each shopper is rated after each order, by `policy`: many at once have the effect of one
    after the other in the order of payment, whichever way they come (P3)."""
    merchants = await keep_named_merchants(tx, new)
    shoppers = await keep_shoppers(tx, new)
    bought: dict[str, list[Purchase]] = defaultdict(list)
    for record in sorted(new, key=lambda record: (record.paid_at, record.order_no)):
        units = sum(line.quantity for line in record.lines)
        bought[shopper_id(record.shopper_no)].append(Purchase(record.paid_at, units))
    await rate_purchases(tx, bought, policy)
    await add_orders(tx, new, versions)
    return NewParties(merchants, shoppers)
