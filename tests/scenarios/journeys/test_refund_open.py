"""极速退款: money back before the goods are shipped. R10, R12."""

from typing import Any

import pytest

from tests.support.factories import Goods
from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes, in_both, in_both_languages, messages
from tests.support.journeys.orders import PlacedOrder, moves_on, orders, refund, refunds
from tests.support.journeys.return_lives import where
from tests.support.journeys.stage import Phone, Stage, nothing_changes

LIMIT = 300_000
POSTAGE = Goods(category="postage", paid_minor=800)


async def refundability(phone: Phone, order: PlacedOrder) -> Any:
    return (await phone.ask(docs.REFUNDABILITY, id=order.id))["refundability"]


def minor(trip_or_return: Any) -> int:
    return int(trip_or_return["refund"]["amount"]["minor"])


async def test_a_trusted_shopper_has_the_money_back_at_once(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        order = await orders(phones[0], Goods(paid_minor=19_900), POSTAGE)
        before = [await refundability(phone, order) for phone in phones]
        goods, postage = await refunds(phones[0], order)
        await stage.work()
        after = await refundability(phones[0], order)
        seen = await in_both(phones, goods)
        assert await where(postage) == ("SUCCEEDED", "SETTLED")
    assert [one["message"] for one in before] == ["CN¥207.00 back at once.", "¥207.00立即退回。"]
    assert (before[0]["refundable"], before[0]["express"]) == (True, True)
    assert before[0]["amount"] == {"minor": 20_700}
    assert all(rule["passed"] for rule in before[0]["rules"])
    assert [rule["code"] for rule in before[0]["rules"]] == [
        *["NOT_SHIPPED", "QUANTITY_LEFT", "STAR_LEVEL", "ADVANCE_LIMIT"]
    ]
    assert (seen[0]["express"], seen[0]["refund"]["refundedAt"]) == (
        True,
        "2026-03-10T10:00:00.000+08:00",
    )
    assert messages(seen, "refund", "message") == (
        "Paid; the merchant has repaid the platform",
        "已到账：商家已与平台结算",
    )
    assert (after["refundable"], after["amount"]["minor"]) == (False, 0)
    assert after["message"] == "Nothing is left to refund."
    assert "refund.stop_shipping" in stage.partners.about(goods.id)


@pytest.mark.parametrize(
    ("level", "paid_minor", "failed", "why"),
    [
        (3, 19_900, "STAR_LEVEL", "Your star level is 3; 4 is needed."),
        (
            4,
            LIMIT + 1,
            "ADVANCE_LIMIT",
            "CN¥3,000.01 is more than the CN¥3,000.00 that is advanced for one order.",
        ),
    ],
)
async def test_for_others_the_merchant_has_72_hours_and_silence_pays(
    stage: Stage, level: int, paid_minor: int, failed: str, why: str
) -> None:
    async with in_both_languages(stage, level) as phones:
        order = await orders(phones[0], Goods(paid_minor=paid_minor))
        before = [await refundability(phone, order) for phone in phones]
        [trip] = await refunds(phones[0], order)
        waiting = await trip.seen()
        await stage.passes(hours=71, minutes=59)
        assert (await where(trip))[0] == "AWAITING_MERCHANT_APPROVAL"
        await stage.passes(minutes=1)
        events = await trip.events()
    assert [one["message"] for one in before] == [
        "The merchant has 72 hours to answer.",
        "商家将在72小时内答复。",
    ]
    [rule] = [one for one in before[0]["rules"] if not one["passed"]]
    assert (rule["code"], rule["neededFor"], rule["why"]) == (failed, "EXPRESS", why)
    assert [(one["what"], one["at"], one["thenWhat"]) for one in waiting["deadlines"]] == [
        (
            "MERCHANT_ANSWER",
            "2026-03-13T10:00:00.000+08:00",
            "Silence is consent: the request is approved by itself.",
        )
    ]
    assert codes(waiting["nextActions"]) == ["WAIT_FOR_MERCHANT", "CANCEL_RETURN"]
    assert waiting["refund"]["waitingFor"] == "MERCHANT_APPROVAL"
    assert "return.approval_requested" in stage.partners.about(trip.id)
    assert events == [
        *["RETURN_OPENED", "MERCHANT_ANSWER", "RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT"]
    ]


@pytest.mark.parametrize("pieces", [[1, 1, 1], [2, 1], [1, 2]])
async def test_parts_add_up_to_the_cent_and_postage_comes_with_the_last_goods(
    stage: Stage, pieces: list[int]
) -> None:
    """10,001 and 1,000 and 800 paid, and 1,001 off: nothing of it divides by three."""
    async with stage.shopper(level=4) as phone:
        order = await orders(
            phone,
            *[Goods(quantity=3, paid_minor=10_001), Goods(paid_minor=1_000), POSTAGE],
            discount=1_001,
        )
        whole = (await refundability(phone, order))["amount"]["minor"]
        first = [await refunds(phone, order, (0, quantity)) for quantity in pieces]
        last = await refunds(phone, order, (1, None))
        await stage.work()
        trips = [trip for some in [*first, last] for trip in some]
        amounts = [minor(await trip.seen()) for trip in trips]
        left = await refundability(phone, order)
    assert whole == sum(amounts) == 10_001 + 1_000 + 800 - 1_001
    assert ([len(some) for some in first], len(last)) == ([1] * len(pieces), 2)
    assert sum(one["amountMinor"] for one in stage.payments.charged.values()) == whole
    assert (left["refundable"], left["amount"]["minor"]) == (False, 0)


async def test_goods_that_leave_first_close_what_waits_and_come_back_the_long_way(
    stage: Stage,
) -> None:
    async with in_both_languages(stage, level=3) as phones:
        phone = phones[0]
        order = await orders(phone)
        [trip] = await refunds(phone, order)
        assert await moves_on(phone, order, "shipped") == "DONE"
        closed = await in_both(phones, trip)
        shipped = [await refundability(one, order) for one in phones]
        async with nothing_changes(stage):
            refused = await refund(phone, order)
            late = await trip.merchant("return.approved")
        assert await moves_on(phone, order, "received") == "DONE"
        again = await phone.returns(order.lines[0])
        await stage.work()
    assert messages(closed, "message") == (
        "The goods left before the refund was approved.",
        "商品在退款获批前已发出。",
    )
    assert [one["message"] for one in shipped] == [
        "The goods left on 10 March 2026: return them once received.",
        "商品已于2026年3月10日发出，收到后可退货。",
    ]
    assert (refused["__typename"], refused["shippedAt"]) == (
        "OrderShipped",
        "2026-03-10T10:00:00.000+08:00",
    )
    assert late == "IMPOSSIBLE: the return is CLOSED"
    assert stage.partners.about(trip.id)[-1] == "return.closed"
    assert again.id != trip.id


async def test_a_refused_refund_changes_nothing(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone, stage.shopper(level=4) as stranger:
        order = await orders(phone, Goods(quantity=2), POSTAGE)
        other = await orders(stranger)
        unknown = PlacedOrder("W999999", [])
        mixed = PlacedOrder(order.number, [*order.lines, *other.lines])
        async with nothing_changes(stage):
            refusals = {
                "too many": await refund(phone, order, (0, 3)),
                "none": await refund(phone, order, (0, 0)),
                "fewer": await refund(phone, order, (0, -1)),
                "twice": await refund(phone, order, (0, 1), (0, 1)),
                "postage": await refund(phone, order, (1, None)),
                "another order's": await refund(phone, mixed, (0, 1), (2, 1)),
                "a stranger's": await refund(phone, other),
                "unknown": await refund(phone, unknown),
                "nothing": await phone.ask(docs.REFUND, order=order.id, lines=[]),
            }
    assert {why: (one["__typename"], one.get("field")) for why, one in refusals.items()} == {
        "too many": ("QuantityNotLeft", None),
        "none": ("InvalidInput", "lines.0.quantity"),
        "fewer": ("InvalidInput", "lines.0.quantity"),
        "twice": ("InvalidInput", "lines.1.orderLineId"),
        "postage": ("InvalidInput", "lines.0.orderLineId"),
        "another order's": ("NotFound", "lines.1.orderLineId"),
        "a stranger's": ("NotFound", "orderId"),
        "unknown": ("NotFound", "orderId"),
        "nothing": ("InvalidInput", "lines"),
    }
    assert (refusals["too many"]["asked"], refusals["too many"]["left"]) == (3, 2)
    assert refusals["none"]["expected"] == "a whole number from 1 to 2"
    assert refusals["twice"]["expected"] == "each article only once"
    assert refusals["nothing"]["expected"] == "at least one article"


async def test_refunded_pieces_are_not_refunded_again(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        order = await orders(phone, Goods(quantity=2, paid_minor=10_001))
        [first] = await refunds(phone, order, (0, 1))
        refused = await refund(phone, order, (0, 2))
        [second] = await refunds(phone, order)
        none = await refund(phone, order)
        await stage.work()
        amounts = [minor(await trip.seen()) for trip in (first, second)]
    assert (refused["__typename"], refused["asked"], refused["left"]) == ("QuantityNotLeft", 2, 1)
    assert none["__typename"] == "QuantityNotLeft"
    assert sum(amounts) == 10_001
