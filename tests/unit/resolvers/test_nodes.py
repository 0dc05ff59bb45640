import pytest

from bff.core import ids
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.returns.commands.returns import TapRequest, one_tap
from resolvers.nodes import LOOKUPS, load_own_return, node, nodes
from tests.support.factories import create_address, create_order, create_shopper
from tests.support.views import context_of
from tests.support.world import START, World


async def open_return(world: World, shopper: str) -> tuple[str, str]:
    """The ids of a line and of the return that a tap opened."""
    [line] = await create_order(world.db, shopper, received_at=START)
    tap = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))
    return line, tap.return_id


def test_every_kind_of_node_has_a_lookup() -> None:
    kinds = {ids.SHOPPER, ids.ADDRESS, ids.MERCHANT, ids.ORDER, ids.ORDER_LINE}
    assert set(LOOKUPS) == kinds | {ids.RETURN, ids.REFUND, ids.PICKUP}


async def test_a_return_is_its_shoppers_alone(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    _, return_id = await open_return(world, shopper)
    own = await load_own_return(context_of(world, shopper), return_id)
    assert own is not None
    assert own.id == return_id
    for stranger in (other, None):
        assert await load_own_return(context_of(world, stranger), return_id) is None
    assert await load_own_return(context_of(world, shopper), "ret_unknown") is None


async def test_nodes_come_in_the_order_of_their_ids_and_are_null_for_others(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    line, return_id = await open_return(world, shopper)
    wanted = [return_id, "pay_1", other, line, "", shopper, return_id]
    loaded = await nodes(context_of(world, shopper), wanted)
    assert [getattr(one, "id", None) for one in loaded] == [
        return_id,
        None,
        None,
        line,
        None,
        shopper,
        return_id,
    ]


async def test_what_belongs_to_anothers_order_or_return_is_null(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    request = TapRequest(line, pickup=PickupRequest(None, None, None))
    case = (await world.db.write(lambda tx: one_tap(tx, shopper, request))).case
    assert case.pickup is not None
    ids_of = [line, case.this_return.id, case.refund.id, case.pickup.id]
    own = await nodes(context_of(world, shopper), ids_of)
    assert [one.id for one in own] == ids_of
    order_id = own[0].order_id
    assert (await node(context_of(world, shopper), order_id)).id == order_id
    assert await nodes(context_of(world, other), [*ids_of, order_id]) == [None] * 5


async def test_without_a_token_nothing_is_a_node(world: World) -> None:
    assert await node(context_of(world), "mer_linen-house") is None


@pytest.mark.parametrize("merchants", [True, False])
async def test_addresses_are_the_shoppers_own_and_merchants(world: World, merchants: bool) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    address = await create_address(world.db, "mer_linen-house" if merchants else other)
    loaded = await node(context_of(world, shopper), address)
    assert (loaded is not None) is merchants
