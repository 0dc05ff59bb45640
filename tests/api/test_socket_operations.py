"""Operations over one socket: independent of one another, each with current data."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bff.db.tables import events, returns
from tests.support.database import count, table_removed
from tests.support.documents import ONE_TAP, WATCH
from tests.support.factories import create_order, create_shopper, set_level
from tests.support.minimal_mutations import CANCEL
from tests.support.raw_client import (
    INVALID_REQUESTS,
    SECRETS,
    VIEWER,
    close_code,
    initialised_socket,
    message_for,
    result_of,
)
from tests.support.return_steps import tap_return
from tests.support.shared_world import SharedWorld, shared_loop
from tests.support.world import START, World, open_world, serving

LEVEL = "{ viewer { starLevel { level } } }"
STATUS = "query($returned: ID!) { node(id: $returned) { ... on Return { status } } }"
SEEN = "subscription($this: ID!) { refundUpdates(returnId: $this) { event return { status } } }"
TWICE = """
mutation($return: ID!) {
  pickupBook(input: { idempotencyKey: "a", returnId: $return }) { ...Booked }
  returnCancel(input: { idempotencyKey: "b", returnId: $return }) { ...Cancelled }
}
fragment Booked on PickupBookSuccess { return { status pickup { status } } }
fragment Cancelled on ReturnCancelSuccess { return { status pickup { status } } }
"""


@shared_loop
async def test_a_subscription_continues_beside_invalid_operations(shared: SharedWorld) -> None:
    opened = await tap_return(shared.world, shared.shopper)
    async with initialised_socket(shared) as socket:
        await socket.subscribe(WATCH, "watch", returnId=opened)
        first = [await message_for(socket, "watch") for _ in range(2)]
        for name, (document, variables) in INVALID_REQUESTS.items():
            payload = {"query": document, "variables": variables}
            await socket.send(id=name, type="subscribe", payload=payload)
            message = await message_for(socket, name)
            payload = message["payload"]
            errors = payload if message["type"] == "error" else payload["errors"]
            assert errors[0]["message"]
            assert message["type"] == "error" or "variable" in name
        async with shared.world.client(shared.shopper) as app:
            await app.ask_field(CANCEL, key=opened, **{"return": opened})
        last = await message_for(socket, "watch")
    assert [one["payload"]["data"]["refundUpdates"]["event"] for one in (*first, last)] == [
        "RETURN_OPENED",
        "RETURN_APPROVED",
        "RETURN_CLOSED",
    ]


@shared_loop
async def test_an_unknown_operation_ends_itself_alone(shared: SharedWorld) -> None:
    async with initialised_socket(shared) as socket:
        for name, document in (
            ("B", "query A { __typename }"),
            ("A", "fragment A on Query { __typename }"),
        ):
            payload = {"query": document, "operationName": name}
            await socket.send(id="1", type="subscribe", payload=payload)
            assert (await socket.receive())["type"] == "error"
        assert "data" in await result_of(socket, VIEWER)


@shared_loop
async def test_an_id_in_use_closes_with_4409(shared: SharedWorld) -> None:
    opened = await tap_return(shared.world, shared.shopper)
    async with initialised_socket(shared) as socket:
        await socket.subscribe(WATCH, "1", returnId=opened)
        await socket.subscribe(VIEWER, "1")
        assert (await close_code(socket.connection))[0] == 4409


@shared_loop
async def test_an_id_may_be_used_again_when_its_operation_is_over(shared: SharedWorld) -> None:
    opened = await tap_return(shared.world, shared.shopper)
    async with initialised_socket(shared) as socket:
        await socket.subscribe("{ nope }", "1")
        assert (await socket.receive())["type"] == "error"
        for _ in range(2):
            await result_of(socket, VIEWER, "1")
        await socket.subscribe(WATCH, "1", returnId=opened)
        await socket.next()
        await socket.send(type="complete", id="1")
        await socket.send(type="complete", id="never used")
        await socket.subscribe(VIEWER, "1")
        messages_received = [await socket.receive()]
        while messages_received[-1]["type"] != "complete":
            messages_received.append(await socket.receive())
    assert messages_received[-2]["payload"] == {"data": {"viewer": {"id": shared.shopper}}}


@shared_loop
async def test_the_language_comes_from_the_payload_or_the_header(shared: SharedWorld) -> None:
    messages = []
    for name, value in (("Accept-Language", "en"), ("acceptLanguage", "zh;q=0.1, en"), ("x", "en")):
        async with initialised_socket(shared, **{name: value}) as socket:
            result = await result_of(socket, CANCEL, key="k", **{"return": "ret_x"})
        messages.append(result["data"]["returnCancel"]["message"])
    english = "We could not find the return. Please check it."
    assert messages == [english, english, "未找到该退货申请，请核对后重试。"]


async def test_every_operation_reads_current_data(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    opened = await tap_return(server, shopper)
    async with server.client(shopper).socket() as socket:
        levels = []
        for level in (3, 5, 1):
            await set_level(server.db, shopper, level)
            levels.append((await result_of(socket, LEVEL))["data"]["viewer"]["starLevel"]["level"])
        before = await result_of(socket, STATUS, returned=opened)
        cancelled = await result_of(socket, CANCEL, key="c", **{"return": opened})
        again = await result_of(socket, CANCEL, key="c", **{"return": opened})
        after = await result_of(socket, STATUS, returned=opened)
    assert levels == [3, 5, 1]
    assert before == {"data": {"node": {"status": "AWAITING_RETURN_SHIPMENT"}}}
    assert after == {"data": {"node": {"status": "CLOSED"}}}
    assert cancelled["data"]["returnCancel"]["return"]["status"] == "CLOSED"
    assert again["data"]["returnCancel"]["replayed"] is True


async def test_every_event_shows_current_data(server: World) -> None:
    shopper = await create_shopper(server.db)
    opened = await tap_return(server, shopper)
    async with server.client(shopper) as app, app.socket() as socket:
        await socket.subscribe(SEEN, this=opened)
        before = [await socket.next() for _ in range(2)][-1]["refundUpdates"]
        await app.ask_field(CANCEL, key="c", **{"return": opened})
        after = (await socket.next())["refundUpdates"]
    shared = [(one["event"], one["return"]["status"]) for one in (before, after)]
    assert shared == [("RETURN_APPROVED", "AWAITING_RETURN_SHIPMENT"), ("RETURN_CLOSED", "CLOSED")]


async def test_the_second_mutation_of_a_document_shows_the_effects_of_both(server: World) -> None:
    shopper = await create_shopper(server.db)
    opened = await tap_return(server, shopper)
    async with server.client(shopper) as app:
        data = await app.ask(TWICE, **{"return": opened})
    assert [one["return"] for one in data.values()] == [
        {"status": "AWAITING_RETURN_SHIPMENT", "pickup": {"status": "AWAITING_COURIER"}},
        {"status": "CLOSED", "pickup": {"status": "CANCELLED"}},
    ]


async def test_abandoned_operations_leave_the_program_working(
    server: World, caplog: pytest.LogCaptureFixture
) -> None:
    shopper = await create_shopper(server.db)
    opened = await tap_return(server, shopper)
    [line] = await create_order(server.db, shopper, received_at=START)
    tap = {"key": "k", "line": line}
    async with server.client(shopper) as app, app.socket() as socket:
        for number in range(60):
            document, variables = [
                (WATCH, {"returnId": opened}),
                (LEVEL, {}),
                (ONE_TAP, tap),
                (ONE_TAP, {"key": f"{number}", "line": "oli_x-1"}),
            ][number % 4]
            await socket.subscribe(document, str(number), **variables)
            await asyncio.sleep(0.001 * (number % 5))
            await socket.send(type="complete", id=str(number))
        assert "data" in await result_of(socket, LEVEL)
        tapped = await app.ask_field(ONE_TAP, **tap)
        levels = await asyncio.gather(*(app.ask(LEVEL) for _ in range(20)))
    assert tapped["__typename"] == "OneTapReturnSuccess"
    assert len(levels) == 20
    assert await count(server.db, returns) == 2
    assert caplog.messages == []


async def test_operations_over_the_limit_are_refused_and_the_others_continue(
    db_folder: Path,
) -> None:
    services = await open_world(db_folder, max_subscriptions=2)
    async with serving(services) as base:
        world = World(services, services.db.clock, base)  # type: ignore[arg-type]
        shopper = await create_shopper(world.db)
        opened = await tap_return(world, shopper)
        async with world.client(shopper).socket() as socket:
            for number in range(3):
                await socket.subscribe(WATCH, str(number), returnId=opened)
            refused = await message_for(socket, "2")
            await socket.send(type="complete", id="0")
            result = await result_of(socket, VIEWER, "2")
    await services.db.close()
    assert (refused["type"], refused["payload"][0]["message"]) == (
        "error",
        "Subscription limit reached",
    )
    assert "data" in result


async def test_a_fault_between_events_is_masked_and_logged_under_one_id(
    server: World, caplog: pytest.LogCaptureFixture
) -> None:
    shopper = await create_shopper(server.db)
    opened = await tap_return(server, shopper)
    async with server.client(shopper).socket() as socket:
        await socket.subscribe(WATCH, "1", returnId=opened)
        [await socket.next() for _ in range(2)]
        with capture_logs() as logs:
            async with table_removed(server.db, events):
                server.db.wakeups.wake([opened])
                broken = await message_for(socket, "1")
                await socket.subscribe(WATCH, "2", returnId=opened)
                refused = await message_for(socket, "2")
        assert "data" in await result_of(socket, VIEWER)
    faults = [one["payload"]["errors"][0]["extensions"] for one in (broken, refused)]
    assert faults == [{"code": "FAULT", "id": one["fault_id"]} for one in logs]
    assert len(logs) == 2
    assert not any(secret in str((broken, refused)) for secret in (*SECRETS, "no such"))
    assert caplog.messages == []
