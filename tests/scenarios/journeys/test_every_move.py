"""Every transition of every table, and every event, over the public API, webhooks and the clock."""

from collections.abc import Awaitable, Callable

from bff.domain.returns.model import DeadlineKind
from bff.domain.returns.refund_event import RefundEvent
from tests.support.journeys import courier_lives, payment_lives, request_lives, return_lives
from tests.support.journeys.move_recorder import allowed_moves, record_moves, recorded_moves
from tests.support.journeys.stage import Stage

Life = Callable[[Stage], Awaitable[None]]
LIVES: list[Life] = [
    return_lives.as_promised,
    return_lives.nothing_is_paid_at_the_first_try,
    return_lives.heavy_and_refused_without_right,
    return_lives.the_fee_is_paid_too_late,
    return_lives.an_empty_parcel,
    return_lives.a_refusal_that_nobody_objects_to,
    return_lives.goods_that_are_accepted_in_part,
    return_lives.the_merchant_takes_the_goods_after_all,
    return_lives.a_merchant_who_bears_the_freight,
    return_lives.couriers_who_do_not_come,
    courier_lives.reports_come_late_and_the_parcel_is_lost,
    courier_lives.nobody_comes_and_then_in_vain,
    payment_lives.an_advance_that_was_paid_after_all,
    payment_lives.all_that_is_paid_twice,
    payment_lives.a_debt_that_nobody_pays,
    request_lives.a_merchant_who_is_silent,
    request_lives.a_change_of_mind,
    request_lives.goods_that_come_after_a_change_of_mind,
    request_lives.staff_are_silent_and_then_the_shopper,
    request_lives.a_request_whose_refusal_falls_in_silence,
    request_lives.a_merchant_who_agrees_after_all,
    request_lives.a_refund_at_once,
    request_lives.a_refund_that_the_merchant_agrees_to,
    request_lives.a_refund_that_nobody_can_refuse,
    request_lives.a_refund_that_comes_too_late,
]
# Trying a payment again is no promise that anybody broke.
MISSABLE = set(DeadlineKind) - {DeadlineKind.REFUND_RETRY}


async def test_these_lives_make_every_move_and_push_every_event(stage: Stage) -> None:
    await record_moves(stage.world.db)
    for life in LIVES:
        await stage.tomorrow()
        await life(stage)
    assert await recorded_moves(stage.world.db) == allowed_moves()
    assert {one["event"] for one in stage.pushed} == set(RefundEvent)
    passed = [one for one in stage.pushed if one["event"] == RefundEvent.DEADLINE_MISSED]
    missed = {(one["deadline"], one["message"]) for one in passed}
    assert {deadline for deadline, _ in missed} == MISSABLE
    assert len({message for _, message in missed}) == len(missed) == len(MISSABLE)
