"""Every rule passed and failed, with its facts: R3, R4, R5, R12, and the 7 days."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bff.core.clock import SHANGHAI
from bff.core.refusal import Refusal
from bff.domain.refunds.model import Held
from bff.domain.returns.refusals import (
    CategoryNotReturnable,
    NotReceived,
    QuantityNotLeft,
    ReturnRightWaived,
    ReturnWindowClosed,
    refusal_of,
)
from bff.domain.returns.rules.returnability import Returnability, assess
from bff.domain.returns.rules.table import Basis, Fact, RuleCheck, RuleCode, RuleScope
from bff.domain.returns.rules.window import return_by
from tests.support.models import POLICY, SOON_AFTER, changed, shanghai, subject

A_MICROSECOND = timedelta(microseconds=1)
CLOSES = shanghai("2026-01-09T00:00")


def rule(answer: Returnability, code: RuleCode) -> RuleCheck:
    return next(check for check in answer.rules if check.code is code)


def failed(answer: Returnability) -> list[RuleCode]:
    return [check.code for check in answer.rules if not check.passed]


def test_every_rule_has_its_check_with_its_basis_and_facts() -> None:
    laid_down = (RuleScope.RETURN, Basis.CONSUMER_LAW_25)
    terms = (RuleScope.EXPRESS, Basis.EXPRESS_RETURN)
    bought = (RuleScope.RETURN, Basis.PURCHASE)
    days = (RuleScope.RETURN, Basis.SEVEN_DAY_MEASURES)
    advance = (RuleScope.ADVANCE, Basis.EXPRESS_RETURN)
    amounts: dict[str, Fact] = {
        "amount": 19_900,
        "limit": 300_000,
        "advanced": 0,
        "currency": "CNY",
    }
    category: dict[str, Fact] = {"category": "womenswear"}
    until: dict[str, Fact] = {"days": 7, "on": "2026-01-08"}
    assert assess(subject(), None, SOON_AFTER).rules == (
        RuleCheck(RuleCode.RECEIVED, True, *bought, facts={"on": "2026-01-01"}),
        RuleCheck(RuleCode.CATEGORY_RETURNABLE, True, *laid_down, facts=category),
        RuleCheck(RuleCode.RETURN_RIGHT_KEPT, True, *laid_down),
        RuleCheck(RuleCode.WITHIN_SEVEN_DAYS, True, *days, CLOSES, until),
        RuleCheck(RuleCode.QUANTITY_LEFT, True, *bought, facts={"asked": 1, "left": 1}),
        RuleCheck(RuleCode.STAR_LEVEL, True, *terms, facts={"level": 3, "needed": 3}),
        RuleCheck(RuleCode.PILOT_CATEGORY, True, *terms, facts=category),
        RuleCheck(RuleCode.PILOT_MERCHANT, True, *terms, facts={"merchant": "亚麻小屋"}),
        RuleCheck(RuleCode.ADVANCE_LIMIT, True, *advance, facts=amounts),
    )


@pytest.mark.parametrize(
    ("changes", "code", "facts"),
    [
        ({"order": {"received_at": None}}, RuleCode.RECEIVED, {"on": None}),
        (
            {"line": {"no_return_confirmed": True}},
            RuleCode.RETURN_RIGHT_KEPT,
            {},
        ),
        ({"held": Held(1, 19_900)}, RuleCode.QUANTITY_LEFT, {"asked": 0, "left": 0}),
        ({"level": 2}, RuleCode.STAR_LEVEL, {"level": 2, "needed": 3}),
        (
            {"line": {"category": "electronics"}},
            RuleCode.PILOT_CATEGORY,
            {"category": "electronics"},
        ),
        (
            {"merchant": {"number": "corner-shop", "name": "街角小店"}},
            RuleCode.PILOT_MERCHANT,
            {"merchant": "街角小店"},
        ),
    ],
)
def test_a_rule_fails_alone_and_says_why(
    changes: dict[str, Any], code: RuleCode, facts: dict[str, object]
) -> None:
    answer = assess(subject(**changes), None, SOON_AFTER)
    assert failed(answer) == [code]
    assert rule(answer, code).facts == facts


@pytest.mark.parametrize(
    "category", ["made-to-order", "fresh", "digital", "periodicals", "postage"]
)
def test_what_the_law_excepts_is_never_returnable(category: str) -> None:
    answer = assess(subject(line={"category": category}), None, SOON_AFTER)
    assert RuleCode.CATEGORY_RETURNABLE in failed(answer)
    assert rule(answer, RuleCode.CATEGORY_RETURNABLE).facts == {"category": category}
    assert not answer.returnable


@pytest.mark.parametrize(
    "received",
    ["2026-01-01T00:00", "2026-01-01T13:05:07.000009", "2026-01-01T23:59:59.999999"],
)
def test_received_on_the_first_it_is_open_until_the_end_of_the_eighth(received: str) -> None:
    line = subject(order={"received_at": shanghai(received)})
    last, too_late = (assess(line, None, now) for now in (CLOSES - A_MICROSECOND, CLOSES))
    assert last.until == CLOSES
    assert (failed(last), failed(too_late)) == ([], [RuleCode.WITHIN_SEVEN_DAYS])
    for answer in (last, too_late):
        assert rule(answer, RuleCode.WITHIN_SEVEN_DAYS).facts == {"days": 7, "on": "2026-01-08"}


@pytest.mark.parametrize(
    ("received", "closes"),
    [
        (datetime(2025, 12, 31, 16, tzinfo=UTC), "2026-01-09T00:00"),
        (datetime(2025, 12, 31, 15, 59, 59, 999_999, tzinfo=UTC), "2026-01-08T00:00"),
        (datetime(2024, 2, 22, 12, tzinfo=SHANGHAI), "2024-03-01T00:00"),
    ],
)
def test_the_day_of_receipt_is_shanghais(received: datetime, closes: str) -> None:
    assert return_by(received, POLICY) == shanghai(closes)


def test_the_days_have_not_begun_before_receipt() -> None:
    answer = assess(subject(order={"received_at": None}), None, SOON_AFTER)
    window = rule(answer, RuleCode.WITHIN_SEVEN_DAYS)
    assert (window.passed, window.deadline, window.facts["on"]) == (True, None, None)
    assert (answer.returnable, answer.until) == (False, None)


def test_another_policy_has_another_window() -> None:
    longer = changed(POLICY, "returning", window_days=15)
    line = subject(policy=longer)
    closes = shanghai("2026-01-17T00:00")
    assert failed(assess(line, None, closes - A_MICROSECOND)) == []
    assert failed(assess(line, None, closes)) == [RuleCode.WITHIN_SEVEN_DAYS]


@pytest.mark.parametrize("met", [*itertools.product([True, False], repeat=3)], ids=str)
def test_express_needs_stars_and_category_and_merchant(met: tuple[bool, bool, bool]) -> None:
    stars, category, merchant = met
    line = subject(
        level=3 if stars else 2,
        line={"category": "shoes" if category else "electronics"},
        merchant={"number": "linen-house" if merchant else "corner-shop"},
    )
    answer = assess(line, None, SOON_AFTER)
    assert (answer.returnable, answer.express) == (True, all(met))


def test_express_is_for_three_stars_or_more() -> None:
    express = [assess(subject(level=level), None, SOON_AFTER).express for level in range(1, 6)]
    assert express == [False, False, True, True, True]


@pytest.mark.parametrize("category", ["womenswear", "menswear", "accessories", "shoes"])
def test_the_pilots_categories_are_express(category: str) -> None:
    assert assess(subject(line={"category": category}), None, SOON_AFTER).express


def test_what_cannot_be_returned_is_not_express_either() -> None:
    answer = assess(subject(), None, CLOSES)
    assert (answer.returnable, answer.express) == (False, False)
    assert (answer.refund_quote, answer.pickup_quote) == (None, None)


@pytest.mark.parametrize(("requested", "passed"), [(-1, False), (0, False), (1, True), (3, True)])
def test_no_more_than_is_left_and_at_least_one(requested: int, passed: bool) -> None:
    one = subject(line={"quantity": 5}, held=Held(2, 0))
    checked = rule(assess(one, requested, SOON_AFTER), RuleCode.QUANTITY_LEFT)
    assert (checked.passed, checked.facts) == (passed, {"asked": requested, "left": 3})


def test_one_too_many_is_refused_with_what_is_left() -> None:
    one = subject(line={"quantity": 5}, held=Held(2, 0))
    assert failed(assess(one, 4, SOON_AFTER)) == [RuleCode.QUANTITY_LEFT]


def test_all_that_are_left_by_default() -> None:
    answer = assess(subject(line={"quantity": 5}, held=Held(2, 7_960)), None, SOON_AFTER)
    assert answer.quantity == 3
    assert answer.refund_quote is not None
    assert answer.refund_quote.refund.minor == 19_900 - 7_960


@pytest.mark.parametrize("returned", [0, 1, 499, 998])
def test_there_is_no_cap_on_how_much_a_shopper_returns(returned: int) -> None:
    line = {"quantity": 999, "paid_minor": 999_000}
    answer = assess(subject(line=line, held=Held(returned, returned * 1_000)), 1, SOON_AFTER)
    assert answer.express
    assert answer.refund_quote is not None
    assert answer.refund_quote.refund.minor == 1_000


@pytest.mark.parametrize(
    ("changes", "now", "refusal"),
    [
        ({"order": {"received_at": None}}, SOON_AFTER, NotReceived()),
        ({"line": {"category": "fresh"}}, SOON_AFTER, CategoryNotReturnable("fresh")),
        ({"line": {"no_return_confirmed": True}}, SOON_AFTER, ReturnRightWaived()),
        ({}, CLOSES, ReturnWindowClosed(datetime(2026, 1, 8).date())),  # noqa: DTZ001
        ({"held": Held(1, 0)}, SOON_AFTER, QuantityNotLeft(0, 0)),
        (
            {"held": Held(1, 0), "line": {"category": "fresh"}},
            CLOSES,
            CategoryNotReturnable("fresh"),
        ),
    ],
)
def test_the_first_rule_that_forbids_returning_is_the_refusal(
    changes: dict[str, Any], now: datetime, refusal: Refusal
) -> None:
    refused = refusal_of(assess(subject(**changes), None, now))
    assert type(refused) is type(refusal)
    assert vars(refused) == vars(refusal)


def test_a_rule_of_express_return_refuses_nothing() -> None:
    slow = subject(level=1, line={"category": "electronics"}, merchant={"number": "corner-shop"})
    answer = assess(slow, None, SOON_AFTER)
    assert len(failed(answer)) == 3
    assert answer.returnable
    assert answer.refund_quote is not None
    assert answer.merchant_answer_hours == 72


def test_the_quotes_come_with_the_answer() -> None:
    answer = assess(subject(level=4), None, SOON_AFTER)
    assert answer.refund_quote is not None
    assert answer.pickup_quote is not None
    assert (answer.refund_quote.refund.minor, answer.refund_quote.advance) == (19_900, True)
    assert answer.pickup_quote.shopper_pays.minor == 0


def test_the_merchant_path_is_quoted_without_an_advance() -> None:
    answer = assess(subject(level=5, line={"category": "electronics"}), None, SOON_AFTER)
    assert answer.refund_quote is not None
    assert answer.refund_quote.advance is False


def test_the_subject_is_not_changed_by_an_assessment() -> None:
    one = subject(line={"quantity": 5})
    before = replace(one)
    assess(one, 2, SOON_AFTER)
    assert one == before


def test_over_the_limit_only_the_advance_is_lost() -> None:
    answer = assess(subject(order={"advanced_minor": 300_000}), None, SOON_AFTER)
    assert failed(answer) == [RuleCode.ADVANCE_LIMIT]
    assert (answer.returnable, answer.express) == (True, True)
    assert answer.refund_quote
    assert not answer.refund_quote.advance
