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

    async def tap(self, http: httpx.AsyncClient, slot: str | None = None, **wishes: str) -> Any:
        variables = {"key": "k", "line": self.line, "pickup": {"slotId": slot, **wishes}}
        return (await self.ask(http, ONE_TAP, **variables))["oneTapReturn"]


@pytest.fixture
async def crowded(db_folder: Path) -> AsyncIterator[World]:
    """A region has one place a slot."""
    clock = FakeClock()
    services = await open_world(db_folder, policies_with_capacity(1), clock)
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


def offered(answers: list[Any]) -> list[Any]:
    """Of taps: why there is no pickup, where there is none."""
    return [one["pickupNotBooked"] for one in answers if one["pickupNotBooked"]]


async def test_of_a_hundred_taps_one_gets_the_last_place(crowded: World) -> None:
    """The others have their returns, and the next times (P9)."""
    crowd = await buyers(crowded, 100)
    async with http_client(crowded) as http:
        answers = await asyncio.gather(*(one.tap(http, WINDOW) for one in crowd))
        free = await slots_of(http, crowd[0])
    others = offered(answers)
    assert len(others) == 99
    assert {one["code"] for one in others} == {"SLOT_FULL"}
    for one in others:
        assert one["alternatives"]
        assert {slot["id"] for slot in one["alternatives"]} <= {
            key for key, slot in free.items() if slot["capacityLeft"] == 1
        }
    assert free[WINDOW]["capacityLeft"] == 0
    assert await places_left(crowded.db) == {WINDOW: 0}
    assert await counts(crowded.db, *EFFECTS) == [100, 100, 1, 100, 1]
    assert await count(crowded.db, events) == 201


async def test_the_last_courier_of_the_hour_comes_once(crowded: World) -> None:
    crowd = await buyers(crowded, 20)
    async with http_client(crowded) as http:
        answers = await asyncio.gather(*(one.tap(http) for one in crowd))
    others = offered(answers)
    assert len(others) == 19
    assert {one["code"] for one in others} == {"SLOT_FULL"}
    assert all(WINDOW in [slot["id"] for slot in one["alternatives"]] for one in others)
    assert await places_left(crowded.db) == {SOON: 0}
    assert await counts(crowded.db, *EFFECTS) == [20, 20, 1, 20, 1]


async def test_of_taps_that_take_the_next_time_each_gets_its_own(crowded: World) -> None:
    crowd = await buyers(crowded, 6)
    async with http_client(crowded) as http:
        taps = (one.tap(http, WINDOW, ifNotPossible="BOOK_NEXT") for one in crowd)
        answers = await asyncio.gather(*taps)
    assert offered(answers) == []
    left = await places_left(crowded.db)
    assert (len(left), set(left.values())) == (6, {0})


async def test_a_shopper_without_a_place_gets_the_alternative(crowded: World) -> None:
    crowd = await buyers(crowded, 3)
    async with http_client(crowded) as http:
        await crowd[0].tap(http, WINDOW)
        answer = await crowd[1].tap(http, WINDOW)
        first, second = (slot["id"] for slot in answer["pickupNotBooked"]["alternatives"][:2])
        this = {"return": answer["return"]["id"]}
        taken = (await crowd[1].ask(http, BOOK, key="b", slot=first, **this))["pickupBook"]
        late = (await crowd[2].tap(http, first))["pickupNotBooked"]
    assert (taken["__typename"], late["code"]) == ("PickupBookSuccess", "SLOT_FULL")
    assert second == late["alternatives"][0]["id"]
    assert await places_left(crowded.db) == {WINDOW: 0, first: 0}


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
    first, *others = await buyers(crowded, 3)
    async with http_client(crowded) as http:
        opened = (await first.tap(http, WINDOW))["return"]
        this = {"return": opened["id"]} if whole else {"pickup": opened["pickup"]["id"]}
        document = CANCEL if whole else CALL_OFF
        keys = [f"c{number % 5}" for number in range(20)]
        await asyncio.gather(*(first.ask(http, document, key=key, **this) for key in keys))
        assert await places_left(crowded.db) == {WINDOW: 1}
        answers = await asyncio.gather(*(one.tap(http, WINDOW) for one in others))
    assert [one["code"] for one in offered(answers)] == ["SLOT_FULL"]
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
