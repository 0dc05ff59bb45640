"""Calls are about things as they are when they are made."""

from bff.partners.outbound.facts import pickup_facts, return_facts
from tests.support.factories import WEST_LAKE
from tests.support.return_cases import ELECTRONICS, open_case, shipped_case
from tests.support.world import World


async def test_a_return_comes_with_its_refund_line_order_and_merchant(world: World) -> None:
    case = await shipped_case(world)
    async with world.db.read() as connection:
        facts = await return_facts(connection, case.this_return)
    assert (facts.this_return, facts.refund) == (case.this_return, case.refund)
    assert facts.line.id == case.this_return.order_line_id
    assert facts.order.id == facts.line.order_id
    assert facts.merchant.id == case.this_return.merchant_id
    assert facts.goes_to
    assert facts.goes_to.id == case.this_return.return_address_id


async def test_before_the_approval_the_goods_go_nowhere(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    async with world.db.read() as connection:
        assert (await return_facts(connection, case.this_return)).goes_to is None


async def test_a_pickup_comes_with_the_shoppers_address_and_its_parcel(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    async with world.db.read() as connection:
        facts = await pickup_facts(connection, case.pickup)
        parcel = await return_facts(connection, case.this_return)
    assert (facts.pickup, facts.parcel) == (case.pickup, [parcel])
    assert (facts.comes_from.id, facts.comes_from.region) == (case.pickup.address_id, WEST_LAKE)
    assert facts.comes_from.owner_id == case.this_return.shopper_id
