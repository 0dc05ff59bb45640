"""Gathering what the rules look at."""

from bff.core.refusal import NotFound
from bff.db.connection import Connection
from bff.domain.orders.store import lines_by_order, merchants_by_id, orders_by_id
from bff.domain.policy.store import PolicyBook
from bff.domain.returns.model import Return
from bff.domain.returns.rules.returnability import Subject
from bff.domain.returns.store import Bought, find_bought
from bff.domain.stars.model import LOWEST
from bff.domain.stars.store import stars_by_shopper


async def subject_to_open(
    connection: Connection, book: PolicyBook, shopper_id: str, order_line_id: str
) -> Subject:
    """With the level the shopper has now. Raises NotFound for a line that isn't theirs."""
    bought = await find_bought(connection, order_line_id)
    if bought is None or bought.order.shopper_id != shopper_id:
        raise NotFound("orderLineId")
    return await _subject(connection, book, bought, bought.level or LOWEST)


async def subjects_of_order(
    connection: Connection, book: PolicyBook, shopper_id: str, order_id: str
) -> list[Subject]:
    """One a line. Raises NotFound for an order that isn't theirs."""
    order = (await orders_by_id(connection, [order_id])).get(order_id)
    if order is None or order.shopper_id != shopper_id:
        raise NotFound("orderId")
    level = (await stars_by_shopper(connection, [shopper_id]))[shopper_id].level
    merchant = (await merchants_by_id(connection, [order.merchant_id]))[order.merchant_id]
    policy = await book.version(connection, order.policy_version)
    lines = await lines_by_order(connection, [order_id])
    return [Subject(line, order, merchant, policy, level) for line in lines[order_id]]


async def subject_opened(connection: Connection, book: PolicyBook, this_return: Return) -> Subject:
    """With the level that the return was opened on."""
    bought = await find_bought(connection, this_return.order_line_id)
    if bought is None:
        raise LookupError(this_return.order_line_id)
    return await _subject(connection, book, bought, this_return.star_level)


async def _subject(connection: Connection, book: PolicyBook, bought: Bought, level: int) -> Subject:
    policy = await book.version(connection, bought.order.policy_version)
    return Subject(bought.line, bought.order, bought.merchant, policy, level)
