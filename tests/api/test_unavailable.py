"""While the database is away, every answer says so, nothing is half done, and all goes on after."""

from typing import Any

import pytest

from bff.db import events
from bff.http.readiness import OK
from bff.jobs import heartbeats
from tests.support.client import is_silent, subscription_error
from tests.support.database import database_away, dump
from tests.support.documents import ONE_TAP, WATCH
from tests.support.factories import create_order, create_shopper
from tests.support.raw_client import http_client, json_body, post
from tests.support.webhook_sender import envelope, open_sender
from tests.support.world import START, World

HOME = "{ viewer { id returns { totalCount } } }"
STARS = "subscription { starLevelChanges { cursor } }"
AWAY = {"code": "SERVICE_UNAVAILABLE", "retryAfter": 5}


def extensions(body: dict[str, Any]) -> dict[str, Any]:
    [error] = body["errors"]
    assert error["message"] == "The service is unavailable for a moment: try again soon."
    found: dict[str, Any] = error["extensions"]
    return found


@pytest.mark.parametrize("runs_before", [0, 2])
async def test_a_query_is_answered_503_and_when_to_come_back(
    server: World, runs_before: int
) -> None:
    shopper = await create_shopper(server.db)
    async with http_client(server) as http:
        for _ in range(runs_before):
            await post(http, json_body(HOME, {}), server.token(shopper))
        with database_away(server.db):
            answer = await post(http, json_body(HOME, {}), server.token(shopper))
        after = await post(http, json_body(HOME, {}), server.token(shopper))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["cache-control"] == "no-store"
    assert extensions(answer.json()) == AWAY
    assert after.json()["data"]["viewer"]["returns"]["totalCount"] == 0


async def test_a_mutation_is_all_undone_and_its_key_may_come_again(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line] = await create_order(server.db, shopper, received_at=START)
    tap = json_body(ONE_TAP, {"key": "k", "line": line, "pickup": {}})
    before = await dump(server.db)
    async with http_client(server) as http:
        with database_away(server.db):
            answer = await post(http, tap, server.token(shopper))
        assert await dump(server.db) == before
        again = await post(http, tap, server.token(shopper))
    assert answer.status_code == 503
    assert extensions(answer.json()) == AWAY
    assert again.json()["data"]["oneTapReturn"]["replayed"] is False


async def test_over_a_websocket_the_socket_stays_open(server: World) -> None:
    shopper = await create_shopper(server.db)
    async with server.client(shopper) as app, app.socket() as phone:
        with database_away(server.db):
            await phone.subscribe(HOME)
            answer, end = await phone.receive(), await phone.receive()
            await phone.subscribe(WATCH, "s", returnId="ret_1")
            assert await subscription_error(phone) == AWAY
        await phone.subscribe(HOME, "2")
        assert (await phone.next())["viewer"]["id"]
    assert (answer["type"], end["type"]) == ("next", "complete")
    assert extensions(answer["payload"]) == AWAY


async def test_a_subscription_outlives_it_and_misses_nothing(server: World) -> None:
    shopper = await create_shopper(server.db)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(STARS)
        assert await is_silent(phone)
        topic = next(iter(server.db.wakeups.topics))
        facts = {"previous": 2, "level": 3, "return_id": None, "policy_version": "1"}
        write = server.db.write
        with database_away(server.db):
            await write(lambda tx: events.append(tx, shopper, topic, "STAFF_DECISION", facts))
            assert await is_silent(phone)
        assert (await phone.receive())["type"] == "next"


async def test_a_webhook_learns_when_to_come_again(server: World) -> None:
    body = envelope("pickup.accepted", {"pickupId": "pic_1", "courierCompany": "sf"})
    before = await dump(server.db)
    async with open_sender(server) as sender:
        with database_away(server.db):
            answer = await sender.send("courier", body, sender.headers("courier", body, "e1"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["code"] == "SERVICE_UNAVAILABLE"
    assert await dump(server.db) == before


async def test_readiness_says_so_and_the_process_is_alive(server: World) -> None:
    await server.db.write(lambda tx: heartbeats.beat(tx, "one"))
    async with http_client(server) as http:
        base = f"http://{server.base}"
        with database_away(server.db):
            ready, alive = await http.get(f"{base}/readyz"), await http.get(f"{base}/healthz")
        after = await http.get(f"{base}/readyz")
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert ready.json()["checks"]["database"] == "does not answer: DatabaseUnavailableError"
    assert set(after.json()["checks"].values()) == {OK}
