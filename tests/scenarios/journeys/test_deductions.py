"""Goods that the merchant accepts in part: it keeps them, and a part of the money (P5)."""

from typing import Any

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes, in_both, in_both_languages, messages
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import PHOTO, Stage, Trip, nothing_changes

TORN = {"ground": "DAMAGED", "amountMinor": 3_000, "note": "拉链损坏", "photos": [PHOTO]}
WORN = {"ground": "USED_ITEM", "amountMinor": 2_000, "photos": [PHOTO]}


async def in_part(trip: Trip, *deductions: dict[str, Any]) -> str:
    given = [*(deductions or (TORN, WORN))]
    return await trip.merchant("goods.inspected", outcome="PARTLY_ACCEPTED", deductions=given)


def paid(stage: Stage, kind: str) -> list[int]:
    charged = stage.payments.charged.values()
    return [one["amountMinor"] for one in charged if one["kind"] == kind]


async def test_the_parts_and_their_grounds_are_shown_with_the_day_to_object(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await opened(phones[0], pickup=False)
        await trip.is_sent()
        assert await in_part(trip) == "DONE"
        seen = await in_both(phones, trip)
        events = await trip.events()
    refusal = seen[0]["refusal"]
    assert [(one["ground"], one["amount"]["minor"]) for one in refusal["deductions"]] == [
        ("DAMAGED", 3_000),
        ("USED_ITEM", 2_000),
    ]
    assert (refusal["goodsRefused"], seen[0]["refund"]["deducted"]["minor"]) == (True, 0)
    assert messages(seen, "message") == ("Accepted in part by the merchant", "商家部分认可")
    assert messages(seen, "refund", "message") == (
        "The merchant accepted the goods in part",
        "商家部分认可商品",
    )
    assert messages(seen, "refusal", "ifSilent") == (
        "Object by 13 Mar 10:00: otherwise CN¥50.00 is kept back, and the rest of the money is "
        "yours.",
        "请在3月13日 10:00前申诉；否则扣留¥50.00，其余款项归您。",
    )
    [deadline] = seen[0]["deadlines"]
    assert deadline["thenWhat"] == "The deductions stand, and the rest of the money is yours."
    assert codes(seen[0]["nextActions"]) == ["OPEN_DISPUTE"]
    assert events[-1] == "GOODS_PARTLY_ACCEPTED"


async def test_in_silence_the_part_of_an_advance_is_owed(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await opened(phones[0], pickup=False)
        await trip.is_sent()
        await in_part(trip)
        await stage.passes(days=3)
        owing = await in_both(phones, trip)
        stars = (await phones[0].ask(docs.STARS))["starLevel"]["level"]
        await trip.does(docs.REPAY)
        await stage.work()
        done, events = await trip.seen(), await trip.events()
    refund = owing[0]["refund"]
    assert (owing[0]["status"], refund["advance"]) == ("SUCCEEDED", "SETTLED")
    assert (refund["owed"]["minor"], refund["deducted"]["minor"]) == (5_000, 5_000)
    assert refund["message"].startswith("The deductions stand: please pay CN¥50.00 back by ")
    assert codes(owing[0]["nextActions"]) == ["REPAY_REFUND"]
    assert paid(stage, "REPAYMENT") == [5_000]
    assert (done["refund"]["owed"]["minor"], done["nextActions"]) == (0, [])
    assert stars == 4
    assert events[-6:] == [
        *["DISPUTE", "DEDUCTIONS_STAND", "RETURN_SUCCEEDED", "REFUND_SETTLED"],
        *["REPAYMENT_REQUESTED", "REFUND_REPAID"],
    ]


async def test_in_silence_the_merchant_pays_the_rest(stage: Stage) -> None:
    async with stage.shopper(level=2) as phone:
        trip = await opened(phone, pickup=False)
        assert await trip.merchant("return.approved") == "DONE"
        await trip.is_sent()
        await in_part(trip)
        await stage.passes(days=3)
        seen = await trip.seen()
    assert paid(stage, "MERCHANT_REFUND") == [14_900]
    assert (seen["status"], seen["refund"]["owed"]["minor"]) == ("SUCCEEDED", 0)
    assert seen["refund"]["message"] == "Paid by the merchant"


@pytest.mark.parametrize("winner", ["SHOPPER", "MERCHANT"])
async def test_staff_decide_on_the_whole_or_the_part(stage: Stage, winner: str) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await in_part(trip)
        await trip.does(docs.OBJECT)
        assert await trip.staff_decide(winner) == "DONE"
        seen = await trip.seen()
    owed = 5_000 if winner == "MERCHANT" else 0
    assert (seen["status"], seen["refund"]["owed"]["minor"]) == ("SUCCEEDED", owed)
    assert seen["refund"]["deducted"]["minor"] == owed


async def test_a_merchant_who_accepts_the_goods_after_all_deducts_nothing(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await in_part(trip)
        async with nothing_changes(stage):
            assert await in_part(trip, TORN) == "DONE"
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        seen = await trip.seen()
    assert (seen["status"], seen["refund"]["deducted"]["minor"]) == ("SUCCEEDED", 0)


@pytest.mark.parametrize(
    ("deduction", "why"),
    [
        (TORN | {"amountMinor": 19_900}, "IMPOSSIBLE: deductions: less than 19900 in all"),
        (TORN | {"ground": "NOT_AGREED"}, "IMPOSSIBLE: reason: a return without a reason"),
        (TORN | {"photos": []}, "INVALID_PAYLOAD: data.deductions[0].photos: expected 1 to 3"),
        (TORN | {"amountMinor": 0}, "INVALID_PAYLOAD: data.deductions[0].amountMinor: expected"),
    ],
)
async def test_a_deduction_needs_a_ground_proof_and_a_part(
    stage: Stage, deduction: dict[str, Any], why: str
) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        async with nothing_changes(stage):
            answer = await in_part(trip, deduction)
    assert answer.startswith(why)
