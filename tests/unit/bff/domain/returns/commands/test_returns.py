from datetime import timedelta

import pytest

from bff.core.refusal import InvalidInput, NotFound
from bff.domain.payments.model import PaymentKind
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import PickupStatus
from bff.domain.pickups.refusals import AfterApproval, PickupNotOffered, SlotNotOffered
from bff.domain.returns.commands.returns import (
    TapRequest,
    TapResult,
    cancel_return,
    one_tap,
    open_dispute,
    repay_refund,
)
from bff.domain.returns.model import CloseReason, ReturnStatus
from bff.domain.returns.refusals import (
    NothingOwed,
    NotReceived,
    QuantityNotLeft,
    RepaymentUnderWay,
    ReturnNotCancellable,
    ReturnNotDisputable,
)
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED
from bff.domain.returns.transitions.returns import let_refusal_stand
from tests.support.database import nothing_changes
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.return_cases import (
    ELECTRONICS,
    collected_case,
    event_kinds,
    open_case,
    outbox_messages,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import START, World

PIECES = Goods(quantity=3, paid_minor=30_000)


async def tap(
    world: World, goods: Goods, *, level: int = 3, quantity: int | None = None, pickup: bool = False
) -> TapResult:
    shopper = await create_shopper(world.db, level=level)
    [line] = await create_order(world.db, shopper, [goods], received_at=START)
    request = TapRequest(line, quantity, PickupRequest() if pickup else None)
    return await write(world, one_tap, shopper, request)


async def test_one_tap_approves_and_books(world: World) -> None:
    result = await tap(world, Goods(), pickup=True)
    assert result.case == await read_case(world, result.case)
    assert result.goes_to
    assert result.goes_to.id == result.case.this_return.return_address_id
    assert result.case.pickup
    assert (result.case.pickup.status, result.not_booked) == (PickupStatus.AWAITING_COURIER, None)


async def test_a_tap_that_is_put_to_the_merchant_books_later(world: World) -> None:
    result = await tap(world, ELECTRONICS, pickup=True)
    assert (result.case.pickup, result.goes_to) == (None, None)
    assert isinstance(result.not_booked, AfterApproval)
    assert await outbox_messages(world.db, result.return_id) == [APPROVAL_REQUESTED]


async def test_a_pickup_that_is_not_offered_takes_nothing_from_the_tap(world: World) -> None:
    result = await tap(world, Goods(), level=1, pickup=True)
    assert result.case == await read_case(world, result.case)
    assert isinstance(result.not_booked, PickupNotOffered)
    assert (result.not_booked.level, result.not_booked.level_needed) == (1, 2)


async def test_a_pickup_at_night_is_offered_for_the_morning(world: World) -> None:
    world.clock.advance(timedelta(hours=12))
    result = await tap(world, Goods(), pickup=True)
    assert (result.case.pickup, result.case.this_return.approved_at) == (None, world.clock.now())
    assert isinstance(result.not_booked, SlotNotOffered)
    assert result.not_booked.alternatives[0].slot.key == "20260311T09"


async def test_the_subject_is_as_it_is_after_the_tap(world: World) -> None:
    result = await tap(world, PIECES, quantity=2)
    assert (result.subject.left, result.subject.line.held_minor) == (1, 20_000)


@pytest.mark.parametrize("quantity", [0, -1])
async def test_a_quantity_below_one_is_invalid(world: World, quantity: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await tap(world, PIECES, quantity=quantity)
    assert (refusal.value.field, dict(refusal.value.facts)) == ("quantity", {"most": 3})


async def test_more_than_is_left_is_refused(world: World) -> None:
    with pytest.raises(QuantityNotLeft) as refusal:
        await tap(world, PIECES, quantity=4)
    assert (refusal.value.requested, refusal.value.left) == (4, 3)


async def test_a_refused_tap_leaves_nothing(world: World) -> None:
    shopper = await create_shopper(world.db, level=1)
    [sent] = await create_order(world.db, shopper, received_at=None)
    [received] = await create_order(world.db, shopper, received_at=START)
    async with nothing_changes(world):
        with pytest.raises(NotReceived):
            await write(world, one_tap, shopper, TapRequest(sent))
        with pytest.raises(InvalidInput):
            await write(world, one_tap, shopper, TapRequest(received, None, PickupRequest("x")))
        with pytest.raises(NotFound):
            await write(world, one_tap, "sho_another", TapRequest(received))


async def test_a_return_is_cancelled_once(world: World) -> None:
    case = await open_case(world, pickup=True)
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    await write(world, cancel_return, owner, return_id)
    assert (await read_case(world, case)).this_return.close_reason is CloseReason.SHOPPER
    with pytest.raises(ReturnNotCancellable) as refusal:
        await write(world, cancel_return, owner, return_id)
    assert refusal.value.status is ReturnStatus.CLOSED


async def test_goods_that_are_away_cannot_be_cancelled(world: World) -> None:
    collected, _ = await collected_case(world)
    for case in (collected, await shipped_case(world)):
        with pytest.raises(ReturnNotCancellable):
            await write(world, cancel_return, case.this_return.shopper_id, case.this_return.id)


async def test_a_refusal_is_disputed_once(world: World) -> None:
    case = await refused_case(world)
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    disputed = await write(world, open_dispute, owner, return_id)
    assert disputed == (await read_case(world, case)).this_return
    assert disputed.disputed_at == world.clock.now()
    assert (await event_kinds(world.db, case))[-1] == "DISPUTE_OPENED"
    with pytest.raises(ReturnNotDisputable):
        await write(world, open_dispute, owner, return_id)


async def test_what_was_not_refused_cannot_be_disputed(world: World) -> None:
    case = await open_case(world)
    with pytest.raises(ReturnNotDisputable) as refusal:
        await write(world, open_dispute, case.this_return.shopper_id, case.this_return.id)
    assert refusal.value.status is ReturnStatus.AWAITING_RETURN_SHIPMENT


async def test_an_advance_that_was_taken_back_is_repaid_once(world: World) -> None:
    case = await refused_case(world)
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    with pytest.raises(NothingOwed):
        await write(world, repay_refund, owner, return_id)
    await write(world, let_refusal_stand, case.this_return)
    [payment] = await write(world, repay_refund, owner, return_id)
    assert (payment.kind, payment.amount) == (PaymentKind.REPAYMENT, case.refund.amount)
    with pytest.raises(RepaymentUnderWay):
        await write(world, repay_refund, owner, return_id)
