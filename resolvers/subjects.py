"""What the rules of the domain look at, put together from what the loaders have."""

from collections.abc import Sequence

from bff.domain.orders.model import OrderLine
from bff.domain.returns.model import Case, Return
from bff.domain.returns.rules.returnability import Subject
from bff.graphql.context import Context
from loaders.orders import merchants_by_id, orders_by_id
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return
from loaders.stars import stars_by_shopper


async def load_subject(context: Context, line: OrderLine, level: int) -> Subject:
    """At a return's star level."""
    loaders = context.loaders
    order = await loaders.require(orders_by_id, line.order_id)
    merchant = await loaders.require(merchants_by_id, order.merchant_id)
    policy = await context.policy(order.policy_version)
    return Subject(line, order, merchant, policy, level)


async def load_subjects(context: Context, lines: Sequence[OrderLine]) -> list[Subject]:
    """Of a whole level, each at its shopper's own star level."""
    loaders = context.loaders
    orders = await loaders.require_by_key(orders_by_id, {line.order_id for line in lines})
    merchant_ids = {order.merchant_id for order in orders.values()}
    merchants = await loaders.require_by_key(merchants_by_id, merchant_ids)
    shopper_ids = {order.shopper_id for order in orders.values()}
    stars = await loaders.require_by_key(stars_by_shopper, shopper_ids)
    versions = {order.policy_version for order in orders.values()}
    policies = {version: await context.policy(version) for version in versions}
    return [
        Subject(
            line,
            order := orders[line.order_id],
            merchants[order.merchant_id],
            policies[order.policy_version],
            stars[order.shopper_id].level,
        )
        for line in lines
    ]


async def load_case(context: Context, this_return: Return) -> Case:
    """The return with all that decides what is to happen next."""
    loaders = context.loaders
    pickup = await loaders.load(pickups_by_return, this_return.id)
    return Case(
        this_return,
        await loaders.require(refunds_by_return, this_return.id),
        pickup,
        await loaders.require(missed_by_return, this_return.id),
    )
