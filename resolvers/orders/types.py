"""Orders with their lines, merchants and addresses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from bff.core import money
from bff.domain.orders import model
from bff.domain.returns.rules import refundability as refund_rules
from bff.domain.returns.rules import returnability as return_rules
from bff.locale.language import Language
from bff.locale.messages import N_, translate
from loaders.orders import (
    addresses_by_id,
    lines_by_order,
    merchants_by_id,
    order_counts,
    orders_by_id,
)
from resolvers.argument_errors import argument_error
from resolvers.connections import PageInfo
from resolvers.fields import (
    Info,
    attribute,
    loaded,
    resolved,
    resolved_by_level,
    view_of,
)
from resolvers.messages.orders import (
    CLOSED,
    DELIVERED_ALL_THE_SAME,
    NOTHING_LEFT,
    PARTLY_REFUNDED,
    STATUSES,
)
from resolvers.money import Money
from resolvers.nodes import Node
from resolvers.orders.refundability import Refundability
from resolvers.orders.returnability import Returnability
from resolvers.subjects import load_subjects


@view_of(model.Address, description="An address: a shopper's own, or a merchant's for returns.")
class Address(Node):
    recipient: str = attribute("The recipient's name.")
    phone: str = attribute("The recipient's phone number.")
    region: str = attribute("Province, city and district.")
    area_code: str | None = attribute(
        "The place's code by GB/T 2260, by which pickup places are counted; "
        "null for one outside China."
    )
    street: str = attribute("Street and house number.")
    is_default: bool = attribute("Whether its owner has chosen it as the default.")


@view_of(model.Merchant, description="Who sold the goods (商家).")
class Merchant(Node):
    name: str = attribute("The shop's name.")

    @resolved_by_level("Whether the merchant takes part in express return now.", kind=bool)
    @staticmethod
    async def pilot(parents: Sequence[model.Merchant], info: Info) -> list[bool]:
        pilot = (await info.context.current_policy()).pilot.merchants
        return [merchant.number in pilot for merchant in parents]


@strawberry.type(description="A category of goods.")
class Category:
    code: str = attribute("Names the category.")
    title: str = attribute("The category's name.")


@view_of(model.OrderLine, description="Goods of one kind in an order.")
class OrderLine(Node):
    sku: str = attribute("The merchant's number for the goods.")
    title: str = attribute("What they are.")
    quantity: int = attribute("How many were bought.")
    unit_price: Money = attribute("The price of one, before the order's discount.")
    paid: Money = attribute("What was paid for the line, after its share of the order's discount.")
    order: Annotated["Order", strawberry.lazy("resolvers.orders.types")] = loaded(
        orders_by_id, by="order_id", description="The order it belongs to."
    )

    @resolved_by_level("A category of goods.", kind=Category)
    @staticmethod
    async def category(parents: Sequence[model.OrderLine], info: Info) -> list[Category]:
        policy, language = await info.context.current_policy(), info.context.language
        return [
            Category(code=line.category, title=policy.category_title(line.category, language))
            for line in parents
        ]

    left: int = attribute(
        "How many can still be returned, whatever the other rules say.",
        name="returnableQuantity",
    )

    @resolved_by_level(
        "Whether and how it can be returned, and what comes back.", kind=Returnability
    )
    @staticmethod
    async def returnability(
        parents: Sequence[model.OrderLine],
        info: Info,
        quantity: Annotated[
            int | None, strawberry.argument(description="How many; all that are left by default.")
        ] = None,
    ) -> list[return_rules.Returnability]:
        if quantity is not None and quantity < 1:
            raise argument_error(info.context.language, "quantity", N_("a whole number from 1 up"))
        subjects = await load_subjects(info.context, parents)
        return [return_rules.assess(subject, quantity, info.context.now) for subject in subjects]


@view_of(model.Order, description="What was bought at once from one merchant.")
class Order(Node):
    number: str = attribute("The order's number.")
    status: model.OrderStatus = attribute("Its status.")
    paid_at: datetime = attribute("When it was paid.")
    shipped_at: datetime | None = attribute("When it was shipped.")
    received_at: datetime | None = attribute("When it was received (签收).")
    refunded_at: datetime | None = attribute(
        "When all of it was refunded, before it was shipped; null otherwise."
    )
    ship_to: Address | None = loaded(
        addresses_by_id,
        by="ship_to_address_id",
        description="Where it is delivered, and where a courier comes by default; null where "
        "the shop has not said.",
    )
    merchant: Merchant = loaded(merchants_by_id, by="merchant_id", description="Who sold it.")
    lines: list[OrderLine] = loaded(lines_by_order, by="id", description="What was bought.")

    @resolved("Whether and how it can be refunded before it is shipped.", kind=Refundability)
    @staticmethod
    async def refundability(
        parent: strawberry.Parent[model.Order], info: Info
    ) -> refund_rules.Refundability:
        lines = await info.context.loaders.require(lines_by_order, parent.id)
        subjects = await load_subjects(info.context, lines)
        return refund_rules.assess_refund(subjects, refund_rules.whole_order(subjects))

    @resolved_by_level("What was paid for all of it.", kind=Money)
    @staticmethod
    async def paid(parents: Sequence[model.Order], info: Info) -> list[money.Money]:
        return [content.paid for content in await _contents(parents, info)]

    @resolved_by_level("What is refunded of it, or is being refunded.", kind=Money)
    @staticmethod
    async def refunded(parents: Sequence[model.Order], info: Info) -> list[money.Money]:
        return [content.refunded for content in await _contents(parents, info)]

    @resolved_by_level("What was paid for what is left of it.", kind=Money)
    @staticmethod
    async def left(parents: Sequence[model.Order], info: Info) -> list[money.Money]:
        return [content.left for content in await _contents(parents, info)]

    @resolved_by_level("Where it stands and what is left of it, in words.", kind=str)
    @staticmethod
    async def message(parents: Sequence[model.Order], info: Info) -> list[str]:
        contents = await _contents(parents, info)
        return [
            _message(info.context.language, order, content)
            for order, content in zip(parents, contents, strict=True)
        ]


async def _contents(orders: Sequence[model.Order], info: Info) -> list[model.OrderContent]:
    lines = await info.context.loaders.require_many(lines_by_order, [one.id for one in orders])
    return [
        model.OrderContent(tuple(of_order), order.currency)
        for order, of_order in zip(orders, lines, strict=True)
    ]


def _message(language: Language, order: model.Order, content: model.OrderContent) -> str:
    facts = {"refunded": content.refunded, "left": content.left}
    if order.refunded_at:
        closed = order.status is model.OrderStatus.CLOSED
        return translate(language, CLOSED if closed else DELIVERED_ALL_THE_SAME, **facts)
    if not content.is_touched:
        return translate(language, STATUSES[order.status])
    if not content.pieces_left:
        return translate(language, NOTHING_LEFT, **facts)
    pieces, bought = content.pieces_left, content.pieces
    return translate(language, PARTLY_REFUNDED, pieces=pieces, bought=bought, **facts)


@strawberry.type(description="An order in a list.")
class OrderEdge:
    node: Order = attribute("The order.")
    cursor: str = attribute("Where it stands in the list.")


@strawberry.type(description="A page of orders, newest first.")
class OrderConnection:
    edges: list[OrderEdge] = attribute("The orders with their cursors.")
    nodes: list[Order] = attribute("The orders alone.")
    page_info: PageInfo = attribute("Where the page stands in the whole list.")
    total_count: int = loaded(
        order_counts, by="shopper_id", description="How many there are in all."
    )
