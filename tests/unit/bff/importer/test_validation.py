"""What holds between the lines of a file, without the database."""

import json
from typing import Any, TypeVar

from bff.domain.orders.records import MerchantRecord, OrderRecord, StrictRecord
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord
from bff.importer.validation import ImportBatch, batch_errors
from tests.support.import_files import a_merchant, a_return, an_order

R = TypeVar("R", bound=StrictRecord)


def placed(model: type[R], *lines: dict[str, Any]) -> list[Placed[R]]:
    return [
        Placed("x.jsonl", number, model.model_validate_json(json.dumps(line)))
        for number, line in enumerate(lines, start=1)
    ]


def errors(batch: ImportBatch) -> list[str]:
    return [str(error) for error in batch_errors(batch)]


def test_an_empty_batch_and_a_good_one_have_no_errors() -> None:
    good = ImportBatch(
        placed(OrderRecord, an_order(), an_order(order_no="B-2")),
        placed(CreditRecord, a_return(), a_return()),
        placed(MerchantRecord, a_merchant()),
    )
    assert errors(good) == errors(ImportBatch()) == []


def test_a_number_is_there_once_in_its_file() -> None:
    orders = placed(OrderRecord, an_order(), an_order(order_no="B-2"), an_order(), an_order())
    assert errors(ImportBatch(orders=orders)) == [
        "x.jsonl, line 3, order_no: expected each once; B-1 is on line 1 already",
        "x.jsonl, line 4, order_no: expected each once; B-1 is on line 1 already",
    ]
    merchants = placed(MerchantRecord, a_merchant(), a_merchant(name="Other"))
    assert errors(ImportBatch(merchants=merchants)) == [
        "x.jsonl, line 2, merchant_no: expected each once; corner-shop is on line 1 already"
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
