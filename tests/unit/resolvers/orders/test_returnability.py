from datetime import timedelta
from typing import Any

import pytest

from bff.domain.returns.rules.returnability import assess
from bff.domain.returns.rules.table import RuleCode
from bff.locale.language import Language
from resolvers.orders.returnability import Returnability, RuleMessages
from tests.support.models import POLICY, SOON_AFTER, subject
from tests.support.views import context_of, show
from tests.support.world import World


async def outcome(world: World, language: Language = "en", **changes: Any) -> str:
    returnability = assess(subject(**changes), None, SOON_AFTER)
    context = context_of(world, language=language)
    return str((await show(Returnability, returnability, "{ message }", context))["message"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "Approved at once, with the address in the same answer."),
        ({"level": 2}, "The merchant has 72 hours to answer."),
        (
            {"order": {"received_at": None}},
            "Not received yet: the days begin on the day after receipt.",
        ),
        (
            {"line": {"no_return_confirmed": True}},
            "You confirmed at purchase that it cannot be returned.",
        ),
    ],
)
async def test_the_outcome_is_express_or_the_merchants_hours_or_the_first_forbidding_rule(
    world: World, changes: dict[str, Any], message: str
) -> None:
    assert await outcome(world, **changes) == message
    assert await outcome(world, "zh", **changes) != message


async def test_a_category_is_named_in_the_clients_language(world: World) -> None:
    line = {"category": "fresh"}
    titles = {language: POLICY.category_title("fresh", language) for language in ("zh", "en")}
    for language, title in titles.items():
        assert title in await outcome(world, language, line=line)  # type: ignore[arg-type]
    assert titles["zh"] != titles["en"]


async def test_every_rule_has_its_title_its_reason_and_its_basis(world: World) -> None:
    selection = "{ returnable express rules { code passed neededFor title why basis deadline } }"
    verdict = assess(subject(level=2), 1, SOON_AFTER)
    shown = await show(Returnability, verdict, selection, context_of(world))
    assert (shown["returnable"], shown["express"]) == (True, False)
    rules = {rule["code"]: rule for rule in shown["rules"]}
    assert [code for code, rule in rules.items() if not rule["passed"]] == ["STAR_LEVEL"]
    assert rules["STAR_LEVEL"]["why"] == "Your star level is 2; 3 is needed."
    assert rules["STAR_LEVEL"]["neededFor"] == "EXPRESS"
    assert rules["WITHIN_SEVEN_DAYS"]["why"] == "Open until the end of 8 January 2026."
    assert rules["WITHIN_SEVEN_DAYS"]["deadline"] == "2026-01-09T00:00:00.000+08:00"
    assert all(rule["title"] and rule["basis"] for rule in rules.values())


async def test_quotes_are_null_where_nothing_can_be_returned(world: World) -> None:
    selection = "{ refundQuote { quantity } pickupQuote { payer } }"
    late = assess(subject(), None, SOON_AFTER + timedelta(days=30))
    assert await show(Returnability, late, selection, context_of(world)) == {
        "refundQuote": None,
        "pickupQuote": None,
    }


def test_before_receipt_the_window_has_not_begun() -> None:
    verdict = assess(subject(order={"received_at": None}), 1, SOON_AFTER)
    [window] = [one for one in verdict.rules if one.code is RuleCode.WITHIN_SEVEN_DAYS]
    assert RuleMessages("en", POLICY).why(window) == "The days begin on the day after receipt."


def test_a_reason_is_made_once_for_the_same_facts() -> None:
    messages = RuleMessages("en", POLICY)
    first, again = (
        messages.reason(RuleCode.WITHIN_SEVEN_DAYS, False, {"days": 7, "on": "2011-01-08"})
        for _ in range(2)
    )
    assert first == "The 7 days ended with 8 January 2011."
    assert again is first
    other = messages.reason(RuleCode.WITHIN_SEVEN_DAYS, False, {"days": 7, "on": "2011-01-09"})
    assert other != first
