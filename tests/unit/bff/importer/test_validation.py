"""What holds between the lines of a file, without the database."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from bff.domain.orders.records import MerchantRecord, OrderRecord, StrictRecord
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord
from bff.importer.validation import ImportBatch, valid_lines
from tests.support.import_files import a_merchant, a_return, an_order

R = TypeVar("R", bound=StrictRecord)
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def placed(model: type[R], *lines: dict[str, Any]) -> list[Placed[R]]:
    return [
        Placed("x.jsonl", number, model.model_validate_json(json.dumps(line)))
        for number, line in enumerate(lines, start=1)
    ]


def errors(batch: ImportBatch) -> list[str]:
    _, found = valid_lines(batch, NOW)
    return [str(error) for error in found]


def test_an_empty_batch_and_a_good_one_have_no_errors() -> None:
    good = ImportBatch(
        placed(OrderRecord, an_order(), an_order(order_no="B-2")),
        placed(CreditRecord, a_return(), a_return()),
        placed(MerchantRecord, a_merchant()),
    )
    assert errors(good) == errors(ImportBatch()) == []


def test_a_number_that_is_repeated_with_other_contents_is_wrong_wherever_it_stands() -> None:
    same = an_order(order_no="B-2")
    orders = placed(OrderRecord, an_order(), same, an_order(discount_minor=1), same, an_order())
    expected = "expected each once, or always the same; B-1 differs on lines 1, 3, 5"
    assert errors(ImportBatch(orders=orders)) == [
        f"x.jsonl, line {line}, order_no: {expected}" for line in (1, 3, 5)
    ]
    merchants = placed(MerchantRecord, a_merchant(), a_merchant(name="Other"))
    assert [error.partition(":")[0] for error in errors(ImportBatch(merchants=merchants))] == [
        "x.jsonl, line 1, merchant_no",
        "x.jsonl, line 2, merchant_no",
    ]


def test_only_lines_without_errors_are_left() -> None:
    orders = placed(OrderRecord, an_order(order_no="B-2"), an_order(discount_minor=901))
    returns = placed(CreditRecord, a_return(), a_return(order_no=None))
    right, _ = valid_lines(ImportBatch(orders, returns), NOW)
    assert right == ImportBatch(orders[:1], returns[:1], [])


def test_a_credit_line_of_tomorrow_is_wrong() -> None:
    returns = placed(CreditRecord, a_return(returned_at="2026-04-01T09:00:01Z"))
    assert errors(ImportBatch(returns=returns)) == [
        "x.jsonl, line 1, returned_at: expected a moment that has come: "
        "not after 2026-04-01T09:00:00.000+00:00"
    ]


def test_an_orders_own_errors_have_its_line() -> None:
    orders = placed(OrderRecord, an_order(order_no="B-2"), an_order(discount_minor=901))
    assert errors(ImportBatch(orders=orders)) == [
        "x.jsonl, line 2, discount_minor: expected at most 900, which is what the lines cost"
    ]


def test_a_credit_line_names_an_order_and_its_line_or_neither() -> None:
    neither = a_return(order_no=None, line_no=None)
    returns = placed(CreditRecord, neither, a_return(order_no=None), a_return(line_no=None))
    assert errors(ImportBatch(returns=returns)) == [
        "x.jsonl, line 2, line_no: expected with order_no: both given or both null",
        "x.jsonl, line 3, line_no: expected with order_no: both given or both null",
    ]
