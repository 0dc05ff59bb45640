"""Ids that follow from numbers, and what follows from an order's moments."""

import pytest
from msgspec.structs import replace

from bff.core.money import Money
from bff.domain.orders.model import (
    OrderContent,
    OrderStatus,
    line_id,
    merchant_id,
    order_id,
    parse_line_id,
    shopper_id,
)
from tests.support.models import LINE, ORDER


def test_ids_are_the_shops_own_numbers_with_a_prefix() -> None:
    assert (order_id("A-1"), shopper_id("88"), merchant_id("linen")) == (
        "ord_A-1",
        "sho_88",
        "mer_linen",
    )
    assert line_id("ord_A-1", 3) == "oli_A-1-3"


@pytest.mark.parametrize("number", ["1", "A-1", "D20260310-1-01", "a.b_c"])
def test_a_lines_id_is_taken_apart_again(number: str) -> None:
    assert parse_line_id(line_id(order_id(number), 12)) == (order_id(number), 12)


@pytest.mark.parametrize(
    "identifier",
    ["", "oli_", "oli_1", "oli_-1", "oli_1-", "oli_1-x", "oli_1-٣", "ord_1-1", "oli_1-1234567890"],
)
def test_what_is_no_lines_id_is_none(identifier: str) -> None:
    assert parse_line_id(identifier) is None


def test_a_line_has_its_id_and_what_is_left_of_it() -> None:
    line = replace(LINE, order_id="ord_9", line_no=2, quantity=5, held_quantity=3)
    assert (line.id, line.left) == ("oli_9-2", 2)
    assert (line.unit_price, line.paid) == (Money(19_900, "CNY"), Money(19_900, "CNY"))


def test_postage_is_a_line_of_its_own_kind() -> None:
    assert replace(LINE, category="postage").is_postage
    assert not LINE.is_postage


def test_the_status_follows_from_the_moments() -> None:
    shipped = replace(ORDER, received_at=None)
    paid = replace(shipped, shipped_at=None)
    assert [order.status for order in (paid, shipped, ORDER)] == [
        OrderStatus.PAID,
        OrderStatus.SHIPPED,
        OrderStatus.RECEIVED,
    ]


def test_an_order_is_summed_up_with_what_is_left() -> None:
    goods = replace(LINE, quantity=3, paid_minor=900, held_quantity=1, held_minor=300)
    postage = replace(LINE, line_no=2, category="postage", quantity=1, paid_minor=100)
    content = OrderContent((goods, postage), "CNY")
    assert (content.paid.minor, content.refunded.minor, content.left.minor) == (1_000, 300, 700)
    assert (content.pieces, content.pieces_left, content.is_touched) == (3, 2, True)
    assert not OrderContent((postage,), "CNY").is_touched


def test_a_refunded_order_is_closed_until_its_goods_come_all_the_same() -> None:
    unshipped = replace(ORDER, shipped_at=None, received_at=None)
    closed = replace(unshipped, refunded_at=ORDER.paid_at)
    sent = replace(closed, shipped_at=ORDER.paid_at)
    assert [one.status for one in (unshipped, closed, sent)] == ["PAID", "CLOSED", "SHIPPED"]
