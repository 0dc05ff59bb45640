"""One place and a hundred shoppers: scarce things move once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bff.db.tables import events, idempotency, outbox, pickups, refunds, returns
from tests.support.database import count, counts, places_left
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.invariants import check_invariants
from tests.support.minimal_mutations import BOOK, CALL_OFF, CANCEL
from tests.support.raw_client import data_of, http_client
from tests.support.world import START, FakeClock, World, open_world, policies_with_capacity, serving

WINDOW = "20260310T13"
SOON = "asap-20260310T10"
EFFECTS = (returns, refunds, pickups, idempotency, outbox)
ADDRESS = "{ viewer { addresses { id } } }"


@dataclass(frozen=True)
class Buyer:
    """A shopper with one line, received."""

    token: str
    line: str

    async def ask(self, http: httpx.AsyncClient, document: str, **variables: Any) -> Any:
        return await data_of(http, self.token, document, **variables)

    async def tap(self, http: httpx.AsyncClient, slot: str | None = None) -> Any:
        variables = {"key": "k", "line": self.line, "pickup": {"slotId": slot}}
        return (await self.ask(http, ONE_TAP, **variables))["oneTapReturn"]


@pytest.fixture
async def crowded(tmp_path: Path) -> AsyncIterator[World]:
    """A region has one place a slot."""
    clock = FakeClock()
    services = await open_world(tmp_path, policies_with_capacity(1), clock)
    async with serving(services) as base:
        yield World(services, clock, base)
    await check_invariants(services.db)
    await services.db.close()


async def buyers(world: World, many: int) -> list[Buyer]:
    made = []
    for _ in range(many):
        shopper = await create_shopper(world.db)
        [line] = await create_order(world.db, shopper, received_at=START)
        made.append(Buyer(world.token(shopper), line))
    return made


def parted(answers: list[Any], success: str) -> tuple[list[int], list[Any]]:
    """Where the successes are, and the refusals."""
    done = [place for place, one in enumerate(answers) if one["__typename"] == success]
    return done, [one for one in answers if one["__typename"] != success]


async def test_a_hundred_taps_for_the_last_place_are_one_return(crowded: World) -> None:
    crowd = await buyers(crowded, 100)
    async with http_client(crowded) as http:
        answers = await asyncio.gather(*(one.tap(http, WINDOW) for one in crowd))
        [winner], refused = parted(answers, "OneTapReturnSuccess")
        free = await slots_of(http, crowd[winner - 1])
    assert {one["code"] for one in refused} == {"SLOT_FULL"}
    assert len(refused) == 99
    for one in refused:
        assert one["alternatives"]
        assert one["alternatives"] == [free[slot["id"]] for slot in one["alternatives"]]
        assert all(slot["capacityLeft"] == 1 for slot in one["alternatives"])
    assert free[WINDOW]["capacityLeft"] == 0
    assert await places_left(crowded.db) == {WINDOW: 0}
    assert await counts(crowded.db, *EFFECTS) == [1, 1, 1, 1, 1]
    assert await count(crowded.db, events) == 3


async def test_the_last_courier_of_the_hour_comes_once(crowded: World) -> None:
    crowd = await buyers(crowded, 20)
    async with http_client(crowded) as http:
        answers = await asyncio.gather(*(one.tap(http) for one in crowd))
    [_], refused = parted(answers, "OneTapReturnSuccess")
    assert {one["code"] for one in refused} == {"SLOT_FULL"}
    assert all(WINDOW in [slot["id"] for slot in one["alternatives"]] for one in refused)
    assert await places_left(crowded.db) == {SOON: 0}
    assert await counts(crowded.db, *EFFECTS) == [1, 1, 1, 1, 1]


async def test_a_refused_shopper_gets_the_alternative(crowded: World) -> None:
    crowd = await buyers(crowded, 3)
    async with http_client(crowded) as http:
        await crowd[0].tap(http, WINDOW)
        refused = await crowd[1].tap(http, WINDOW)
        first, second = (slot["id"] for slot in refused["alternatives"][:2])
        taken = await crowd[1].tap(http, first)
        late = await crowd[2].tap(http, first)
        assert (await crowd[2].tap(http, second))["__typename"] == "OneTapReturnSuccess"
    assert (taken["__typename"], late["code"]) == ("OneTapReturnSuccess", "SLOT_FULL")
    assert second == late["alternatives"][0]["id"]
    assert await places_left(crowded.db) == {WINDOW: 0, first: 0, second: 0}


async def test_of_open_returns_one_gets_the_last_place(crowded: World) -> None:
    crowd = await buyers(crowded, 30)
    async with http_client(crowded) as http:
        opened = [await open_without_pickup(http, one) for one in crowd]
        answers = await asyncio.gather(
            *(
                one.ask(http, BOOK, key="b", slot=WINDOW, **{"return": this})
                for one, this in zip(crowd, opened, strict=True)
            )
        )
    bookings = [answer["pickupBook"] for answer in answers]
    [_], refused = parted(bookings, "PickupBookSuccess")
    assert {one["code"] for one in refused} == {"SLOT_FULL"}
    assert all(one["alternatives"] for one in refused)
    assert await places_left(crowded.db) == {WINDOW: 0}
    assert await counts(crowded.db, returns, pickups) == [30, 1]


@pytest.mark.parametrize("whole", [True, False], ids=["return", "pickup"])
async def test_cancelling_gives_the_place_back_once(crowded: World, whole: bool) -> None:
    first, second, third = await buyers(crowded, 3)
    async with http_client(crowded) as http:
        opened = (await first.tap(http, WINDOW))["return"]
        assert (await second.tap(http, WINDOW))["code"] == "SLOT_FULL"
        this = {"return": opened["id"]} if whole else {"pickup": opened["pickup"]["id"]}
        document = CANCEL if whole else CALL_OFF
        keys = [f"c{number % 5}" for number in range(20)]
        await asyncio.gather(*(first.ask(http, document, key=key, **this) for key in keys))
        assert await places_left(crowded.db) == {WINDOW: 1}
        answers = await asyncio.gather(*(one.tap(http, WINDOW) for one in (second, third)))
    codes = [one.get("code") for one in answers]
    assert sorted(codes, key=str) == [None, "SLOT_FULL"]
    assert await places_left(crowded.db) == {WINDOW: 0}


async def slots_of(http: httpx.AsyncClient, buyer: Buyer) -> dict[str, Any]:
    """By id."""
    [address] = (await buyer.ask(http, ADDRESS))["viewer"]["addresses"]
    days = [f"2026-03-{day}" for day in range(10, 14)]
    fields = " ".join(
        f'd{place}: pickupSlots(addressId: "{address["id"]}", on: "{day}") {{ id capacityLeft }}'
        for place, day in enumerate(days)
    )
    answer = await buyer.ask(http, f"{{ {fields} }}")
    return {slot["id"]: slot for slots in answer.values() for slot in slots}


async def open_without_pickup(http: httpx.AsyncClient, buyer: Buyer) -> str:
    answer = await buyer.ask(http, ONE_TAP, key="k", line=buyer.line)
    return str(answer["oneTapReturn"]["return"]["id"])
