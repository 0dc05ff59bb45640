"""Whole lives of returns change the stars: by what was in the parcel, or never sent."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bff.db.transaction import Tx
from bff.domain.returns.deadlines import handlers as overdue
from bff.domain.returns.model import DeadlineKind, RefusedBecause
from bff.domain.returns.reports import merchant
from tests.support.client import Client
from tests.support.documents import ONE_TAP, STARS, WATCH_STARS
from tests.support.factories import create_order, create_shopper
from tests.support.return_cases import apply_report
from tests.support.world import World

SHIP = """
mutation Ship($id: ID!, $number: String!) {
  waybillSubmit(input: {
    idempotencyKey: $number, returnId: $id, courierCompany: "sf", waybillNumber: $number
  }) { __typename }
}"""
PHOTOS = ("https://merchant.example/empty.jpg",)


async def stars(app: Client) -> Any:
    return (await app.ask(STARS))["viewer"]["starLevel"]


async def tapped(world: World, app: Client, shopper: str) -> str:
    [line] = await create_order(world.db, shopper, received_at=world.clock.now())
    answer = (await app.ask(ONE_TAP, key=line, line=line))["oneTapReturn"]
    return str(answer["return"]["id"])


async def shipped(world: World, app: Client, shopper: str, number: int = 1) -> str:
    return_id = await tapped(world, app, shopper)
    answer = await app.ask(SHIP, id=return_id, number=f"SF{number:012}")
    assert answer["waybillSubmit"]["__typename"] == "WaybillSubmitSuccess"
    return return_id


async def passed(world: World, what: DeadlineKind, days: int, return_id: str) -> None:
    """The deadline's timer, without the partners who would have acted meanwhile."""
    world.clock.advance(timedelta(days=days))
    act: Callable[[Tx, str], Awaitable[None]] = overdue.HANDLERS[what.value]
    await world.db.write(lambda tx: act(tx, return_id))


async def accept(world: World, return_id: str) -> None:
    assert await apply_report(world, merchant.accepted, return_id)


async def refuse(world: World, return_id: str, because: RefusedBecause) -> None:
    await apply_report(world, merchant.goods_refused, return_id, because, "没有商品", PHOTOS)


async def test_r2_a_parcel_that_a_merchant_found_empty_lowers_the_stars(server: World) -> None:
    """Not when it is said, but once the shopper has not objected to it."""
    shopper = await create_shopper(server.db, level=5)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS)
        return_id = await shipped(server, app, shopper)
        await refuse(server, return_id, RefusedBecause.EMPTY_PARCEL)
        said = (await stars(app))["level"]
        await passed(server, DeadlineKind.DISPUTE, 3, return_id)
        change = (await phone.next())["starLevelChanges"]
        proven = await stars(app)
    assert (said, change["from"], change["to"]) == (5, 5, 1)
    assert (change["cause"], change["return"]["id"]) == ("EMPTY_PARCEL", return_id)
    assert proven["history"][0]["return"] == {"id": return_id}
    assert "EXPRESS_RETURN" in [rung["code"] for rung in change["lost"]]


async def test_r5_goods_that_are_in_order_never_lower_the_stars(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    async with server.client(shopper) as app:
        scores = [(await stars(app))["score"]]
        for number in range(12):
            await accept(server, await shipped(server, app, shopper, number))
            scores.append((await stars(app))["score"])
        level = await stars(app)
    assert scores == sorted(scores)
    assert level["level"] >= 3
    parts = {part["code"]: part["value"] for part in level["factors"]}
    assert (parts["KEPT_PROMISES"], parts["HONEST_RETURNS"]) == (12, 100)


async def test_goods_that_were_never_sent_back_cost_two_points(server: World) -> None:
    shopper = await create_shopper(server.db, level=1)
    async with server.client(shopper) as app:
        return_id = await tapped(server, app, shopper)
        await apply_report(server, merchant.approved, return_id)
        await passed(server, DeadlineKind.SHIP_BACK, 7, return_id)
        level = await stars(app)
    assert [part["code"] for part in level["factors"] if part["points"] < 0] == ["BROKEN_PROMISE"]
    assert level["history"][0]["cause"] == "BROKEN_PROMISE"
    assert level["history"][0]["return"] == {"id": return_id}


async def test_an_overturned_refusal_costs_no_stars(server: World) -> None:
    """The merchant gives in: the return was a genuine one."""
    shopper = await create_shopper(server.db, level=4)
    async with server.client(shopper) as app:
        return_id = await shipped(server, app, shopper)
        await refuse(server, return_id, RefusedBecause.USED_ITEM)
        await accept(server, return_id)
        level = await stars(app)
    assert level["level"] == 4
    assert all(part["points"] >= 0 for part in level["factors"])
