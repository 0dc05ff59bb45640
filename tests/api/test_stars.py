"""Star levels that float: R2 and R5 as an app sees them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bff.domain.stars.model import Behaviour
from tests.support.client import Client
from tests.support.documents import STARS
from tests.support.factories import Goods, create_order, create_shopper, set_level
from tests.support.return_documents import SHIP
from tests.support.return_steps import approved_return, ask, open_return, read_return, tap
from tests.support.star_behaviours import ended_returns, record_behaviour, record_behaviours
from tests.support.world import START, World

EMPTY = Behaviour.EMPTY_PARCEL
JOURNEYS, TAPS = 12, 150


async def stars(app: Client) -> Any:
    return (await app.ask(STARS))["viewer"]["starLevel"]


async def bought_much(world: World) -> str:
    """A shopper who has four stars by what was bought, and no word of staff."""
    shopper = await create_shopper(world.db, level=1)
    for number in range(7):
        received_at = START - timedelta(days=30 * number)
        goods = [Goods(quantity=20)]
        await create_order(world.db, shopper, goods, received_at=received_at)
    await record_behaviour(world, shopper, Behaviour.GENUINE_RETURN)
    return shopper


async def genuine(world: World, shopper: str, count: int, kept: int = 20) -> None:
    """So many returns that were in order; some of them are promises kept as well."""
    of = await ended_returns(world, shopper, count)
    await record_behaviours(world, shopper, [Behaviour.GENUINE_RETURN] * count, of)
    await record_behaviours(world, shopper, [Behaviour.KEPT_PROMISE] * kept, of[:kept])


async def test_r5_a_thousand_genuine_returns_keep_the_stars(server: World) -> None:
    """Each is recorded as the program records it; the last are opened by one tap each."""
    shopper = await bought_much(server)
    async with server.client(shopper) as app:
        before = await stars(app)
        await genuine(server, shopper, 1_000 - JOURNEYS)
        for number in range(JOURNEYS):
            await sent_back(server, app, shopper, number)
        after = await stars(app)
        last = await open_return(app, await a_line(server, shopper))
    assert (before["level"], before["score"]) == (4, 85)
    assert after["level"] == 5
    assert all(factor["points"] >= 0 for factor in after["factors"])
    assert all(one["to"] >= (one["from"] or 1) for one in after["history"])
    assert (last["express"], last["status"]) == (True, "AWAITING_RETURN_SHIPMENT")


async def a_line(world: World, shopper: str) -> str:
    [line] = await create_order(world.db, shopper, received_at=world.clock.now())
    return line


async def sent_back(world: World, app: Client, shopper: str, number: int) -> None:
    """Tapped, shipped in time, and found in order."""
    return_id = (await open_return(app, await a_line(world, shopper)))["id"]
    waybill = {"company": "sf", "number": f"SF{number:012}"}
    shipped = await ask(app, SHIP, id=return_id, key=f"ship {number}", **waybill)
    assert shipped["__typename"] == "WaybillSubmitSuccess"
    await record_behaviour(world, shopper, Behaviour.GENUINE_RETURN, return_id)


@pytest.mark.parametrize(
    ("language", "why"), [("en", "A parcel came back empty"), ("zh", "退回的包裹是空的")]
)
async def test_r2_one_empty_parcel_lowers_the_stars_and_shows_the_cause(
    server: World, language: str, why: str
) -> None:
    """Also those of a shopper with many genuine returns."""
    shopper = await bought_much(server)
    await genuine(server, shopper, 50)
    async with server.client(shopper, language) as app:
        before = await stars(app)
        return_id = await record_behaviour(server, shopper, EMPTY)
        after = await stars(app)
    cause = after["history"][0]
    assert (before["level"], after["level"]) == (5, 3)
    assert (cause["from"], cause["to"], cause["cause"]) == (5, 3, "EMPTY_PARCEL")
    assert (cause["message"], cause["return"]) == (why, {"id": return_id})
    [penalty] = [one for one in after["factors"] if one["points"] < 0]
    assert (penalty["code"], penalty["value"], penalty["points"]) == ("EMPTY_PARCEL", 1, -30)
    assert penalty["until"] == "2027-03-10T10:00:00.000+08:00"


async def test_r5_a_hundred_and_fifty_taps_are_never_refused_for_their_number(
    server: World,
) -> None:
    shopper = await create_shopper(server.db, level=3)
    made = (create_order(server.db, shopper, received_at=START) for _ in range(TAPS))
    orders = await asyncio.gather(*made)
    async with server.client(shopper) as app:
        answers = await asyncio.gather(*(tap(app, line) for [line] in orders))
    assert len(answers) == TAPS
    kinds = {answer["__typename"] for answer in answers}
    assert kinds == {"OneTapReturnSuccess"}
    assert {answer["return"]["status"] for answer in answers} == {"AWAITING_RETURN_SHIPMENT"}
    assert len({answer["return"]["id"] for answer in answers}) == TAPS


async def test_weighted_factors_add_up_to_the_score(server: World) -> None:
    shopper = await bought_much(server)
    await genuine(server, shopper, 8, kept=4)
    await record_behaviour(server, shopper, EMPTY)
    await record_behaviour(server, shopper, Behaviour.FEE_UNPAID)
    async with server.client(shopper) as app:
        level = await stars(app)
    parts = {one["code"]: one for one in level["factors"]}
    assert sum(one["points"] for one in parts.values()) == level["score"]
    assert {code: (one["value"], one["weight"], one["points"]) for code, one in parts.items()} == {
        "ORDERS": (11, 2.0, 20),
        "MONTHS": (6, 2.0, 12),
        "UNITS_BOUGHT": (144, 0.05, 7),
        "HONEST_RETURNS": (90, 0.5, 45),
        "KEPT_PROMISES": (4, 1.0, 4),
        "EMPTY_PARCEL": (1, -30.0, -30),
        "FEE_UNPAID": (1, -5.0, -5),
    }
    assert [one["maxPoints"] for one in parts.values()] == [20, 20, 10, 50, 10, 0, 0]


async def test_a_decision_of_staff_is_a_factor(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    async with server.client(shopper) as app:
        level = await stars(app)
    part = level["factors"][-1]
    assert (level["score"], part["code"], part["title"]) == (
        65,
        "STAFF_DECISION",
        "Decided by staff",
    )
    assert (part["value"], part["points"], part["weight"], part["maxPoints"]) == (3, 15, None, 15)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "8 more orders would raise your points by 16",
                "10 more months as a shopper would raise your points by 20",
                "198 more units bought would raise your points by 10",
                "100 percent more honest returns would raise your points by 50",
                "10 more returns sent back in time would raise your points by 10",
                "On 10 March 2027, your points rise by 30",
            ],
        ),
        (
            "zh",
            [
                "再下8笔订单可得16分",
                "购物时长再满10个月可得20分",
                "再买198件商品可得10分",
                "诚信退货再提高100%可得50分",
                "再按时寄回10笔退货可得10分",
                "2027年3月10日恢复30分",
            ],
        ),
    ],
)
async def test_the_ways_to_the_next_star_are_shown(
    server: World, language: str, said: list[str]
) -> None:
    shopper = await create_shopper(server.db, level=1)
    await create_order(server.db, shopper, received_at=START)
    await record_behaviour(server, shopper, EMPTY)
    async with server.client(shopper, language) as app:
        coming = (await stars(app))["next"]
    assert (coming["level"], coming["missing"]) == (2, 81)
    assert [way["message"] for way in coming["ways"]] == said
    assert [way["enough"] for way in coming["ways"]] == [False] * 6


async def test_two_more_orders_bring_the_next_star(server: World) -> None:
    shopper = await create_shopper(server.db, level=1)
    await create_order(server.db, shopper, received_at=START)
    await record_behaviour(server, shopper, Behaviour.GENUINE_RETURN)
    async with server.client(shopper) as app:
        first = (await stars(app))["next"]["ways"][0]
        for _ in range(first["missing"]):
            await create_order(server.db, shopper, received_at=START)
        # The made-up return is of a line of an order too.
        await record_behaviour(server, shopper, Behaviour.GENUINE_RETURN)
        level = (await stars(app))["level"]
    assert (first["factor"], first["message"]) == ("ORDERS", "1 more order would be enough")
    assert level == 2


async def test_staff_who_keep_a_level_down_are_named_as_the_way(server: World) -> None:
    shopper = await bought_much(server)
    await set_level(server.db, shopper, 2)
    async with server.client(shopper) as app:
        coming = (await stars(app))["next"]
    assert (coming["level"], coming["ways"]) == (3, [])
    assert coming["message"] == "Staff decided the level"


async def test_a_return_that_is_approved_keeps_its_terms(server: World) -> None:
    """The level falls between approval and waybill: the refund is advanced all the same."""
    shopper, return_id = await approved_return(server)
    await record_behaviour(server, shopper, EMPTY)
    async with server.client(shopper) as app:
        assert (await stars(app))["level"] == 1
        waybill = {"company": "sf", "number": "SF123456789012"}
        shipped = await ask(app, SHIP, id=return_id, key="ship", **waybill)
        await server.work()
        there = (await read_return(app, return_id))["refund"]
        denied = await tap(app, await a_line(server, shopper))
    assert shipped["__typename"] == "WaybillSubmitSuccess"
    assert (there["advance"], there["refundedAt"] is not None) == ("ADVANCED", True)
    assert denied["return"]["express"] is False
