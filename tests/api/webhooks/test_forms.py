"""An invalid payload is refused by field, with the expected form, and is not stored."""

from typing import Any

from tests.support.import_files import a_line, an_order
from tests.support.webhook_cases import PHOTO, booked
from tests.support.webhook_sender import Sender, effects, envelope, open_sender
from tests.support.world import World

PICKUP = {"pickupId": "pic_1"}
RETURN = {"returnId": "ret_1"}
GROUNDS = "EMPTY_PARCEL, WRONG_ITEM, USED_ITEM, DAMAGED, INCOMPLETE, OUT_OF_WINDOW"
REASONS = f"one of {GROUNDS}, NOT_AGREED, OTHER"
ID = "an id as it was sent: 1 to 80 letters, digits, dots, underscores or hyphens"
REFUSED = RETURN | {"outcome": "REFUSED"}
MOMENT = "a moment with its zone, such as 2011-03-01T09:30:00+08:00, from 2000 to 2099"

INVALID_FIELDS: list[tuple[str, str, Any, str]] = [
    ("courier", "pickup.collected", {}, f"data.pickupId: expected {ID}"),
    ("courier", "pickup.collected", {"pickupId": 7}, f"data.pickupId: expected {ID}"),
    ("courier", "pickup.collected", {"pickupId": "a b"}, f"data.pickupId: expected {ID}"),
    (
        "courier",
        "pickup.weighed",
        PICKUP | {"weightGrams": 0},
        "data.weightGrams: expected whole grams from 1 to 100,000",
    ),
    (
        "courier",
        "pickup.weighed",
        PICKUP | {"weightGrams": "800"},
        "data.weightGrams: expected whole grams from 1 to 100,000",
    ),
    (
        "courier",
        "pickup.weighed",
        PICKUP | {"weightGrams": 10**30},
        "data.weightGrams: expected whole grams from 1 to 100,000",
    ),
    (
        "courier",
        "pickup.visit_failed",
        PICKUP | {"reason": "TIRED"},
        "data.reason: expected one of NOBODY_HOME, GOODS_NOT_READY, ADDRESS_NOT_FOUND, "
        "COURIER_UNABLE",
    ),
    ("merchant", "return.refused", RETURN, f"data.reason: expected {REASONS}"),
    (
        "merchant",
        "return.refused",
        RETURN | {"reason": "OTHER", "photos": [PHOTO] * 4},
        "data.photos: expected at most 3 https addresses",
    ),
    (
        "merchant",
        "return.refused",
        RETURN | {"reason": "OTHER", "photos": [PHOTO, "http://a.example/1.jpg"]},
        "data.photos[1]: expected at most 3 https addresses",
    ),
    (
        "merchant",
        "return.refused",
        RETURN | {"reason": "OTHER", "note": "\u0000"},
        "data.note: expected at most 1,000 characters, no control characters but new lines",
    ),
    (
        "merchant",
        "goods.inspected",
        REFUSED | {"photos": [PHOTO]},
        f"data.reason: expected {REASONS}; needed where the outcome is REFUSED",
    ),
    (
        "merchant",
        "goods.inspected",
        REFUSED | {"reason": "OTHER"},
        "data.photos: expected at most 3 https addresses; 1 where the outcome is REFUSED",
    ),
    (
        "merchant",
        "goods.inspected",
        RETURN | {"outcome": "FINE"},
        "data.outcome: expected ACCEPTED, PARTLY_ACCEPTED or REFUSED",
    ),
    (
        "merchant",
        "goods.inspected",
        RETURN | {"outcome": "PARTLY_ACCEPTED"},
        "data.deductions: expected 1 to 10 where the outcome is PARTLY_ACCEPTED",
    ),
    (
        "merchant",
        "goods.inspected",
        RETURN
        | {"outcome": "PARTLY_ACCEPTED", "deductions": [{"ground": "DAMAGED", "amountMinor": 5}]},
        "data.deductions[0].photos: expected 1 to 3 https addresses",
    ),
    (
        "orders",
        "order.paid",
        an_order(lines=[a_line(quantity=0)]),
        "data.lines[0].quantity: expected a whole number from 1 to 1,000,000",
    ),
    ("orders", "order.shipped", {"orderNumber": "1", "at": "now"}, f"data.at: expected {MOMENT}"),
    ("orders", "order.shipped", {"orderNumber": "1", "at": 5}, f"data.at: expected {MOMENT}"),
    (
        "payments",
        "payment.failed",
        {"paymentId": "pay_1", "reason": ""},
        "data.reason: expected 1 to 200 characters",
    ),
    (
        "staff",
        "star_level.decided",
        {"shopperId": "sho_1", "level": 6},
        "data.level: expected a whole number from 1 to 5",
    ),
    (
        "staff",
        "dispute.decided",
        RETURN | {"winner": "NOBODY"},
        "data.winner: expected one of SHOPPER, MERCHANT",
    ),
    ("staff", "dispute.decided", [], "data: expected a JSON object"),
]


async def refused(sender: Sender, partner: str, body: bytes) -> tuple[int, str, str]:
    headers = sender.headers(partner, body, "evt")
    answer = await sender.send(partner, body, headers)
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()["code"], answer.json()["message"]


async def test_an_invalid_field_is_named_with_the_expected_form(server: World) -> None:
    before = await effects(server)
    async with open_sender(server) as sender:
        for partner, kind, data, message in INVALID_FIELDS:
            given = await refused(sender, partner, envelope(kind, data))
            assert given == (422, "INVALID_PAYLOAD", message)
    assert await effects(server) == before


async def test_all_invalid_fields_are_listed_at_once(server: World) -> None:
    async with open_sender(server) as sender:
        body = envelope("pickup.weighed", {"weightGrams": -1})
        answer = await sender.send("courier", body, sender.headers("courier", body, "evt"))
    assert answer.json()["errors"] == [
        {"field": "data.pickupId", "expected": ID},
        {"field": "data.weightGrams", "expected": "whole grams from 1 to 100,000"},
    ]


BODIES: list[tuple[bytes, int, str]] = [
    (b"", 400, "NOT_JSON"),
    (b"{", 400, "NOT_JSON"),
    (b"[]", 400, "NOT_JSON"),
    (b"null", 400, "NOT_JSON"),
    (b'"pickup.collected"', 400, "NOT_JSON"),
    (b'{"type": NaN}', 400, "NOT_JSON"),
    (b'{"a":' * 20_000, 400, "NOT_JSON"),
    (b"{}", 422, "INVALID_PAYLOAD"),
    (b'{"type": 1, "timestamp": "x", "data": {}}', 422, "INVALID_PAYLOAD"),
    (envelope("pickup.stolen", {}), 422, "UNKNOWN_TYPE"),
    (envelope("return.approved", RETURN), 422, "UNKNOWN_TYPE"),
    (envelope("pickup.collected", {"x": "y"} | {"deep": "[" * 9}), 422, "INVALID_PAYLOAD"),
]


async def test_an_invalid_body_is_refused(server: World) -> None:
    async with open_sender(server) as sender:
        for body, status, message in BODIES:
            assert (await refused(sender, "courier", body))[:2] == (status, message), body[:80]


async def test_deep_nesting_in_an_unknown_field_is_refused(server: World) -> None:
    deep = b'{"type":"pickup.collected","timestamp":"2026-03-10T10:00:00+08:00","data":'
    deep += b'{"pickupId":"pic_1","more":' + b"[" * 900 + b"]" * 900 + b"}}"
    async with open_sender(server) as sender:
        given = await refused(sender, "courier", deep)
    assert given == (400, "NOT_JSON", "expected fewer levels of nesting")


async def test_invalid_utf8_is_refused(server: World) -> None:
    async with open_sender(server) as sender:
        headers = sender.headers("courier", b"", "evt")
        answer = await sender.send("courier", b'{"type": "\xff"}', headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "NOT_JSON")


async def test_an_unknown_partner_and_another_method_are_refused(server: World) -> None:
    async with open_sender(server) as sender:
        body = envelope("pickup.collected", PICKUP)
        nobody = await sender.send("nobody", body, {})
        got = await sender.http.get("/webhooks/courier")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "UNKNOWN_PARTNER")
    assert got.status_code == 405


async def test_an_invalid_event_may_be_corrected_under_the_same_id(server: World) -> None:
    async with open_sender(server) as sender:
        pickup = await booked(sender)
        refused_event = await sender.post("courier", "pickup.accepted", pickup, "evt")
        good = await sender.post(
            "courier", "pickup.accepted", pickup | {"courierCompany": "cainiao"}, "evt"
        )
    assert (refused_event.status_code, good.status_code) == (422, 200)


async def test_unknown_fields_are_ignored(server: World) -> None:
    async with open_sender(server) as sender:
        pickup = await booked(sender) | {"courierCompany": "cainiao", "driver": {"name": "王"}}
        await sender.tell("courier", "pickup.accepted", pickup)
        order = an_order(shipped_at=None, delivered_at=None, channel="app")
        order["lines"] = [a_line(colour="red")]
        await sender.tell("orders", "order.paid", order)


UNKNOWN: list[tuple[str, str, dict[str, Any], str]] = [
    ("courier", "pickup.collected", PICKUP, "there is no pickup pic_1"),
    ("merchant", "goods.received", RETURN, "there is no return ret_1"),
    (
        "payments",
        "payment.succeeded",
        {"paymentId": "pay_1", "reference": "r"},
        "there is no payment pay_1",
    ),
    (
        "staff",
        "star_level.decided",
        {"shopperId": "sho_1", "level": 1},
        "there is no shopper sho_1",
    ),
]


async def test_an_event_of_an_unknown_subject_is_refused_and_stored(server: World) -> None:
    async with open_sender(server) as sender:
        for partner, kind, data, message in UNKNOWN:
            answers = [await sender.post(partner, kind, data, "evt") for _ in range(2)]
            expected = {"status": "REFUSED", "code": "UNKNOWN_SUBJECT", "message": message}
            given = [(each.status_code, each.json()) for each in answers]
            assert given == [(422, expected)] * 2
