"""Changes of the star level are pushed: each once, in order, from the client's last cursor on."""

from datetime import timedelta
from typing import Any

from bff.domain.policy.store import publish
from bff.domain.stars.model import Behaviour
from tests.support.client import Socket, is_silent, subscription_error, wait_until
from tests.support.documents import STARS, WATCH_STARS
from tests.support.factories import create_shopper, set_level
from tests.support.models import POLICY
from tests.support.return_steps import approved_return
from tests.support.star_behaviours import record_behaviour
from tests.support.world import START, World

EMPTY = Behaviour.EMPTY_PARCEL
YEAR = timedelta(days=365)


async def next_changes(phone: Socket, count: int = 1) -> list[Any]:
    return [(await phone.next())["starLevelChanges"] for _ in range(count)]


async def cursor(world: World, shopper: str) -> str | None:
    async with world.client(shopper) as app:
        found: str | None = (await app.ask(STARS))["viewer"]["starLevel"]["updatesCursor"]
        return found


def codes(rungs: list[dict[str, str]]) -> list[str]:
    return [rung["code"] for rung in rungs]


async def test_a_change_is_pushed_with_its_cause_and_lost_entitlements(server: World) -> None:
    shopper = await create_shopper(server.db, level=4)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS)
        return_id = await record_behaviour(server, shopper, EMPTY)
        [change] = await next_changes(phone)
    assert (change["from"], change["to"], change["cause"]) == (4, 1, "EMPTY_PARCEL")
    assert change["message"] == "Star level 1 instead of 4: A parcel came back empty"
    assert change["return"] == {"id": return_id, "status": "CLOSED"}
    granted = {rung["code"] for rung in change["before"] if rung["granted"]}
    kept = {rung["code"] for rung in change["after"] if rung["granted"]}
    assert kept == {"SEVEN_DAY_RETURN"}
    assert set(codes(change["lost"])) == granted - kept
    assert "EXPRESS_RETURN" in granted
    assert change["gained"] == []


async def test_changes_by_staff_and_by_time_are_pushed(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper, "zh") as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS)
        await record_behaviour(server, shopper, EMPTY)
        server.clock.advance(YEAR)
        await server.work()
        await set_level(server.db, shopper, 3)
        changes = await next_changes(phone, 3)
    assert [(one["from"], one["to"], one["message"]) for one in changes] == [
        (2, 1, "星级由2变为1：退回的包裹是空的"),
        (1, 2, "星级由1变为2：此前的扣分已到期，不再计入"),
        (2, 3, "星级由2变为3：人工核定"),
    ]
    assert changes[2]["return"] is None
    assert codes(changes[2]["gained"]) == ["EXPRESS_RETURN", "ADVANCE_REFUND"]
    assert [one["title"] for one in changes[2]["gained"]] == ["极速退货", "先行垫付"]


async def test_an_unchanged_level_is_not_pushed(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS)
        await record_behaviour(server, shopper, Behaviour.GENUINE_RETURN)
        await record_behaviour(server, shopper, Behaviour.KEPT_PROMISE)
        assert await is_silent(phone)
        await record_behaviour(server, shopper, EMPTY)
        [change] = await next_changes(phone)
    assert change["cause"] == "EMPTY_PARCEL"


async def test_a_client_with_a_cursor_misses_nothing_and_sees_nothing_twice(server: World) -> None:
    shopper = await create_shopper(server.db, level=1)
    for level in (2, 3, 4, 5):
        await set_level(server.db, shopper, level)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS, id="first")
        cursors = [one["cursor"] for one in await next_changes(phone, 4)]
        for missed, after in enumerate(reversed(cursors)):
            await phone.subscribe(WATCH_STARS, id=after, after=after)
            rest = await next_changes(phone, missed)
            assert [one["cursor"] for one in rest] == cursors[4 - missed :]
            assert await is_silent(phone)
            await phone.send(id=after, type="complete")
        await set_level(server.db, shopper, 2)
        [live] = await next_changes(phone)
    assert cursors == sorted(set(cursors), key=int)
    assert (live["from"], live["to"]) == (5, 2)


async def test_updates_cursor_of_the_stars_is_that_of_the_newest_change(server: World) -> None:
    """None before the first change, which is then sent as the first."""
    shopper = await create_shopper(server.db, level=3)
    nothing = await cursor(server, shopper)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS, after=nothing)
        await set_level(server.db, shopper, 4)
        [first] = await next_changes(phone)
    newest = await cursor(server, shopper)
    assert (nothing, newest) == (None, first["cursor"])
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS, after=newest)
        assert await is_silent(phone)
        await set_level(server.db, shopper, 5)
        [second] = await next_changes(phone)
    assert (second["from"], second["to"]) == (4, 5)


async def test_a_cursor_of_other_stars_is_refused(server: World) -> None:
    shopper, return_id = await approved_return(server)
    other = await create_shopper(server.db, level=3)
    for each, level in ((shopper, 5), (other, 5), (other, 4)):
        await set_level(server.db, each, level)
    async with server.client(shopper) as app, app.socket() as phone:
        document = "query($id: ID!) { node(id: $id) { ... on Return { updatesCursor } } }"
        returns = (await app.ask(document, id=return_id))["node"]["updatesCursor"]
        anothers = await cursor(server, other)
        for number, after in enumerate(["", "0", "-1", "x", "9" * 30, returns, anothers]):
            await phone.subscribe(WATCH_STARS, id=str(number), after=after)
            assert await subscription_error(phone) == {
                "code": "BAD_USER_INPUT",
                "argument": "after",
            }


async def test_a_shopper_gets_their_own_changes_alone(server: World) -> None:
    one, other = [await create_shopper(server.db, level=3) for _ in range(2)]
    async with server.client(other) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS)
        await record_behaviour(server, one, EMPTY)
        assert await is_silent(phone)


async def test_entitlements_are_as_they_were_at_the_change(server: World) -> None:
    """By the version that was in force then, though another is in force now."""
    shopper = await create_shopper(server.db, level=3)
    await record_behaviour(server, shopper, EMPTY)
    later = {"version": "bare", "in_force_from": START + timedelta(days=1), "entitlements": ()}
    bare = POLICY.model_copy(update=later)
    await server.db.write(lambda tx: publish(tx, [bare]))
    server.clock.advance(timedelta(days=2))
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH_STARS)
        [change] = await next_changes(phone)
        rungs = (await app.ask("{ viewer { entitlements { code } } }"))["viewer"]["entitlements"]
    assert codes(change["lost"]) == ["DOOR_PICKUP", "EXPRESS_RETURN", "ADVANCE_REFUND"]
    assert rungs == []


async def test_a_closed_socket_leaves_no_waiter(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    await set_level(server.db, shopper, 4)
    async with server.client(shopper) as app:
        for _ in range(3):
            async with app.socket() as phone:
                await phone.subscribe(WATCH_STARS)
                await next_changes(phone)
                phone.connection.transport.abort()
        await wait_until(lambda: not server.db.wakeups.topics)
