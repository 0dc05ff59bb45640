import pytest

from bff.core.refusal import NotFound
from bff.domain.returns.authorization import own_case, own_pickup, own_return
from tests.support.return_cases import open_case, write
from tests.support.world import World


async def test_ones_own_are_there(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    assert await write(world, own_return, owner, return_id) == case.this_return
    assert await write(world, own_case, owner, return_id) == case
    assert await write(world, own_pickup, owner, case.pickup.id) == (case.pickup, case)


async def test_others_look_like_unknown_ones(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    refusals = []
    for function, known, unknown in (
        (own_return, case.this_return.id, "ret_unknown"),
        (own_case, case.this_return.id, "ret_unknown"),
        (own_pickup, case.pickup.id, "pic_unknown"),
    ):
        for shopper, identifier in (("sho_another", known), (case.this_return.shopper_id, unknown)):
            with pytest.raises(NotFound) as refusal:
                await write(world, function, shopper, identifier)
            refusals.append(refusal.value.field)
    assert refusals == ["returnId"] * 4 + ["pickupId"] * 2


async def test_the_refusal_names_the_inputs_field(world: World) -> None:
    with pytest.raises(NotFound) as refusal:
        await write(world, own_return, "sho_another", "ret_unknown", "id")
    assert refusal.value.field == "id"
