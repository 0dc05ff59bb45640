"""Who buys, who sells and what: it fits together, and the packaged policy knows it."""

from bff.demo import catalogue
from bff.demo.catalogue import MERCHANTS, PERSONAS, Shelf
from bff.domain.stars.model import DISHONEST
from tests.support.models import POLICY

SHELVES = [each for each in vars(catalogue).values() if isinstance(each, Shelf)]


def test_every_shelf_has_a_merchant_and_a_category_with_a_name() -> None:
    numbers = {merchant.merchant_no for merchant in MERCHANTS}
    assert {shelf.merchant_no for shelf in SHELVES} == numbers
    assert {shelf.category for shelf in SHELVES} <= POLICY.categories.keys()


def test_no_sku_stands_for_two_goods() -> None:
    skus = [good.sku for shelf in SHELVES for good in shelf.goods]
    assert len(skus) == len(set(skus)) > 30


def test_a_shelf_is_walked_along_and_begun_again() -> None:
    [shelf] = [each for each in SHELVES if each is catalogue.SOCKS]
    assert shelf.good(0) == shelf.good(len(shelf.goods)) != shelf.good(1)


def test_what_was_found_of_a_persona_is_dishonest() -> None:
    assert [persona.shopper_no for persona in PERSONAS] == [f"demo-{n}" for n in range(1, 6)]
    assert all(set(persona.found) <= DISHONEST for persona in PERSONAS)
    assert all(persona.addresses for persona in PERSONAS)
