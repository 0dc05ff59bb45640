"""Gathering what the rules look at."""

from msgspec.structs import replace

from bff.core.refusal import NotFound
from bff.db.transaction import Tx
from bff.domain.orders.store import lines_by_order, merchants_by_id, orders_by_id
from bff.domain.policy.store import policy_version
from bff.domain.returns.lines import PurchasedLine, find_purchased_line
from bff.domain.returns.model import Return
from bff.domain.returns.rules.returnability import Subject
from bff.domain.stars.model import LOWEST
from bff.domain.stars.store import stars_by_shopper


async def subject_to_open(tx: Tx, shopper_id: str, order_line_id: str) -> Subject:
    """With the level the shopper has now. Raises NotFound for a line that isn't theirs."""
    bought = await find_purchased_line(tx.connection, shopper_id, order_line_id)
    if bought is None:
        raise NotFound("orderLineId")
    return await _subject(tx, bought, bought.level or LOWEST)


async def subjects_of_order(tx: Tx, shopper_id: str, order_id: str) -> list[Subject]:
    """One a line. Raises NotFound for an order that isn't theirs."""
    order = (await orders_by_id(tx.connection, shopper_id, [order_id])).get(order_id)
    if order is None:
        raise NotFound("orderId")
    level = (await stars_by_shopper(tx.connection, [shopper_id]))[shopper_id].level
    merchant = (await merchants_by_id(tx.connection, [order.merchant_id]))[order.merchant_id]
    policy = await policy_version(tx, order.policy_version)
    lines = await lines_by_order(tx.connection, shopper_id, [order_id])
    return [Subject(line, order, merchant, policy, level) for line in lines[order_id]]


async def subject_opened(tx: Tx, this_return: Return) -> Subject:
    """With the level that the return was opened on, and what the merchant has agreed to."""
    shopper_id, line_id = this_return.shopper_id, this_return.order_line_id
    bought = await find_purchased_line(tx.connection, shopper_id, line_id)
    if bought is None:
        raise LookupError(this_return.order_line_id)
    subject = await _subject(tx, bought, this_return.star_level)
    return replace(subject, merchant_agreed=this_return.merchant_bears_freight)


async def _subject(tx: Tx, bought: PurchasedLine, level: int) -> Subject:
    policy = await policy_version(tx, bought.order.policy_version)
    return Subject(bought.line, bought.order, bought.merchant, policy, level)
