"""Events belong to the life of a return, an order or a shopper; what is unknown is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bff.core.ids import NO_SHOPPER
from bff.core.report_errors import UnknownSubjectError
from bff.domain.returns.commands.pickups import pay_fee
from bff.domain.returns.model import Case
from bff.domain.returns.reports import courier
from bff.jobs.inbox import Life
from bff.partners.inbound import subjects
from bff.partners.inbound.payloads import (
    OfPickup,
    OfReturn,
    OrderMoved,
    PaymentSucceeded,
    StarLevelDecided,
)
from tests.support.return_cases import (
    apply_report,
    collected_case,
    payments_of,
    shipped_case,
    write,
)
from tests.support.world import World


def life_of(case: Case) -> Life:
    return Life(case.this_return.id, case.this_return.shopper_id)


async def test_a_pickups_life_is_its_returns(world: World) -> None:
    case, pickup = await collected_case(world)
    payload = OfPickup.model_validate({"pickupId": pickup.id})
    assert await write(world, subjects.of_pickup, payload) == life_of(case)


async def test_a_returns_life_is_its_own(world: World) -> None:
    case, _ = await collected_case(world)
    payload = OfReturn.model_validate({"returnId": case.this_return.id})
    assert await write(world, subjects.of_return, payload) == life_of(case)


async def test_a_payment_of_a_refund_is_of_its_return(world: World) -> None:
    case = await shipped_case(world)
    [payment] = await payments_of(world.db, case.refund.id)
    payload = PaymentSucceeded.model_validate({"paymentId": payment.id, "reference": "x"})
    assert await write(world, subjects.of_payment, payload) == life_of(case)


async def test_a_payment_of_a_fee_is_of_its_pickups_return(world: World) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.weighed, pickup.id, 800)
    await write(world, pay_fee, case.this_return.shopper_id, pickup.id)
    [payment] = await payments_of(world.db, pickup.id)
    payload = PaymentSucceeded.model_validate({"paymentId": payment.id, "reference": "x"})
    assert await write(world, subjects.of_payment, payload) == life_of(case)


async def test_an_orders_life_has_the_orders_id_though_it_is_not_known_yet(world: World) -> None:
    moved = OrderMoved.model_validate_json(
        '{"orderNumber": "B-1", "at": "2026-03-10T10:00:00+08:00"}'
    )
    assert await write(world, subjects.of_order, moved) == Life("ord_B-1", NO_SHOPPER)


@pytest.mark.parametrize(
    ("subject", "payload", "message"),
    [
        (subjects.of_pickup, OfPickup.model_validate({"pickupId": "x"}), "there is no pickup x"),
        (subjects.of_return, OfReturn.model_validate({"returnId": "x"}), "there is no return x"),
        (
            subjects.of_payment,
            PaymentSucceeded.model_validate({"paymentId": "x", "reference": "y"}),
            "there is no payment x",
        ),
        (
            subjects.of_shopper,
            StarLevelDecided.model_validate({"shopperId": "x", "level": 3}),
            "there is no shopper x",
        ),
    ],
)
async def test_what_is_unknown_is_refused(
    world: World, subject: Callable[..., Awaitable[str]], payload: Any, message: str
) -> None:
    with pytest.raises(UnknownSubjectError, match=f"^{message}$"):
        await write(world, subject, payload)
