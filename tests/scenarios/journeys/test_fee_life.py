"""退款待支付取件费用: the fee from the scales to the money, in both languages. R11."""

from typing import NamedTuple

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import (
    Bilingual,
    Phones,
    codes,
    in_both,
    in_both_languages,
    messages,
)
from tests.support.journeys.partners import Way
from tests.support.journeys.stage import Stage, Trip

WAITS_FOR_FEE = ("The refund waits for the pickup fee", "退款待支付取件费用")
WAITS_FOR_GOODS = ("The refund waits for the goods to be sent", "退款待寄出商品")
PAID = ("Paid: advanced by the platform", "已到账：平台先行垫付")
SEND = ("Approved: send the goods back", "已同意，请寄回商品")
SENT = ("The goods are on their way to the merchant", "商品已寄出，待商家收货")


class Screen(NamedTuple):
    """What the app shows at one moment."""

    fee: Bilingual
    refund: Bilingual
    message: Bilingual
    actions: list[str]
    deadlines: list[str]


UNPAID = Screen(
    (
        "Please pay CN¥12.00 by 11 Mar 10:00: the refund waits for it.",
        "请在3月11日 10:00前支付¥12.00，退款待支付取件费用。",
    ),
    WAITS_FOR_FEE,
    WAITS_FOR_FEE,
    ["PAY_PICKUP_FEE", "WAIT_FOR_WAYBILL"],
    ["COURIER_WAYBILL", "PICKUP_FEE", "PARCEL_TRACE"],
)
UNDER_WAY = Screen(
    ("Your payment of CN¥12.00 is under way.", "您支付的¥12.00正在处理中。"),
    WAITS_FOR_FEE,
    WAITS_FOR_FEE,
    ["WAIT_FOR_FEE_PAYMENT"],
    [],
)
FAILED = Screen(
    (
        "The payment of CN¥12.00 failed: try again by 11 Mar 10:00.",
        "支付¥12.00失败，请在3月11日 10:00前重试。",
    ),
    WAITS_FOR_FEE,
    WAITS_FOR_FEE,
    ["PAY_PICKUP_FEE"],
    ["PICKUP_FEE"],
)
PAID_AT_LAST = Screen(
    ("You have paid CN¥12.00 for the pickup.", "您已支付取件费用¥12.00。"),
    PAID,
    SENT,
    ["WAIT_FOR_MERCHANT_RECEIPT", "CORRECT_WAYBILL"],
    ["MERCHANT_INSPECTION"],
)


async def shown(phones: Phones, trip: Trip) -> Screen:
    seen = await in_both(phones, trip)
    return Screen(
        messages(seen, "pickup", "fee", "message"),
        messages(seen, "refund", "message"),
        messages(seen, "message"),
        codes(seen[0]["nextActions"]),
        codes(seen[0]["deadlines"]),
    )


async def test_each_step_says_what_is_paid_by_when_and_what_waits_for_it(stage: Stage) -> None:
    async with in_both_languages(stage, level=3) as phones:
        [line] = await phones[0].buys()
        trip = await phones[0].returns(line, pickup={})
        await trip.is_fetched(grams=900, waybill=False)
        assert await shown(phones, trip) == UNPAID
        assert await trip.courier("waybill", waybillNumber="CN0123456789") == "DONE"
        held = await trip.seen()
        stage.payments.will(Way.REPORT_LATER)
        await trip.does(docs.PAY_FEE)
        await stage.work()
        under_way = await shown(phones, trip)
        stage.payments.will(Way.DECLINE)
        await stage.passes(seconds=5)
        failed = await shown(phones, trip)
        await trip.does(docs.PAY_FEE)
        await stage.work()
        paid = await shown(phones, trip)
    assert codes(held["nextActions"]) == ["PAY_PICKUP_FEE"]
    assert (held["waybill"], held["status"]) == (None, "AWAITING_RETURN_SHIPMENT")
    assert [one for one in held["deadlines"] if one["what"] == "PICKUP_FEE"] == [
        {
            "what": "PICKUP_FEE",
            "at": "2026-03-11T10:00:00.000+08:00",
            "title": "The pickup fee is paid",
            "thenWhat": (
                "The goods go on without the advance; "
                "the fee stays owed and counts against your stars."
            ),
        }
    ]
    assert under_way == UNDER_WAY
    assert failed == FAILED
    assert paid == PAID_AT_LAST
