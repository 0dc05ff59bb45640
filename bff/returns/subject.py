"""Gathering what the rules look at."""

from bff.core.refusal import NotFound
from bff.db.connection import Connection
from bff.orders.model import OrderLine
from bff.orders.store import lines_by_id, lines_by_order, merchants_by_id, orders_by_id
from bff.policy.store import PolicyBook
from bff.refunds.store import held_by_line
from bff.returns.model import Return
from bff.returns.rules import Subject
from bff.stars.store import stars_by_shopper


async def subject_to_open(
    connection: Connection, book: PolicyBook, shopper_id: str, order_line_id: str
) -> Subject:
    """With the level the shopper has now. Raises NotFound for a line that isn't theirs."""
    stars = (await stars_by_shopper(connection, [shopper_id]))[shopper_id]
    line = (await lines_by_id(connection, [order_line_id])).get(order_line_id)
    if line is None:
        raise NotFound("orderLineId")
    subject = await _subject(connection, book, line, stars.level)
    if subject.order.shopper_id != shopper_id:
        raise NotFound("orderLineId")
    return subject


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
    lines = (await lines_by_order(connection, [order_id]))[order_id]
    held = await held_by_line(connection, [line.id for line in lines])
    return [Subject(line, order, merchant, policy, level, held[line.id]) for line in lines]


async def subject_opened(connection: Connection, book: PolicyBook, this_return: Return) -> Subject:
    """With the level that the return was opened on."""
    line = (await lines_by_id(connection, [this_return.order_line_id]))[this_return.order_line_id]
    return await _subject(connection, book, line, this_return.star_level)


async def _subject(
    connection: Connection, book: PolicyBook, line: OrderLine, level: int
) -> Subject:
    order = (await orders_by_id(connection, [line.order_id]))[line.order_id]
    merchant = (await merchants_by_id(connection, [order.merchant_id]))[order.merchant_id]
    policy = await book.version(connection, order.policy_version)
    held = (await held_by_line(connection, [line.id]))[line.id]
    return Subject(line, order, merchant, policy, level, held)
