"""What does not hold between the fields of one order."""

import json
from typing import Any

import pytest

from bff.core.money import MAX_MINOR
from bff.core.validation import FieldError
from bff.domain.orders.records import OrderRecord
from bff.domain.orders.validation import future_errors, order_errors
from tests.support.import_files import a_line, an_order

A_DAY = {"paid_at": "2026-03-10T00:00:00Z", "shipped_at": None, "delivered_at": None}


def errors(**changes: Any) -> list[str]:
    record = OrderRecord.model_validate_json(json.dumps(an_order(**changes)))
    return [str(error) for error in order_errors(record)]


def test_an_order_that_fits_has_no_errors() -> None:
    assert errors() == errors(**A_DAY) == []
    assert errors(discount_minor=900) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"shipped_at": "2026-03-10T00:59:59Z"},
            "shipped_at: expected a moment not before paid_at",
        ),
        (
            {"shipped_at": None, "delivered_at": "2026-03-10T00:59:59Z"},
            "delivered_at: expected a moment not before paid_at",
        ),
        (
            {"delivered_at": "2026-03-10T01:59:59Z"},
            "delivered_at: expected a moment not before shipped_at",
        ),
        ({"lines": []}, "lines: expected a list of 1 to 10,000 order lines"),
        (
            {"discount_minor": 901},
            "discount_minor: expected at most 900, which is what the lines cost",
        ),
        (
            {"lines": [a_line(), a_line()]},
            "lines[1].line_no: expected each once in the order; 1 is repeated",
        ),
        (
            {"lines": [a_line(paid_minor=1_002)]},
            "lines[0].paid_minor: "
            "expected at most 1001, less than quantity times (unit_price_minor + 1)",
        ),
        (
            {
                "lines": [
                    a_line(line_no=number, unit_price_minor=MAX_MINOR, paid_minor=MAX_MINOR)
                    for number in (1, 2)
                ]
            },
            "lines: expected paid_minor of all lines to add up to at most 1,000,000,000,000,000",
        ),
    ],
)
def test_what_does_not_fit_is_an_error_of_its_field(changes: dict[str, Any], error: str) -> None:
    assert errors(**changes) == [error]


def test_a_receipt_alone_is_enough() -> None:
    assert errors(shipped_at=None) == []


def test_moments_still_to_come_are_errors_of_their_fields() -> None:
    record = OrderRecord.model_validate_json(json.dumps(an_order()))
    assert [*future_errors(record, record.paid_at)] == [
        FieldError(name, "a moment that has come: not after 2026-03-10T09:00:00.000+08:00")
        for name in ("shipped_at", "delivered_at")
    ]


def test_all_errors_of_an_order_are_given() -> None:
    found = errors(
        shipped_at="2026-03-10T00:00:00Z", discount_minor=5_000, lines=[a_line(paid_minor=2_000)]
    )
    assert [error.partition(":")[0] for error in found] == [
        "shipped_at",
        "lines[0].paid_minor",
        "discount_minor",
    ]
