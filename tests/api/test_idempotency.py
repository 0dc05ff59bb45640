"""One effect for each key, for repeated and for concurrent requests."""

import asyncio
from typing import Any

import pytest

from bff.db.engines import open_database
from bff.db.tables import (
    events,
    idempotency,
    ledger_entries,
    outbox,
    payments,
    pickups,
    refunds,
    returns,
)
from bff.services import Services
from tests.support.client import Client
from tests.support.database import count, counts, dump, places_left
from tests.support.documents import ONE_TAP
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.minimal_mutations import CANCEL, WAYBILL
from tests.support.operations import mutations
from tests.support.raw_client import data_of, http_client
from tests.support.sample_shopper import sample_shopper
from tests.support.world import START, World, serving

EFFECTS = (returns, refunds, pickups, idempotency)
UNDER_WAY = {"pickupFeePay": "PICKUP_FEE_PAYMENT_UNDER_WAY", "refundRepay": "REPAYMENT_UNDER_WAY"}
CONFLICT = ("IdempotencyConflict", "IDEMPOTENCY_CONFLICT")
VALID_KEYS = ["k", "0", "K" * 128, "退货-键", "🔑" * 128, "a b", "' OR 1=1 --", "../..", "null"]
INVALID_KEYS = ["", " ", "\t", "k" * 129, "a\x00b", "a\nb", "\x7f", "\u202ekey", "\u2028"]


async def bought(world: World, shopper: str, quantity: int = 3, lines: int = 2) -> list[str]:
    goods = [Goods(quantity=quantity, paid_minor=30_000)] * lines
    return await create_order(world.db, shopper, goods, received_at=START)


async def tap(app: Client, line: str, key: str = "k", **wishes: Any) -> Any:
    return (await app.ask(ONE_TAP, key=key, line=line, **wishes))["oneTapReturn"]


async def test_a_hundred_taps_with_one_key_are_one_return(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line, _] = await bought(server, shopper)
    async with server.client(shopper) as app:
        answers = await asyncio.gather(*(tap(app, line, quantity=2, pickup={}) for _ in range(100)))
    replayed = [answer.pop("replayed") for answer in answers]
    assert sorted(replayed) == [False] + [True] * 99
    assert answers == [answers[0]] * 100
    assert answers[0]["return"]["quantity"] == 2
    assert await counts(server.db, *EFFECTS) == [1, 1, 1, 1]
    assert await places_left(server.db) == {"asap-20260310T10": 49}
    assert await counts(server.db, outbox, events, ledger_entries) == [1, 3, 0]


async def test_a_hundred_waybills_with_one_key_are_one_refund(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line, _] = await bought(server, shopper)
    waybill = {"company": "sf", "number": "SF123456789012"}
    async with server.client(shopper) as app:
        opened = (await tap(app, line))["return"]["id"]
        answers = await asyncio.gather(
            *(app.ask_field(WAYBILL, key="w", **{"return": opened}, **waybill) for _ in range(100))
        )
    assert sorted(answer.pop("replayed") for answer in answers) == [False] + [True] * 99
    assert answers == [answers[0]] * 100
    assert answers[0]["refund"]["advance"] == "APPLYING"
    assert await counts(server.db, payments, ledger_entries) == [1, 0]
    await server.work()
    assert await counts(server.db, payments, ledger_entries) == [1, 2]


@pytest.mark.parametrize("name", ["pickupFeePay", "refundRepay"])
async def test_a_hundred_payments_with_one_key_are_one(server: World, name: str) -> None:
    async with http_client(server) as http:
        mine = await sample_shopper(server, http)
        before = await count(server.db, payments)
        operation, token = mutations(mine)[name], server.token(mine.shopper)
        answers = await asyncio.gather(
            *(data_of(http, token, operation.document, **operation.good) for _ in range(100))
        )
    results = [answer[name] for answer in answers]
    assert sorted(answer.pop("replayed") for answer in results) == [False] + [True] * 99
    assert results == [results[0]] * 100
    assert await count(server.db, payments) == before + 1
    async with http_client(server) as http:
        other_key = operation.good | {"key": "k2"}
        twice = (await data_of(http, token, operation.document, **other_key))[name]
    assert twice["code"] == UNDER_WAY[name]
    assert await count(server.db, payments) == before + 1


async def test_taps_in_two_processes_are_one_return(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line, _] = await bought(server, shopper)
    settings = server.services.settings
    other = Services(settings, open_database(settings.address, server.clock))
    async with (
        serving(other) as elsewhere,
        server.client(shopper) as here,
        Client(elsewhere, here.token) as there,
    ):
        answers = await asyncio.gather(
            *(tap(app, line, pickup={}) for _ in range(10) for app in (here, there))
        )
    await other.db.close()
    assert sorted(answer.pop("replayed") for answer in answers) == [False] + [True] * 19
    assert [one["return"]["id"] for one in answers] == [answers[0]["return"]["id"]] * 20
    assert await counts(server.db, *EFFECTS) == [1, 1, 1, 1]


async def test_a_key_with_another_input_is_a_conflict(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line, other] = await bought(server, shopper)
    first: dict[str, Any] = {"line": line, "quantity": 2, "pickup": {"slotId": "20260310T15"}}
    changes: list[dict[str, Any]] = [
        {"line": other},
        {"line": "oli_unknown-1"},
        {"quantity": 1},
        {"quantity": None},
        {"quantity": -1},
        {"pickup": None},
        {"pickup": {}},
        {"pickup": {"slotId": "20260311T09"}},
        {"pickup": {"slotId": "20260310T15", "addressId": "adr_x"}},
    ]
    async with server.client(shopper) as app:
        await tap(app, **first)
        refusals = [await tap(app, **first | change) for change in changes * 2]
        again = await tap(app, **first)
    assert {(one["__typename"], one["code"]) for one in refusals} == {CONFLICT}
    assert again["replayed"] is True
    assert await counts(server.db, *EFFECTS) == [1, 1, 1, 1]


async def test_a_key_used_for_another_mutation_is_a_conflict(server: World) -> None:
    async with http_client(server) as http:
        mine = await sample_shopper(server, http)
        token, known = server.token(mine.shopper), mutations(mine)
        first = known.pop("oneTapReturn")
        opened = await data_of(http, token, first.document, **first.good)
        before = await dump(server.db)
        given = [await data_of(http, token, this.document, **this.good) for this in known.values()]
        again = await data_of(http, token, first.document, **first.good)
    assert {answer["code"] for one in given for answer in one.values()} == {"IDEMPOTENCY_CONFLICT"}
    assert again["oneTapReturn"] == opened["oneTapReturn"] | {"replayed": True}
    assert await dump(server.db) == before


async def test_of_two_inputs_at_once_under_one_key_one_wins(server: World) -> None:
    shopper = await create_shopper(server.db)
    lines = await bought(server, shopper)
    async with server.client(shopper) as app:
        answers = await asyncio.gather(
            *(tap(app, lines[number % 2], pickup={}) for number in range(100))
        )
    done, refused = answers[0::2], answers[1::2]
    if "code" in done[0]:
        done, refused = refused, done
    assert sorted(answer["replayed"] for answer in done) == [False] + [True] * 49
    assert [answer["code"] for answer in refused] == ["IDEMPOTENCY_CONFLICT"] * 50
    assert await counts(server.db, *EFFECTS) == [1, 1, 1, 1]
    assert await places_left(server.db) == {"asap-20260310T10": 49}


async def test_shoppers_do_not_share_keys(server: World) -> None:
    shoppers = [await create_shopper(server.db) for _ in range(3)]
    opened = []
    for shopper in shoppers:
        [line, _] = await bought(server, shopper)
        async with server.client(shopper) as app:
            answer = await tap(app, line)
        assert answer["replayed"] is False
        opened.append(answer["return"]["id"])
    assert len(set(opened)) == 3


async def test_a_refused_tap_does_not_use_up_its_key(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line, other] = await bought(server, shopper)
    async with server.client(shopper) as app:
        refused = [
            await tap(app, line, quantity=4),
            await tap(app, line, pickup={"slotId": "nonsense"}),
            await tap(app, "oli_unknown-1"),
        ]
        assert await count(server.db, idempotency) == 0
        good = await tap(app, other, quantity=1)
        again = await tap(app, other, quantity=1)
        late = await tap(app, line, quantity=4)
    assert [one["code"] for one in refused] == ["QUANTITY_NOT_LEFT", "INVALID_INPUT", "NOT_FOUND"]
    assert (good["replayed"], again["replayed"]) == (False, True)
    assert late["code"] == "IDEMPOTENCY_CONFLICT"


async def test_a_replay_shows_the_return_as_it_is_now_and_does_nothing(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line, _] = await bought(server, shopper)
    async with server.client(shopper) as app:
        opened = await tap(app, line, pickup={})
        await app.ask_field(CANCEL, key="c", **{"return": opened["return"]["id"]})
        again = await tap(app, line, pickup={})
        off = await app.ask_field(CANCEL, key="c", **{"return": opened["return"]["id"]})
    assert (again["replayed"], again["return"]["status"]) == (True, "CLOSED")
    assert (off["replayed"], off["return"]["status"]) == (True, "CLOSED")
    assert await count(server.db, returns) == 1
    assert await places_left(server.db) == {"asap-20260310T10": 50}


async def test_printable_text_is_a_key(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line, _] = await bought(server, shopper, quantity=len(VALID_KEYS))
    async with server.client(shopper) as app:
        taps = [await tap(app, line, key, quantity=1) for key in VALID_KEYS * 2]
    assert [one["replayed"] for one in taps] == [False] * len(VALID_KEYS) + [True] * len(VALID_KEYS)


async def test_every_mutation_refuses_an_invalid_key(server: World) -> None:
    async with http_client(server) as http:
        mine = await sample_shopper(server, http)
        before, token = await dump(server.db), server.token(mine.shopper)
        answers = [
            await data_of(http, token, this.document, **this.good | {"key": key})
            for this in mutations(mine).values()
            for key in INVALID_KEYS
        ]
    refused = [one for answer in answers for one in answer.values()]
    assert {(one["code"], one["field"]) for one in refused} == {("INVALID_INPUT", "idempotencyKey")}
    assert {one["expected"] for one in refused} == {"1 to 128 printable characters"}
    assert await dump(server.db) == before
