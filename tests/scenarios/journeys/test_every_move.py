"""Every transition of every table, and every event, over the public API, webhooks and the clock."""

from collections.abc import Awaitable, Callable

from bff.domain.returns.model import DeadlineKind, RefundEvent
from tests.support.journeys import lives, lives_of_requests
from tests.support.journeys.moves import moves_allowed, moves_seen, write_down_moves
from tests.support.journeys.stage import Stage

Life = Callable[[Stage], Awaitable[None]]
LIVES: list[Life] = [
    lives.as_promised,
    lives.nothing_is_paid_at_the_first_try,
    lives.heavy_and_refused_without_right,
    lives.the_fee_is_paid_too_late,
    lives.an_empty_parcel,
    lives.a_refusal_that_nobody_objects_to,
    lives.the_merchant_takes_the_goods_after_all,
    lives.couriers_who_do_not_come,
    lives_of_requests.a_merchant_who_is_silent,
    lives_of_requests.a_change_of_mind,
    lives_of_requests.staff_are_silent_and_then_the_shopper,
    lives_of_requests.a_request_whose_refusal_stands,
    lives_of_requests.a_merchant_who_agrees_after_all,
    lives_of_requests.a_refund_at_once,
    lives_of_requests.a_refund_that_the_merchant_agrees_to,
    lives_of_requests.a_refund_that_staff_grant,
    lives_of_requests.a_refund_that_comes_too_late,
]
# Trying a payment again is no promise that anybody broke.
MISSABLE = set(DeadlineKind) - {DeadlineKind.REFUND_RETRY}


async def test_these_lives_make_every_move_and_push_every_event(stage: Stage) -> None:
    await write_down_moves(stage.world.db)
    for life in LIVES:
        await stage.tomorrow()
        await life(stage)
    assert await moves_seen(stage.world.db) == moves_allowed()
    assert {one["event"] for one in stage.pushed} == set(RefundEvent)
    missed = {(one["deadline"], one["message"]) for one in stage.pushed if one["deadline"]}
    assert {deadline for deadline, _ in missed} == MISSABLE
    assert len({message for _, message in missed}) == len(missed) == len(MISSABLE)
