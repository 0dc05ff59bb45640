import pytest

from bff.db.transaction import Tx
from bff.domain.returns.model import Case, ReturnKind, ReturnStatus
from bff.domain.returns.rules.returnability import assess
from bff.domain.returns.rules.table import RuleScope
from bff.domain.returns.subjects import subject_opened, subject_to_open
from bff.domain.returns.transitions.new_return import open_return
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.return_cases import (
    ELECTRONICS,
    event_kinds,
    open_case,
    read_case,
    unwritten,
    write,
)
from tests.support.rows import line_under
from tests.support.world import START, World


async def test_an_express_return_is_opened_and_approved_in_one(world: World) -> None:
    case = await open_case(world)
    opened = case.this_return
    assert case == await read_case(world, case)
    assert (opened.status, opened.express) == (ReturnStatus.AWAITING_RETURN_SHIPMENT, True)
    assert (opened.opened_at, opened.approved_at) == (START, START)
    assert opened.return_address_id
    assert await event_kinds(world.db, case) == ["RETURN_OPENED", "RETURN_APPROVED"]


async def test_another_waits_for_the_merchant(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    opened = case.this_return
    assert case == await read_case(world, case)
    assert (opened.status, opened.express) == (ReturnStatus.AWAITING_MERCHANT_APPROVAL, False)
    assert (opened.approved_at, opened.return_address_id) == (None, None)
    assert await event_kinds(world.db, case) == ["RETURN_OPENED"]


async def test_a_return_keeps_the_terms_it_was_opened_on(world: World) -> None:
    case = await open_case(world, level=4)
    opened = case.this_return
    assert (opened.star_level, opened.policy_version) == (4, "2016-pilot")
    subject = await write(world, subject_opened, opened)
    checks = [(one.code, one.passed) for one in assess(subject, 1, START).rules]
    assert [(one["code"], one["passed"]) for one in opened.checks[:4]] == checks[:4]
    assert {one["scope"] for one in opened.checks} == set(RuleScope)


async def test_what_it_takes_of_its_line_is_held(world: World) -> None:
    case = await open_case(world, goods=Goods(quantity=3, paid_minor=1_000))
    line_id = case.this_return.order_line_id
    async with world.db.read() as connection:
        line = await line_under(connection, line_id)
    assert (line.left, line.held_minor) == (0, 1_000)


async def test_what_is_not_returnable_is_not_opened(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, [Goods()], received_at=None)

    async def open_it(tx: Tx) -> Case:
        subject = await subject_to_open(tx, shopper, line)
        return await open_return(
            tx, subject, ReturnKind.RETURN_AND_REFUND, assess(subject, 1, tx.now)
        )

    with pytest.raises(ValueError, match="not returnable"):
        await unwritten(world, open_it)
