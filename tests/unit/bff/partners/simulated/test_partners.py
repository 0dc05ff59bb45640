"""Simulated partners keep all promises, each at its time, and numbers have the company's form."""

import re
from datetime import timedelta

import pytest
from msgspec.structs import asdict
from structlog.testing import capture_logs

from bff.domain.pickups.companies import courier_company
from bff.domain.pickups.model import PickupStatus
from bff.domain.returns.commands.returns import cancel_return
from bff.domain.returns.model import ReturnStatus
from bff.jobs import timers
from bff.partners.outbound.facts import PickupCall, ReturnCall
from bff.partners.outbound.gateways import Succeeded
from bff.partners.simulated.partners import (
    DELAYS,
    MIN_GRAMS,
    SPREAD_GRAMS,
    SimulatedPartners,
    courier_person,
    waybill_number,
    weight_grams,
)
from tests.support.models import PICKUP, POLICY, pickup
from tests.support.return_cases import (
    ELECTRONICS,
    open_case,
    payments_of,
    read_case,
    shipped_case,
    write,
)
from tests.support.world import START, World

SPEED = 2.0


async def next_step(world: World, partners: SimulatedPartners) -> str:
    """Do what is due next, at its moment; its kind."""
    async with world.db.read() as connection:
        moment = await timers.next_due(connection)
        assert moment
        due = await timers.due(connection, moment)
    [timer] = [timer for timer in due if timer.kind in partners.handlers]
    world.clock.at = max(moment, world.clock.at)
    await write(world, timers.remove, timer)
    await write(world, partners.handlers[timer.kind], timer.subject_id)
    return timer.kind


def test_every_delay_has_its_handler(world: World) -> None:
    assert SimulatedPartners(world.db, 1).handlers.keys() == DELAYS.keys()


async def test_a_courier_comes_weighs_and_enters_the_number(world: World) -> None:
    case = await open_case(world, pickup=True, level=5)
    assert case.pickup
    partners = SimulatedPartners(world.db, SPEED)
    await partners.request_pickup(PickupCall("key", START, case.pickup))
    kinds = [await next_step(world, partners) for _ in range(4)]
    assert kinds == ["courier.accept", "courier.collect", "courier.weigh", "courier.waybill"]
    assert world.clock.at - START == sum((DELAYS[kind] for kind in kinds), timedelta()) / SPEED
    after = await read_case(world, case)
    assert after.pickup
    assert after.pickup.status is PickupStatus.COLLECTED
    assert after.pickup.weight_grams == weight_grams(case.pickup.id)
    assert after.pickup.courier == courier_person(case.pickup.id)
    assert all(asdict(after.pickup.courier).values())
    assert after.this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT


async def test_a_merchant_approves_in_time(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    partners = SimulatedPartners(world.db, SPEED)
    await partners.request_approval(ReturnCall("key", START, case.this_return))
    assert await next_step(world, partners) == "merchant.approve"
    assert (
        await read_case(world, case)
    ).this_return.status is ReturnStatus.AWAITING_RETURN_SHIPMENT


async def test_who_is_too_late_changes_nothing_and_says_so(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    partners = SimulatedPartners(world.db, SPEED)
    await write(world, cancel_return, case.this_return.shopper_id, case.this_return.id)
    before = await read_case(world, case)
    with capture_logs() as lines:
        await write(world, partners.handlers["courier.accept"], case.pickup.id)
    assert [line["event"] for line in lines] == ["simulated partner came too late"]
    assert await read_case(world, case) == before


async def test_a_payment_succeeds_with_a_reference_of_its_own(world: World) -> None:
    case = await shipped_case(world)
    [payment] = await payments_of(world.db, case.refund.id)
    outcome = await SimulatedPartners(world.db, SPEED).pay(payment)
    assert outcome == Succeeded(f"simulated-{payment.id}")


@pytest.mark.parametrize("company", [courier.code for courier in POLICY.pickup.couriers])
def test_a_number_has_the_form_of_its_company(company: str) -> None:
    booked = pickup(PICKUP.status, courier_company=company)
    number = waybill_number(booked, POLICY)
    assert courier_company(company, POLICY).prints(number)
    [own] = [one for one in POLICY.pickup.couriers if one.code == company]
    assert re.fullmatch(own.waybill_pattern, number)
    assert waybill_number(booked, POLICY) == number


def test_a_company_that_nobody_knows_has_ten_digits() -> None:
    booked = pickup(PICKUP.status, courier_company="gone")
    assert re.fullmatch("[0-9]{10}", waybill_number(booked, POLICY))


def test_weights_are_within_the_first_kilogram_and_the_same_for_the_same_pickup() -> None:
    weights = [weight_grams(f"pic_{number}") for number in range(200)]
    assert weights == [weight_grams(f"pic_{number}") for number in range(200)]
    assert MIN_GRAMS <= min(weights) < max(weights) < MIN_GRAMS + SPREAD_GRAMS
    assert len(set(weights)) > 100
