from bff.domain.orders.model import OrderLine
from bff.domain.returns.commands.returns import TapRequest, one_tap
from resolvers.subjects import load_case, load_subject, load_subjects
from tests.support.database import statements
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.rows import line_under
from tests.support.views import context_of
from tests.support.world import START, World


async def read_lines(world: World, *keys: str) -> list[OrderLine]:
    async with world.db.read() as connection:
        return [await line_under(connection, key) for key in keys]


async def test_a_subject_has_the_level_of_its_return(world: World) -> None:
    shopper = await create_shopper(world.db, level=2)
    [line_id] = await create_order(world.db, shopper, received_at=START, merchant="linen-house")
    [line] = await read_lines(world, line_id)
    context = context_of(world, shopper)
    subject = await load_subject(context, line, 5)
    assert subject.level == 5
    assert (subject.line, subject.merchant.number) == (line, "linen-house")
    assert subject.policy.version == subject.order.policy_version == "2016-pilot"


async def test_subjects_of_a_level_are_those_of_its_lines_one_by_one(world: World) -> None:
    shopper = await create_shopper(world.db, level=2)
    goods = [Goods(), Goods(category="shoes")]
    keys = [
        *await create_order(world.db, shopper, goods, received_at=START),
        *await create_order(world.db, shopper, goods, received_at=None, merchant="wool-house"),
    ]
    lines = await read_lines(world, *keys)
    with statements(world.db) as seen:
        subjects = await load_subjects(context_of(world, shopper), lines)
    assert subjects == [await load_subject(context_of(world, shopper), line, 2) for line in lines]
    assert {subject.merchant.number for subject in subjects} == {"linen-house", "wool-house"}
    assert len(seen) == 3  # orders, merchants and stars
    assert await load_subjects(context_of(world, shopper), []) == []


async def test_a_case_has_the_refund_and_no_pickup_that_was_not_booked(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line_id] = await create_order(world.db, shopper, received_at=START)
    tap = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line_id)))
    case = await load_case(context_of(world, shopper), tap.case.this_return)
    assert case.refund.return_id == case.this_return.id == tap.return_id
    assert (case.pickup, tuple(case.missed)) == (None, ())
