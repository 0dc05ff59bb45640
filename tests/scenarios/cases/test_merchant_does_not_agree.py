"""A merchant refuses because it does not agree: no ground for what the law gives a shopper (P4)."""

import pytest

from bff.domain.returns.rules.refusal_grounds import NO_GROUND, UNSHIPPED
from tests.support.journeys import documents as docs
from tests.support.journeys.languages import in_both, in_both_languages, messages
from tests.support.journeys.orders import orders, refunds
from tests.support.journeys.return_lives import opened, where
from tests.support.journeys.stage import PHOTO, Stage, nothing_changes

NOT_AGREED = {"reason": "NOT_AGREED", "note": "已联系买家", "photos": [PHOTO]}


@pytest.mark.parametrize("reason", ["NOT_AGREED", "OTHER"])
async def test_merchant_refuses_because_not_agreed(stage: Stage, reason: str) -> None:
    """Two stars, inside the window; the merchant's clock runs on, and its silence approves."""
    async with stage.shopper(level=2) as phone:
        trip = await opened(phone, pickup=False)
        await stage.passes(hours=1)
        async with nothing_changes(stage):
            answer = await trip.merchant("return.refused", **NOT_AGREED | {"reason": reason})
        before = await trip.seen()
        await stage.passes(hours=71)
        seen = await trip.seen()
    assert answer == f"IMPOSSIBLE: {NO_GROUND}"
    assert "消费者权益保护法, article 25" in answer
    assert (before["status"], before["refusal"]) == ("AWAITING_MERCHANT_APPROVAL", None)
    assert seen["status"] == "AWAITING_RETURN_SHIPMENT"


@pytest.mark.parametrize("reason", ["NOT_AGREED", "USED_ITEM", "OUT_OF_WINDOW"])
async def test_a_refund_before_shipping_cannot_be_refused(stage: Stage, reason: str) -> None:
    async with stage.shopper(level=3) as phone:
        [trip] = await refunds(phone, await orders(phone))
        async with nothing_changes(stage):
            answer = await trip.merchant("return.refused", **NOT_AGREED | {"reason": reason})
        assert await trip.merchant("return.approved") == "DONE"
        status, _ = await where(trip)
    assert (answer, status) == (f"IMPOSSIBLE: {UNSHIPPED}", "SUCCEEDED")


async def test_inspected_goods_are_not_refused_without_a_ground(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        async with nothing_changes(stage):
            answer = await trip.merchant("goods.inspected", outcome="REFUSED", **NOT_AGREED)
    assert answer == f"IMPOSSIBLE: {NO_GROUND}"


async def test_silence_after_a_refused_request_is_the_shoppers_gain(stage: Stage) -> None:
    async with in_both_languages(stage, level=2) as phones:
        trip = await opened(phones[0], pickup=False)
        used = NOT_AGREED | {"reason": "USED_ITEM"}
        assert await trip.merchant("return.refused", **used) == "DONE"
        refused = await in_both(phones, trip)
        await stage.passes(days=3)
        seen = await trip.seen()
    assert refused[0]["refusal"]["objectBy"] == "2026-03-13T10:00:00.000+08:00"
    assert messages(refused, "refusal", "ifSilent") == (
        "You need not object: on 13 Mar 10:00 the return is approved by itself.",
        "您无需申诉：3月13日 10:00退货将自动通过。",
    )
    assert refused[0]["deadlines"][0]["thenWhat"] == (
        "You need not object: the return is then approved by itself."
    )
    assert (seen["status"], seen["missedDeadlines"]) == ("AWAITING_RETURN_SHIPMENT", [])
    assert seen["refusal"]["objectBy"] is None


async def test_of_goods_that_are_proven_used_the_shopper_knows_by_when_to_speak(
    stage: Stage,
) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await opened(phones[0], pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused("DAMAGED")
        refused = await in_both(phones, trip)
        await trip.does(docs.OBJECT)
        objected = await trip.seen()
    assert messages(refused, "refusal", "message") == ("The goods were damaged", "商品有损坏")
    assert messages(refused, "refusal", "ifSilent") == (
        "Object by 13 Mar 10:00: otherwise the refusal stands, and the return closes.",
        "请在3月13日 10:00前申诉；否则拒绝成立，退货关闭。",
    )
    assert (objected["refusal"]["objectBy"], objected["refusal"]["ifSilent"]) == (None, None)
