"""From records to models: ids, order of lines, discounts and addresses."""

from typing import Any

import pytest
from pydantic import ValidationError

from bff.domain.orders.records import (
    AddressForm,
    AddressRecord,
    MerchantRecord,
    OrderRecord,
    StrictRecord,
    address_of,
    lines_of,
    merchant_of,
    order_of,
)
from tests.support.import_files import AN_ADDRESS, a_line, a_merchant, an_order
from tests.support.text_fields import takes_nul


def record(**changes: Any) -> OrderRecord:
    return OrderRecord.model_validate(_tuples(an_order(**changes)))


def _tuples(order: dict[str, Any]) -> dict[str, Any]:
    """As JSON would be read: strictly, lists are no tuples in Python."""
    return order | {"lines": tuple(order["lines"])}


def test_an_order_has_the_ids_of_its_numbers_and_the_policy_given() -> None:
    order = order_of(record(), "2016-pilot")
    assert (order.id, order.shopper_id, order.merchant_id) == (
        "ord_B-1",
        "sho_91",
        "mer_corner-shop",
    )
    assert order.policy_version == "2016-pilot"
    assert order.received_at == record().delivered_at
    assert order_of(record(shipped_at=None), "2016-pilot").shipped_at == order.received_at


def test_the_discount_is_shared_to_the_cent() -> None:
    lines = [a_line(line_no=number, paid_minor=100) for number in (1, 2, 3)]
    discounted = record(lines=lines, discount_minor=100)
    assert sum(discounted.net_minor()) == 200
    assert [line.paid_minor for line in lines_of(discounted)] == discounted.net_minor()
    assert max(discounted.net_minor()) - min(discounted.net_minor()) <= 1


def test_lines_come_by_number_with_their_own_share() -> None:
    lines = [a_line(line_no=2, paid_minor=900), a_line(line_no=1, paid_minor=100)]
    discounted = record(lines=lines, discount_minor=100)
    assert [(line.line_no, line.paid_minor) for line in lines_of(discounted)] == [(1, 90), (2, 810)]
    assert {line.currency for line in lines_of(discounted)} == {"CNY"}


def test_an_address_is_known_by_owner_and_content() -> None:
    home = AddressRecord.model_validate(AN_ADDRESS)
    elsewhere = home.model_copy(update={"street": "政立路478号"})
    ids = {address_of(one, owner).id for one in (home, elsewhere) for owner in ("sho_1", "sho_2")}
    assert len(ids) == 4
    assert address_of(home, "sho_1") == address_of(home, "sho_1")


def test_a_merchant_has_its_return_address_or_none() -> None:
    without, nothing = merchant_of(MerchantRecord.model_validate(a_merchant()))
    assert (without.id, without.return_address_id, nothing) == ("mer_corner-shop", None, None)
    filed = a_merchant(return_address=AddressRecord.model_validate(AN_ADDRESS))
    merchant, address = merchant_of(MerchantRecord.model_validate(filed))
    assert address is not None
    assert (merchant.return_address_id, address.owner_id) == (address.id, merchant.id)


@pytest.mark.parametrize("changes", [{"lines": [a_line(quantity="2")]}, {"note": "x"}])
def test_a_record_is_strict(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        record(**changes)


@pytest.mark.parametrize("model", [OrderRecord, MerchantRecord, AddressForm])
def test_no_text_has_a_nul(model: type[StrictRecord]) -> None:
    assert takes_nul(model) == []
