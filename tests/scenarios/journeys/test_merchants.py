"""The merchant's answer and inspection, the dispute, and who has the money in the end. R2, R12."""

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes, in_both, in_both_languages, messages
from tests.support.journeys.partners import Way
from tests.support.journeys.return_lives import ADVANCED, STARTED, opened
from tests.support.journeys.stage import PHOTO, Phone, Stage, Trip, nothing_changes

REASONS = {
    "EMPTY_PARCEL": ("The parcel was empty", "空包裹"),
    "WRONG_ITEM": ("Other goods came back", "寄回的不是原商品"),
    "USED_ITEM": ("The goods were used", "商品已使用"),
    "DAMAGED": ("The goods were damaged", "商品有损坏"),
    "INCOMPLETE": ("Something was missing", "商品或配件不全"),
}


async def test_a_refused_request_is_shown_and_granted_once_staff_decide_so(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        said = {"reason": "USED_ITEM", "note": "worn", "photos": [PHOTO]}
        assert await trip.merchant("return.refused", **said) == "DONE"
        seen = await trip.seen()
        await trip.does(docs.OBJECT)
        assert await trip.staff_decide("SHOPPER") == "DONE"
        granted = await trip.seen()
    refusal = seen["refusal"]
    assert (refusal["reason"], refusal["goodsRefused"], refusal["message"]) == (
        "USED_ITEM",
        False,
        "The goods were used",
    )
    assert (refusal["photos"], refusal["note"]) == ([PHOTO], "worn")
    assert codes(seen["nextActions"]) == ["OPEN_DISPUTE", "CANCEL_RETURN"]
    assert seen["refund"]["waitingFor"] == "DISPUTE"
    assert codes(granted["nextActions"]) == ["SUBMIT_WAYBILL", "CANCEL_RETURN"]


async def test_refused_goods_are_shown_with_the_reason_and_photos(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        for reason, words in REASONS.items():
            trip = await opened(phones[0], pickup=False)
            await trip.is_sent()
            await trip.goods_are_refused(reason)
            seen = await in_both(phones, trip)
            refusal = seen[0]["refusal"]
            assert (refusal["reason"], refusal["goodsRefused"]) == (reason, True)
            assert (refusal["photos"], refusal["note"]) == ([PHOTO], "look")
            assert messages(seen, "refusal", "message") == words


async def test_refused_goods_can_be_objected_to_once(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await opened(phones[0], pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused()
        seen = await in_both(phones, trip)
        objected = await trip.does(docs.OBJECT)
        again = await trip.tries(docs.OBJECT)
    assert seen[0]["refusal"]["disputedAt"] is None
    assert objected["refusal"]["disputedAt"] == "2026-03-10T10:00:00.000+08:00"
    assert messages(seen, "message") == ("Refused by the merchant", "商家已拒绝")
    assert messages(seen, "refund", "message") == ("The merchant refused the goods", "商家拒收商品")
    assert codes(seen[0]["nextActions"]) == ["OPEN_DISPUTE"]
    assert seen[0]["deadlines"] == [
        {
            "what": "DISPUTE",
            "at": "2026-03-13T10:00:00.000+08:00",
            "title": "You object to the merchant's decision",
            "thenWhat": "The refusal stands, and the return closes.",
        }
    ]
    assert codes(objected["nextActions"]) == ["WAIT_FOR_STAFF"]
    assert [(one["what"], one["thenWhat"]) for one in objected["deadlines"]] == [
        ("STAFF_DECISION", "The decision goes in your favour.")
    ]
    assert (again["__typename"], again["status"]) == ("ReturnNotDisputable", "MERCHANT_REFUSED")


@pytest.mark.parametrize("missing", ["reason", "photos"])
async def test_goods_are_not_refused_without_a_reason_and_a_photo(
    stage: Stage, missing: str
) -> None:
    said = {"outcome": "REFUSED", "reason": "EMPTY_PARCEL", "photos": [PHOTO]}
    del said[missing]
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        async with nothing_changes(stage):
            answer = await trip.merchant("goods.inspected", **said)
    assert answer.startswith(f"INVALID_PAYLOAD: data.{missing}: expected ")


async def test_what_was_advanced_is_owed_once_the_refusal_stands_and_costs_stars(
    stage: Stage,
) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await proven_empty(phones[0])
        owing = await in_both(phones, trip)
        stars = (await phones[0].ask(docs.STARS))["starLevel"]
    assert messages(owing, "message") == ("The merchant's refusal stands.", "商家的拒绝成立。")
    assert messages(owing, "refund", "message") == (
        "The refusal stands: please pay CN¥199.00 back by 24 Mar 10:00",
        "拒绝成立：请在3月24日 10:00前归还¥199.00",
    )
    assert owing[0]["refund"]["owed"]["minor"] == 19_900
    assert codes(owing[0]["nextActions"]) == ["REPAY_REFUND"]
    assert (stars["level"], stars["history"][0]["cause"]) == (1, "EMPTY_PARCEL")


async def proven_empty(phone: Phone) -> Trip:
    """Staff have decided for the merchant."""
    trip = await opened(phone, pickup=False)
    await trip.is_sent()
    await trip.goods_are_refused()
    await trip.does(docs.OBJECT)
    assert await trip.staff_decide("MERCHANT") == "DONE"
    return trip


async def test_a_debt_is_paid_once_at_whatever_try(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await proven_empty(phones[0])
        stage.payments.will(Way.DECLINE, Way.PAY_AND_LOSE_THE_ANSWER)
        await trip.does(docs.REPAY)
        under_way = await trip.tries(docs.REPAY)
        await stage.work()
        declined = await trip.seen()
        await trip.does(docs.REPAY)
        await stage.work()
        await stage.passes(seconds=5)
        done = await in_both(phones, trip)
        nothing = await trip.tries(docs.REPAY)
    repaid = [one for one in stage.payments.charged.values() if one["kind"] == "REPAYMENT"]
    assert (under_way["__typename"], nothing["__typename"]) == ("RepaymentUnderWay", "NothingOwed")
    assert declined["refund"]["owed"]["minor"] == 19_900
    assert codes(declined["nextActions"]) == ["REPAY_REFUND"]
    assert (done[0]["refund"]["owed"]["minor"], done[0]["nextActions"]) == (0, [])
    assert messages(done, "refund", "message") == (
        "Taken back, and paid back by you",
        "已收回，您已退回",
    )
    assert [one["amountMinor"] for one in repaid] == [19_900]


async def test_staff_for_the_shopper_leave_the_money_and_the_stars_where_they_are(
    stage: Stage,
) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused()
        assert await trip.staff_decide("SHOPPER") == "WAITING"
        await trip.does(docs.OBJECT)
        assert await trip.staff_decide("SHOPPER") == "DONE"
        async with nothing_changes(stage):
            again = await trip.staff_decide("MERCHANT")
        seen, events = await trip.seen(), await trip.events()
        stars = (await phone.ask(docs.STARS))["starLevel"]
    assert again == "IMPOSSIBLE: the return is SUCCEEDED"
    assert (seen["refund"]["advance"], seen["refund"]["owed"]["minor"]) == ("SETTLED", 0)
    assert stars["level"] == 4
    assert events[-2:] == ["RETURN_SUCCEEDED", "REFUND_SETTLED"]


async def test_when_staff_stay_silent_it_is_decided_for_the_shopper(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused()
        await trip.does(docs.OBJECT)
        await stage.passes(days=7)
        update = (await trip.pushed())[-3]
        seen, events = await trip.seen(), await trip.events()
    assert events == [
        *[*STARTED, *ADVANCED, "GOODS_REFUSED", "DISPUTE_OPENED"],
        *["STAFF_DECISION", "RETURN_SUCCEEDED", "REFUND_SETTLED"],
    ]
    assert update["message"] == "The platform has not decided in time."
    assert seen["status"] == "SUCCEEDED"


async def test_a_merchant_who_has_the_goods_has_the_laws_seven_days(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        assert await trip.merchant("return.approved") == "DONE"
        await trip.is_sent()
        on_its_way = (await trip.seen())["deadlines"]
        await stage.passes(days=2)
        assert await trip.merchant("goods.received") == "DONE"
        there = (await trip.seen())["deadlines"]
        await stage.passes(days=7)
        seen, events = await trip.seen(), await trip.events()
    assert [one["at"] for one in on_its_way] == ["2026-03-20T10:00:00.000+08:00"]
    assert [one["at"] for one in there] == ["2026-03-19T10:00:00.000+08:00"]
    assert there[0]["thenWhat"] == "Silence accepts the goods: the merchant pays."
    assert events[-3:] == ["MERCHANT_INSPECTION", "RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT"]
    assert seen["refund"]["refundedAt"] == "2026-03-19T10:00:00.000+08:00"


async def test_what_a_merchant_says_too_late_is_refused(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip, cancelled = await opened(phone, pickup=False), await opened(phone, pickup=False)
        await cancelled.does(docs.CANCEL)
        async with nothing_changes(stage):
            refused = await trip.merchant("return.refused", reason="OTHER")
            closed = await cancelled.merchant("return.approved")
    assert refused == "IMPOSSIBLE: the return is AWAITING_RETURN_SHIPMENT"
    assert closed == "IMPOSSIBLE: the return is CLOSED"


async def test_a_cancelled_return_goes_on_once_its_goods_are_there(stage: Stage) -> None:
    """A merchant who has the goods does not keep the money too (P2)."""
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.does(docs.CANCEL)
        assert await trip.merchant("goods.received") == "DONE"
        await stage.work()
        await stage.passes(days=7)
        events = await trip.events()
    assert events == [
        *[*STARTED, "RETURN_CLOSED", "RETURN_REOPENED", "GOODS_RECEIVED", "REFUND_ADVANCED"],
        *["MERCHANT_INSPECTION", "RETURN_SUCCEEDED", "REFUND_SETTLED"],
    ]
