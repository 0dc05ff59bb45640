"""What the shop's own system reports of an order: paid, shipped, received; once and in time."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.lookups import owner_of_order
from bff.domain.orders.model import Order
from bff.domain.stars.store import stars_by_shopper
from bff.partners.inbound.orders import paid, received, shipped
from bff.partners.inbound.payloads import OrderMoved, PaidOrder
from tests.support.import_files import an_order
from tests.support.rows import order_under
from tests.support.world import START, World

PAID_AT, SECOND = START - timedelta(days=3), timedelta(seconds=1)
ON_ITS_WAY = {"paid_at": PAID_AT.isoformat(), "shipped_at": None, "delivered_at": None}


def order(**changes: Any) -> PaidOrder:
    return PaidOrder.model_validate_json(json.dumps(an_order(**ON_ITS_WAY | changes)))


def moved(at: Any) -> OrderMoved:
    return OrderMoved.model_validate_json(json.dumps({"orderNumber": "B-1", "at": at.isoformat()}))


async def pay(world: World, **changes: Any) -> bool:
    return await world.db.write(lambda tx: paid(tx, order(**changes), START))


async def stored(world: World) -> Order | None:
    async with world.db.read() as connection:
        owner = await owner_of_order(connection, "ord_B-1")
        return await order_under(connection, "ord_B-1") if owner else None


async def test_an_order_is_kept_and_its_shopper_rated(world: World) -> None:
    assert await pay(world)
    kept = await stored(world)
    assert kept is not None
    assert (kept.paid_at, kept.merchant_id) == (PAID_AT, "mer_corner-shop")
    async with world.db.read() as connection:
        assert (await stars_by_shopper(connection, ["sho_91"]))["sho_91"].history


async def test_the_same_order_again_changes_nothing(world: World) -> None:
    await pay(world)
    before = await stored(world)
    assert not await pay(world)
    assert await stored(world) == before


async def test_an_order_reported_again_after_it_went_on_is_the_same(world: World) -> None:
    await pay(world)
    shipped_at = PAID_AT + timedelta(days=1)
    assert await world.db.write(lambda tx: shipped(tx, moved(shipped_at), START))
    assert await world.db.write(lambda tx: received(tx, moved(START), START))
    assert not await pay(world)
    known = await stored(world)
    assert known is not None
    assert (known.shipped_at, known.received_at) == (shipped_at, START)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"discount_minor": 901}, "discount_minor: expected at most 900"),
        (
            {"delivered_at": (PAID_AT - SECOND).isoformat()},
            "delivered_at: expected a moment not before paid_at",
        ),
        (
            {"paid_at": (START + timedelta(minutes=6)).isoformat()},
            "paid_at: expected a moment that has come",
        ),
        (
            {"delivered_at": (START + timedelta(minutes=6)).isoformat()},
            "delivered_at: expected a moment that has come",
        ),
        (
            {"lines": [], "discount_minor": 1},
            "lines: expected a list of 1 to 10,000 order lines; discount_minor: expected at most 0",
        ),
    ],
)
async def test_an_order_with_errors_is_impossible_and_not_kept(
    world: World, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ImpossibleReportError) as refused:
        await pay(world, **changes)
    assert refused.value.reason.startswith(reason)
    assert await stored(world) is None


async def test_another_content_is_impossible(world: World) -> None:
    await pay(world)
    with pytest.raises(ImpossibleReportError) as refused:
        await pay(world, discount_minor=1)
    assert refused.value.reason == (
        "lines[0].paid_minor: expected 900, after the discount, as is known of order B-1"
    )


@pytest.mark.parametrize("name", ["paid_at", "shipped_at", "delivered_at"])
async def test_what_is_still_to_come_is_too_early(world: World, name: str) -> None:
    later = (START + SECOND).isoformat()
    with pytest.raises(TooEarlyError):
        await pay(world, **{name: later})
    world.clock.advance(SECOND)
    moments = {"shipped_at": START.isoformat()} if name == "delivered_at" else {}
    assert await pay(world, **moments | {name: later})


async def test_an_order_reported_again_with_newer_moments_goes_on(world: World) -> None:
    await pay(world)
    assert await pay(world, delivered_at=START.isoformat())
    assert not await pay(world)
    known = await stored(world)
    assert known is not None
    assert (known.shipped_at, known.received_at) == (START, START)


async def test_a_report_without_a_moment_of_its_own_is_no_news_of_what_is_known(
    world: World,
) -> None:
    await pay(world)
    without = OrderMoved.model_validate({"orderNumber": "B-1"})
    for report in (shipped, received):
        assert await world.db.write(partial(report, data=without, at=START - SECOND))
        assert not await world.db.write(partial(report, data=without, at=START))


async def test_an_order_moves_only_in_the_past_and_when_it_is_known(world: World) -> None:
    for report in (shipped, received):
        for at in (START + SECOND, START):
            with pytest.raises(TooEarlyError):
                await world.db.write(partial(report, data=moved(at), at=START))
