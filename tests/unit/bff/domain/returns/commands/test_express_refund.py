import pytest

from bff.core.refusal import InvalidInput, NotFound
from bff.domain.orders.model import POSTAGE
from bff.domain.payments.model import PaymentKind
from bff.domain.returns.commands.express_refund import RefundLine, open_refund
from bff.domain.returns.model import ReturnKind, ReturnStatus
from bff.domain.returns.refusals import OrderShipped, QuantityNotLeft
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED
from bff.domain.returns.transitions.returns import STOP_SHIPPING
from tests.support.database import nothing_changes
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.return_cases import case_under, outbox_messages, payments_of, write
from tests.support.world import World

PIECES = Goods(quantity=3, paid_minor=30_000)
POST = Goods(category=POSTAGE, paid_minor=1_000)


async def paid_order(
    world: World, *goods: Goods, level: int = 4, shipped: bool = False
) -> tuple[str, str, list[str]]:
    """The shopper, the order, its lines."""
    shopper = await create_shopper(world.db, level=level)
    lines = await create_order(world.db, shopper, goods, received_at=None, shipped=shipped)
    return shopper, lines[0].replace("oli_", "ord_").rpartition("-")[0], lines


async def test_a_whole_order_comes_back_at_once(world: World) -> None:
    shopper, order, lines = await paid_order(world, PIECES, POST)
    cases = [
        await case_under(world, key)
        for key in await write(world, open_refund, shopper, order, None)
    ]
    assert [case.this_return.order_line_id for case in cases] == lines
    assert [case.refund.amount_minor for case in cases] == [30_000, 1_000]
    for case in cases:
        assert case.this_return.kind is ReturnKind.REFUND_ONLY
        assert case.this_return.status is ReturnStatus.SUCCEEDED
        assert await outbox_messages(world.db, case.this_return.id) == [STOP_SHIPPING]
        [payment] = await payments_of(world.db, case.refund.id)
        assert payment.kind is PaymentKind.ADVANCE


async def test_without_the_stars_the_merchant_is_to_answer(world: World) -> None:
    shopper, order, _ = await paid_order(world, PIECES, level=3)
    [return_id] = await write(world, open_refund, shopper, order, None)
    case = await case_under(world, return_id)
    assert case.this_return.status is ReturnStatus.AWAITING_MERCHANT_APPROVAL
    assert await outbox_messages(world.db, return_id) == [APPROVAL_REQUESTED]
    assert await payments_of(world.db, case.refund.id) == []


async def test_postage_comes_back_with_the_last_of_the_goods(world: World) -> None:
    shopper, order, [goods, postage] = await paid_order(world, PIECES, POST)
    first = await write(world, open_refund, shopper, order, [RefundLine(goods, 2)])
    last = await write(world, open_refund, shopper, order, [RefundLine(goods)])
    lines = [
        [(await case_under(world, key)).this_return.order_line_id for key in keys]
        for keys in (first, last)
    ]
    assert lines == [[goods], [goods, postage]]


async def test_goods_that_have_left_are_returned_and_not_refunded(world: World) -> None:
    shopper, order, _ = await paid_order(world, PIECES, shipped=True)
    with pytest.raises(OrderShipped):
        await write(world, open_refund, shopper, order, None)


async def test_what_nothing_is_left_of_is_refused(world: World) -> None:
    shopper, order, [line] = await paid_order(world, PIECES)
    await write(world, open_refund, shopper, order, None)
    for lines in (None, [RefundLine(line)], [RefundLine(line, 1)]):
        with pytest.raises(QuantityNotLeft) as refusal:
            await write(world, open_refund, shopper, order, lines)
        assert refusal.value.left == 0


async def test_each_line_is_checked_under_its_own_path(world: World) -> None:
    shopper, order, [goods, postage] = await paid_order(world, PIECES, POST)
    wrong = {
        "lines": [],
        "lines.0.quantity": [RefundLine(goods, 0)],
        "lines.1.orderLineId": [RefundLine(goods, 1), RefundLine(goods, 1)],
        "lines.0.orderLineId": [RefundLine(postage)],
    }
    async with nothing_changes(world):
        for field, lines in wrong.items():
            with pytest.raises(InvalidInput) as refusal:
                await write(world, open_refund, shopper, order, lines)
            assert refusal.value.field == field
        with pytest.raises(NotFound) as missing:
            await write(world, open_refund, shopper, order, [RefundLine("oli_unknown-1")])
        assert missing.value.field == "lines.0.orderLineId"
        with pytest.raises(QuantityNotLeft) as left:
            await write(world, open_refund, shopper, order, [RefundLine(goods, 4)])
        assert (left.value.requested, left.value.left) == (4, 3)


async def test_others_orders_are_not_there(world: World) -> None:
    _, order, _ = await paid_order(world, PIECES)
    with pytest.raises(NotFound) as refusal:
        await write(world, open_refund, "sho_another", order, None)
    assert refusal.value.field == "orderId"
