from typing import Any

import pytest
from msgspec.structs import replace

from bff.core.money import Money
from bff.domain.pickups import model as pickups
from bff.domain.pickups.model import FeePayer
from bff.domain.refunds import model as refunds
from bff.locale.language import Language
from resolvers.orders.quotes import PickupQuote, RefundQuote
from tests.support.views import context_of, show
from tests.support.world import World

FEE = Money(1_200, "CNY")
QUOTE = pickups.PickupQuote(FEE, FeePayer.SHOPPER, cover=None, first_kg=1, per_kg=Money(200, "CNY"))


async def message(world: World, view: Any, quote: object, language: Language = "en") -> str:
    shown = await show(view, quote, "{ message }", context_of(world, language=language))
    return str(shown["message"]).replace("\xa0", "")


@pytest.mark.parametrize(
    ("payer", "cover", "en", "zh"),
    [
        (
            FeePayer.SHOPPER,
            None,
            "The pickup costs you CN¥12.00, to be paid once the parcel is weighed.",
            "¥12.00",
        ),
        (FeePayer.PLATFORM, None, "The pickup costs you nothing.", "免费"),
        (
            FeePayer.INSURER,
            Money(1_500, "CNY"),
            "The pickup costs you nothing up to CN¥15.00; what is above, you pay.",
            "¥15.00",
        ),
        (
            FeePayer.INSURER,
            Money(1_000, "CNY"),
            "The pickup costs you CN¥2.00, to be paid once the parcel is weighed.",
            "¥2.00",
        ),
    ],
)
async def test_the_message_says_whether_the_pickup_costs_money(
    world: World, payer: FeePayer, cover: Money | None, en: str, zh: str
) -> None:
    quote = replace(QUOTE, payer=payer, cover=cover)
    assert await message(world, PickupQuote, quote) == en
    assert zh in await message(world, PickupQuote, quote, "zh")


@pytest.mark.parametrize(
    ("payer", "basis", "reason"),
    [
        (FeePayer.PLATFORM, "ENTITLEMENT", "Your star level brings free pickup."),
        (FeePayer.MERCHANT, "MERCHANT_COVER", "The merchant covers the pickup."),
        (FeePayer.INSURER, "FREIGHT_INSURANCE", "The order's freight insurance covers the pickup."),
        (FeePayer.SHOPPER, "NO_COVER", "Nothing covers the pickup: you pay it."),
    ],
)
async def test_the_payer_has_a_basis_and_a_reason(
    world: World, payer: FeePayer, basis: str, reason: str
) -> None:
    selection = "{ payer basis reason cover { minor } shopperPays { minor } firstKg }"
    shown = await show(PickupQuote, replace(QUOTE, payer=payer), selection, context_of(world))
    assert shown == {
        "payer": payer.value,
        "basis": basis,
        "reason": reason,
        "cover": None,
        "shopperPays": {"minor": 1_200 if payer is FeePayer.SHOPPER else 0},
        "firstKg": 1,
    }


@pytest.mark.parametrize(
    ("advance", "en"),
    [
        (True, "CN¥199.00 within 1 second of the waybill."),
        (False, "CN¥199.00 once the merchant has the goods."),
    ],
)
async def test_a_refund_comes_with_the_waybill_or_with_the_goods(
    world: World, advance: bool, en: str
) -> None:
    quote = refunds.RefundQuote(1, Money(19_900, "CNY"), advance)
    assert await message(world, RefundQuote, quote) == en
    assert "¥199.00" in await message(world, RefundQuote, quote, "zh")
