from datetime import datetime, timedelta
from functools import partial

import pytest

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.core.validation import FieldError
from bff.domain.orders.milestones import Milestones
from bff.domain.orders.model import Order
from bff.domain.returns.commands.express_refund import open_refund
from bff.domain.returns.model import CloseReason, ReturnStatus
from bff.domain.returns.reports import orders
from tests.support.database import nothing_changes
from tests.support.factories import create_order, create_shopper
from tests.support.return_cases import case_under, outbox_messages, write
from tests.support.rows import order_under
from tests.support.world import START, World

HOUR = timedelta(hours=1)
shipped_about = partial(orders.shipped, exact=False)
received_about = partial(orders.received, exact=False)


async def paid_order(world: World, *, level: int = 1, shipped: bool = False) -> Order:
    shopper = await create_shopper(world.db, level=level)
    [line] = await create_order(world.db, shopper, received_at=None, shipped=shipped)
    order_id = line.replace("oli_", "ord_").rpartition("-")[0]
    return await read_order(world, order_id)


async def read_order(world: World, order_id: str) -> Order:
    async with world.db.read() as connection:
        return await order_under(connection, order_id)


async def test_an_order_is_shipped_once(world: World) -> None:
    order = await paid_order(world)
    assert await write(world, orders.shipped, order.id, START - HOUR)
    async with nothing_changes(world):
        assert not await write(world, orders.shipped, order.id, START - HOUR)
        assert not await write(world, shipped_about, order.id, START)
    assert (await read_order(world, order.id)).shipped_at == START - HOUR


async def test_goods_that_leave_close_a_refund_that_nobody_has_answered(world: World) -> None:
    order = await paid_order(world)
    [return_id] = await write(world, open_refund, order.shopper_id, order.id, None)
    await write(world, orders.shipped, order.id, START)
    closed = (await case_under(world, return_id)).this_return
    assert (closed.status, closed.close_reason) == (
        ReturnStatus.CLOSED,
        CloseReason.GOODS_SHIPPED,
    )


async def test_a_refund_that_was_granted_stays(world: World) -> None:
    order = await paid_order(world, level=4)
    [return_id] = await write(world, open_refund, order.shopper_id, order.id, None)
    assert await write(world, orders.received, order.id, START)
    assert (await case_under(world, return_id)).this_return.status is ReturnStatus.SUCCEEDED


async def test_an_order_that_is_closed_is_not_shipped_and_the_merchant_is_called(
    world: World,
) -> None:
    order = await paid_order(world, level=4)
    [return_id] = await write(world, open_refund, order.shopper_id, order.id, None)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="do not ship it") as raised:
            await write(world, orders.shipped, order.id, START)
    assert raised.value.then
    before = await outbox_messages(world.db, return_id)
    await world.db.write(raised.value.then)
    assert await outbox_messages(world.db, return_id) == [*before, "refund.stop_shipping"]


async def test_a_receipt_implies_the_shipping_and_counts_once(world: World) -> None:
    """P1: and the true moment of the shipping is taken when it comes."""
    order = await paid_order(world)
    [return_id] = await write(world, open_refund, order.shopper_id, order.id, None)
    assert await write(world, orders.received, order.id, START)
    known = await read_order(world, order.id)
    assert (known.shipped_at, known.received_at) == (START, START)
    assert (await case_under(world, return_id)).this_return.status is ReturnStatus.CLOSED
    async with nothing_changes(world):
        assert not await write(world, orders.received, order.id, START)
        assert not await write(world, received_about, order.id, START + HOUR)
    assert await write(world, orders.shipped, order.id, START - HOUR)
    known = await read_order(world, order.id)
    assert (known.shipped_at, known.received_at) == (START - HOUR, START)


@pytest.mark.parametrize("at", [START - HOUR, START + HOUR])
async def test_another_moment_of_what_is_known_is_impossible(world: World, at: datetime) -> None:
    order = await paid_order(world)
    await write(world, orders.shipped, order.id, START - 2 * HOUR)
    await write(world, orders.received, order.id, START)
    for report in (orders.shipped, orders.received):
        async with nothing_changes(world):
            with pytest.raises(ImpossibleReportError, match=r"^at: expected .*, as is known"):
                await write(world, report, order.id, at)


async def test_an_order_that_is_not_known_yet_is_waited_for(world: World) -> None:
    for report in (orders.shipped, orders.received):
        with pytest.raises(TooEarlyError, match=r"order\.paid"):
            await write(world, report, "ord_unknown", START)


async def test_a_moment_before_what_it_must_follow_is_impossible(world: World) -> None:
    order = await paid_order(world)
    for report in (orders.shipped, orders.received):
        with pytest.raises(
            ImpossibleReportError, match=r"^at: expected .*, when the order was paid"
        ):
            await write(world, report, order.id, order.paid_at - HOUR)
    sent = await paid_order(world, shipped=True)
    assert sent.shipped_at
    with pytest.raises(ImpossibleReportError, match=r"^at: expected .*, when the goods were shipp"):
        await write(world, orders.received, sent.id, sent.shipped_at - HOUR)


async def test_an_order_reaches_what_a_record_reports_once(world: World) -> None:
    order = await paid_order(world)
    reported = Milestones(START - HOUR, START)
    assert await write(world, orders.reach, order, reported)
    known = await read_order(world, order.id)
    async with nothing_changes(world):
        assert not await write(world, orders.reach, known, reported)
        assert not await write(world, orders.reach, known, Milestones())


def test_all_that_is_wrong_is_one_reason() -> None:
    orders.check_possible([])
    with pytest.raises(ImpossibleReportError, match=r"^a: expected b; c: expected d$"):
        orders.check_possible([FieldError("a", "b"), FieldError("c", "d")])
