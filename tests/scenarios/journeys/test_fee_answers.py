"""Does the pickup cost money? Before the tap and after it, for every payer: R11."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.factories import Goods
from tests.support.journeys import documents as docs
from tests.support.journeys.languages import Bilingual, in_both, in_both_languages, messages
from tests.support.journeys.stage import Stage

FREE = ("The pickup costs you nothing.", "取件对您免费。")
UP_TO_20 = (
    "The pickup costs you nothing up to CN¥20.00; what is above, you pay.",
    "取件费用在¥20.00以内对您免费，超出部分由您支付。",
)
PAYS_12 = (
    "The pickup costs you CN¥12.00, to be paid once the parcel is weighed.",
    "取件需您支付¥12.00，包裹称重后支付。",
)
WAITS_FOR_FEE = ("The refund waits for the pickup fee", "退款待支付取件费用")
WAITS_FOR_GOODS = ("The refund waits for the goods to be sent", "退款待寄出商品")


@dataclass(frozen=True)
class Cover:
    """Who pays, and what is said of it from the first question until the parcel is weighed."""

    payer: str
    basis: str
    why: Bilingual
    answer: Bilingual
    level: int = 3
    goods: Goods = field(default_factory=Goods)
    order: dict[str, Any] = field(default_factory=dict)
    cover_minor: int | None = None
    pays_minor: int = 0


ENTITLED = Cover(
    *("PLATFORM", "ENTITLEMENT"),
    ("Your star level brings free pickup.", "您的购物评级享免费取件。"),
    UP_TO_20,
    level=4,
    cover_minor=2_000,
)
INSURED = Cover(
    *("INSURER", "FREIGHT_INSURANCE"),
    ("The order's freight insurance covers the pickup.", "取件费由运费险承担。"),
    UP_TO_20,
    goods=Goods(freight_insured=True),
    cover_minor=2_000,
)
MERCHANTS = Cover(
    *("MERCHANT", "MERCHANT_COVER"),
    ("The merchant covers the pickup.", "取件费由商家承担。"),
    FREE,
    order={"covers_pickup": True},
)
NOBODY = Cover(
    *("SHOPPER", "NO_COVER"),
    ("Nothing covers the pickup: you pay it.", "取件费用无人承担，由您支付。"),
    PAYS_12,
    pays_minor=1_200,
)
COVERS = {"entitled": ENTITLED, "insured": INSURED, "merchant": MERCHANTS, "nobody": NOBODY}


@pytest.mark.parametrize("cover", COVERS.values(), ids=COVERS)
async def test_the_answer_is_there_before_the_tap_and_the_same_after_it(
    stage: Stage, cover: Cover
) -> None:
    async with in_both_languages(stage, cover.level) as phones:
        phone = phones[0]
        [line] = await phone.buys(cover.goods, **cover.order)
        lines = [await one.ask(docs.QUOTE, id=line) for one in phones]
        quotes = tuple(one["returnability"]["pickupQuote"] for one in lines)
        trip = await phone.returns(line, pickup={})
        booked = await in_both(phones, trip)
        await trip.is_fetched(waybill=False)
        in_hand = await in_both(phones, trip)
    assert {**quotes[0], "reason": "", "message": ""} == {
        "reason": "",
        "message": "",
        "payer": cover.payer,
        "basis": cover.basis,
        "firstKg": 1,
        "fee": {"minor": 1_200},
        "perKg": {"minor": 500},
        "cover": cover.cover_minor and {"minor": cover.cover_minor},
        "shopperPays": {"minor": cover.pays_minor},
    }
    assert messages(quotes, "reason") == cover.why
    assert messages(quotes, "message") == cover.answer
    for seen in (booked, in_hand):
        fee = seen[0]["pickup"]["fee"]
        assert (fee["payer"], fee["basis"]) == (cover.payer, cover.basis)
        assert (fee["amount"]["minor"], fee["shopperPays"]["minor"]) == (1_200, cover.pays_minor)
        assert (fee["due"]["minor"], fee["payBy"], fee["finalAt"]) == (0, None, None)
        assert fee["status"] == ("UNPAID" if cover.pays_minor else "WAIVED")
        assert messages(seen, "pickup", "fee", "reason") == cover.why
        assert messages(seen, "pickup", "fee", "message") == cover.answer
        assert messages(seen, "refund", "message") == WAITS_FOR_GOODS
        assert {one["what"] for one in seen[0]["deadlines"]} & {"PICKUP_FEE"} == set()


BY = ("11 Mar 10:00", "3月11日 10:00")


def too_heavy(pays: str) -> Bilingual:
    return (
        f"The pickup costs more than what is covered: please pay CN¥{pays} by {BY[0]}.",
        f"取件费用超出承担额度，请在{BY[1]}前支付¥{pays}。",
    )


def to_pay(pays: str) -> Bilingual:
    return (
        f"Please pay CN¥{pays} by {BY[0]}: the refund waits for it.",
        f"请在{BY[1]}前支付¥{pays}，退款待支付取件费用。",
    )


@pytest.mark.parametrize(
    ("cover", "grams", "fee", "pays", "answer"),
    [
        (ENTITLED, 2_000, 1_700, 0, FREE),
        (ENTITLED, 3_001, 2_700, 700, too_heavy("7.00")),
        (INSURED, 1_000, 1_200, 0, FREE),
        (INSURED, 2_001, 2_200, 200, too_heavy("2.00")),
        (MERCHANTS, 9_500, 5_700, 0, FREE),
        (NOBODY, 1, 1_200, 1_200, to_pay("12.00")),
        (NOBODY, 1_001, 1_700, 1_700, to_pay("17.00")),
    ],
)
async def test_once_weighed_the_fee_is_final_and_what_is_not_covered_is_due(
    stage: Stage, cover: Cover, grams: int, fee: int, pays: int, answer: Bilingual
) -> None:
    async with in_both_languages(stage, cover.level) as phones:
        [line] = await phones[0].buys(cover.goods, **cover.order)
        trip = await phones[0].returns(line, pickup={})
        await trip.is_fetched(grams=grams, waybill=False)
        seen = await in_both(phones, trip)
        events = await trip.events()
    shown = seen[0]["pickup"]["fee"]
    assert (shown["weightGrams"], shown["amount"]["minor"]) == (grams, fee)
    assert (shown["shopperPays"]["minor"], shown["due"]["minor"]) == (pays, pays)
    assert shown["status"] == ("UNPAID" if pays else "WAIVED")
    assert shown["finalAt"] == "2026-03-10T10:00:00.000+08:00"
    assert shown["payBy"] == ("2026-03-11T10:00:00.000+08:00" if pays else None)
    assert messages(seen, "pickup", "fee", "message") == answer
    assert messages(seen, "refund", "message") == (WAITS_FOR_FEE if pays else WAITS_FOR_GOODS)
    assert ("PICKUP_FEE_DUE" in events) is bool(pays)
