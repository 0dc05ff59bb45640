import pytest
from msgspec.structs import replace

from bff.core.refusal import NotFound
from bff.domain.returns.subjects import subject_opened, subject_to_open, subjects_of_order
from tests.support.factories import Goods, create_order, create_shopper, set_level
from tests.support.return_cases import open_case, write
from tests.support.world import START, World


async def test_a_subject_has_all_that_rules_look_at(world: World) -> None:
    shopper = await create_shopper(world.db, level=4)
    [line] = await create_order(world.db, shopper, received_at=START, merchant="corner-shop")
    subject = await write(world, subject_to_open, shopper, line)
    assert (subject.line.id, subject.order.shopper_id) == (line, shopper)
    assert (subject.merchant.number, subject.policy.version) == ("corner-shop", "2016-pilot")
    assert subject.level == 4


async def test_what_is_opened_later_is_on_the_level_of_then(world: World) -> None:
    case = await open_case(world, level=4)
    this_return = case.this_return
    await set_level(world.db, this_return.shopper_id, 2)
    opened = await write(world, subject_opened, this_return)
    newly = await write(world, subject_to_open, this_return.shopper_id, this_return.order_line_id)
    assert (opened.level, newly.level) == (4, 2)
    assert opened.line == newly.line


async def test_a_return_of_no_line_is_a_fault(world: World) -> None:
    case = await open_case(world)
    lost = replace(case.this_return, order_line_id="oli_lost-1")
    with pytest.raises(LookupError, match="oli_lost-1"):
        await write(world, subject_opened, lost)


async def test_an_order_has_a_subject_a_line(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    lines = await create_order(world.db, shopper, [Goods(), Goods()], received_at=START)
    order_id = lines[0].replace("oli_", "ord_").rpartition("-")[0]
    subjects = await write(world, subjects_of_order, shopper, order_id)
    assert [one.line.id for one in subjects] == lines
    assert {one.level for one in subjects} == {5}


@pytest.mark.parametrize("line", ["", "oli_unknown-1", "ord_1", "oli_T1-x"])
async def test_an_unknown_line_is_not_there(world: World, line: str) -> None:
    shopper = await create_shopper(world.db)
    with pytest.raises(NotFound) as refusal:
        await write(world, subject_to_open, shopper, line)
    assert refusal.value.field == "orderLineId"


async def test_others_lines_and_orders_are_not_there(world: World) -> None:
    case = await open_case(world)
    line = case.this_return.order_line_id
    with pytest.raises(NotFound):
        await write(world, subject_to_open, "sho_another", line)
    order_id = line.replace("oli_", "ord_").rpartition("-")[0]
    for owner, identifier in (
        ("sho_another", order_id),
        (case.this_return.shopper_id, "ord_unknown"),
    ):
        with pytest.raises(NotFound) as refusal:
            await write(world, subjects_of_order, owner, identifier)
        assert refusal.value.field == "orderId"
