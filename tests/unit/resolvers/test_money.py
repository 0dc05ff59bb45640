import pytest

from bff.core.money import Money
from bff.locale.language import Language
from resolvers import money as views
from tests.support.views import context_of, show
from tests.support.world import World


@pytest.mark.parametrize(("language", "display"), [("en", "CN¥199.00"), ("zh", "¥199.00")])
async def test_an_amount_is_shown_in_minor_units_and_as_people_write_it(
    world: World, language: Language, display: str
) -> None:
    context = context_of(world, language=language)
    shown = await show(views.Money, Money(19_900, "CNY"), "{ minor currency display }", context)
    assert shown["display"].replace("\xa0", "") == display
    assert (shown["minor"], shown["currency"]) == (19_900, "CNY")


async def test_a_currency_without_decimals_has_none(world: World) -> None:
    shown = await show(views.Money, Money(1_200, "JPY"), "{ display }", context_of(world))
    assert shown["display"].replace("\xa0", "") == "JP¥1,200"
