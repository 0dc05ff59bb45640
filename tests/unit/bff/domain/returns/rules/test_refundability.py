"""Money back for what has not been shipped: at once, or as the merchant answers. R10, R12."""

from typing import Any

import pytest
from msgspec.structs import replace

from bff.core.money import Money
from bff.domain.refunds.model import Held, RefundQuote
from bff.domain.returns.rules.refundability import Refundability, assess_refund, whole_order
from bff.domain.returns.rules.returnability import Subject
from bff.domain.returns.rules.table import Basis, RuleCheck, RuleCode, RuleScope
from tests.support.models import holding, subject

LIMIT = 300_000
UNSHIPPED: dict[str, Any] = {"shipped_at": None, "received_at": None}


def goods(line_no: int = 1, *, level: int = 4, **line: Any) -> Subject:
    """A line of an order that is paid and not shipped."""
    return subject(line={"line_no": line_no} | line, order=UNSHIPPED, level=level)


def postage(line_no: int = 9) -> Subject:
    return goods(line_no, category="postage", paid_minor=1_000)


def assessed(*subjects: Subject, **wanted: int) -> Refundability:
    """All that is left, or so many pieces by the line's number: `line_2=1`."""
    by_number = {f"line_{one.line.line_no}": one.line.id for one in subjects}
    quantities = {by_number[number]: quantity for number, quantity in wanted.items()}
    return assess_refund(subjects, quantities or whole_order(subjects))


def quotes(answer: Refundability) -> list[tuple[int, int]]:
    """Pieces and minor units, line by line."""
    found = [one.refund_quote for one in answer.lines.values()]
    return [(quote.quantity, quote.refund.minor) for quote in found]


def failed(answer: Refundability) -> list[RuleCode]:
    return [rule.code for rule in answer.rules if not rule.passed]


def test_every_rule_has_its_check_with_its_basis_and_facts() -> None:
    bought = (RuleScope.RETURN, Basis.PURCHASE)
    terms = (RuleScope.EXPRESS, Basis.EXPRESS_REFUND)
    assert assessed(goods()).rules == (
        RuleCheck(RuleCode.NOT_SHIPPED, True, *bought, facts={"on": None}),
        RuleCheck(RuleCode.QUANTITY_LEFT, True, *bought, facts={"asked": 1, "left": 1}),
        RuleCheck(RuleCode.STAR_LEVEL, True, *terms, facts={"level": 4, "needed": 4}),
        RuleCheck(
            RuleCode.ADVANCE_LIMIT,
            True,
            *terms,
            facts={"amount": 19_900, "limit": LIMIT, "advanced": 0, "currency": "CNY"},
        ),
    )


@pytest.mark.parametrize(
    ("level", "minor", "express", "why"),
    [
        (3, 19_900, False, [RuleCode.STAR_LEVEL]),
        (4, 19_900, True, []),
        (4, LIMIT, True, []),
        (4, LIMIT + 1, False, [RuleCode.ADVANCE_LIMIT]),
        (5, LIMIT + 1, True, []),
        (1, LIMIT + 1, False, [RuleCode.STAR_LEVEL, RuleCode.ADVANCE_LIMIT]),
    ],
)
def test_at_once_for_those_entitled_and_up_to_a_limit(
    level: int, minor: int, express: bool, why: list[RuleCode]
) -> None:
    one = goods(level=level, paid_minor=minor)
    answer = assessed(one)
    assert (answer.refundable, answer.express, failed(answer)) == (True, express, why)
    quote = RefundQuote(1, Money(minor, "CNY"), advance=express)
    assert answer.lines[one.line.id].refund_quote == quote
    assert answer.merchant_answer_hours == 72


def test_the_limit_is_for_the_whole_of_the_request() -> None:
    both = goods(1, paid_minor=LIMIT), goods(2, paid_minor=1)
    assert (assessed(*both).express, assessed(*both, line_1=1).express) == (False, True)
    assert assessed(*both).amount == Money(LIMIT + 1, "CNY")


def test_what_has_left_is_not_refunded_but_returned() -> None:
    one = subject(order={"received_at": None}, level=5)
    answer = assess_refund([one], whole_order([one]))
    assert (answer.refundable, answer.express, answer.lines) == (False, False, {})
    assert failed(answer) == [RuleCode.NOT_SHIPPED]
    assert answer.rules[0].facts == {"on": "2025-12-30"}


def test_what_is_refunded_already_is_not_refunded_again() -> None:
    one = goods()
    none_left = replace(one, line=holding(one.line, Held(1, 19_900)))
    assert failed(assessed(none_left)) == [RuleCode.QUANTITY_LEFT]
    assert not assessed(none_left).refundable
    assert whole_order([none_left]) == {}


def test_postage_comes_back_with_the_last_of_the_goods() -> None:
    order = goods(1, quantity=2, paid_minor=999), goods(2), postage()
    assert quotes(assessed(*order)) == [(2, 999), (1, 19_900), (1, 1_000)]
    assert quotes(assessed(*order, line_1=2)) == [(2, 999)]
    assert quotes(assessed(*order, line_1=1, line_2=1)) == [(1, 499), (1, 19_900)]
    first = replace(order[0], line=holding(order[0].line, Held(1, 499)))
    rest = first, replace(order[1], line=holding(order[1].line, Held(1, 19_900))), order[2]
    assert quotes(assessed(*rest)) == [(1, 500), (1, 1_000)]


def test_what_is_advanced_of_the_order_already_counts() -> None:
    already = replace(goods().order, advanced_minor=LIMIT)
    answer = assessed(replace(goods(), order=already))
    assert failed(answer) == [RuleCode.ADVANCE_LIMIT]
    assert not answer.express
