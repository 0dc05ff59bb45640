"""Every answer about a line or an order equals that of the full list of rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.core.clock import SHANGHAI
from bff.domain.policy.model import ADVANCE_REFUND
from bff.domain.refunds.model import Held, RefundQuote, is_within_advance_limit, refund_for
from bff.domain.returns.rules.refundability import assess_refund, whole_order
from bff.domain.returns.rules.returnability import Returnability, Subject, assess, pickup_terms
from bff.domain.returns.rules.table import Assessment, Request, RuleCheck, RuleScope
from tests.support.models import POLICY, changed, subject

steadily = settings(max_examples=400, derandomize=True, database=None, deadline=None)
POLICIES = [
    POLICY,
    changed(POLICY, "returning", window_days=15, never=frozenset({"shoes"})),
    changed(POLICY, "pilot", categories=frozenset({"electronics"})),
    POLICY.model_copy(update={"entitlements": POLICY.entitlements[1::2]}),
    changed(POLICY, "advance", limit_minor={}),
]
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 25), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
CATEGORIES = st.sampled_from(["womenswear", "shoes", "electronics", "fresh", "postage"])
MERCHANTS = st.sampled_from(["linen-house", "corner-shop"])
QUANTITIES = st.none() | st.integers(-1, 6)
PARTS = ["returnable", "express", "until", "refund_quote", "pickup_quote", "rules"]


@st.composite
def lines(draw: st.DrawFn, unshipped: bool = False) -> Subject:
    bought, paid = draw(st.integers(1, 5)), draw(st.sampled_from([0, 999, 19_900, 900_001]))
    held = draw(st.integers(0, bought))
    currency = draw(st.sampled_from(["CNY", "GBP"]))
    line = {
        "category": draw(CATEGORIES),
        "quantity": bought,
        "paid_minor": paid,
        "currency": currency,
        "freight_insured": draw(st.booleans()),
        "no_return_confirmed": draw(st.booleans()),
    }
    shipped = None if unshipped else draw(st.none() | MOMENTS)
    order = {
        "currency": currency,
        "shipped_at": shipped,
        "received_at": draw(st.none() | MOMENTS) if shipped else None,
    }
    merchant = {"number": draw(MERCHANTS), "covers_pickup": draw(st.booleans())}
    return subject(
        line=line,
        order=order,
        merchant=merchant,
        policy=draw(st.sampled_from(POLICIES)),
        level=draw(st.integers(1, 5)),
        held=Held(held, paid * held // bought),
    )


@st.composite
def orders(draw: st.DrawFn) -> Sequence[Subject]:
    """Lines of one order of one shopper."""
    first = draw(lines(unshipped=draw(st.booleans())))
    others = draw(st.lists(lines(), max_size=3))
    return [_beside(first, other, number) for number, other in enumerate([first, *others])]


def _beside(first: Subject, other: Subject, number: int) -> Subject:
    facts = {name: getattr(other.line, name) for name in ("category", "quantity", "paid_minor")}
    return subject(
        line=facts | {"line_no": number, "currency": first.order.currency},
        order={name: getattr(first.order, name) for name in ("shipped_at", "currency")},
        policy=first.policy,
        level=first.level,
        held=other.held,
    )


def of(rules: Sequence[RuleCheck], scope: RuleScope) -> list[RuleCheck]:
    return [rule for rule in rules if rule.scope is scope]


def outcome_of(verdict: Assessment[Request]) -> tuple[object, ...]:
    return verdict.returnable, verdict.express, verdict.until


def outcome_by(rules: Sequence[RuleCheck]) -> tuple[object, ...]:
    """The same, from the full list alone."""
    returnable = all(rule.passed for rule in of(rules, RuleScope.RETURN))
    express = returnable and all(rule.passed for rule in of(rules, RuleScope.EXPRESS))
    deadlines = [rule.deadline for rule in rules if rule.deadline]
    return returnable, express, next(iter(deadlines), None)


def assert_outcome_as_listed(verdict: Assessment[Request]) -> None:
    rules = verdict.rules
    assert outcome_of(verdict) == outcome_by(rules)
    forbidding = [rule for rule in of(rules, RuleScope.RETURN) if not rule.passed]
    if forbidding:
        assert verdict.forbidding_check == forbidding[0]
    else:
        with pytest.raises(LookupError):
            _ = verdict.forbidding_check


def quoted(one: Subject, quantity: int, express: bool) -> RefundQuote:
    refund = refund_for(one.line.paid, one.line.quantity, one.held, quantity)
    granted = express and one.policy.grants(ADVANCE_REFUND, one.level)
    within = is_within_advance_limit(one.policy, one.level, refund, one.order.advanced_minor)
    return RefundQuote(quantity, refund, granted and within)


@steadily
@given(lines(), QUANTITIES, MOMENTS)
def test_every_answer_about_a_line_is_that_of_the_rules(
    one: Subject, quantity: int | None, now: datetime
) -> None:
    answer = assess(one, quantity, now)
    assert_outcome_as_listed(answer)
    returnable, express, _ = outcome_by(answer.rules)
    requested = one.left if quantity is None else quantity
    assert answer.quantity == requested
    assert answer.refund_quote == (quoted(one, requested, bool(express)) if returnable else None)
    assert answer.pickup_quote == (pickup_terms(one) if returnable else None)


@steadily
@given(lines(), QUANTITIES, MOMENTS)
def test_the_verdict_about_a_line_is_that_of_the_terms(
    one: Subject, quantity: int | None, now: datetime
) -> None:
    """R3 and R4 in plain words, from nothing that the rules themselves are made of."""
    answer = assess(one, quantity, now)
    merchant, category = one.merchant.number, one.line.category
    pilot = merchant == "linen-house" and category in one.policy.pilot.categories
    rungs = {rung.code: rung.unlocked_at for rung in one.policy.entitlements}
    entitled = one.level >= rungs.get("EXPRESS_RETURN", 6)
    assert answer.returnable == _can_be_returned(one, quantity, now)
    assert answer.express == (answer.returnable and pilot and entitled)


def _can_be_returned(one: Subject, quantity: int | None, now: datetime) -> bool:
    left = one.line.quantity - one.held.quantity
    some_left = 1 <= (left if quantity is None else quantity) <= left
    excepted = one.line.category in one.policy.returning.never or one.line.no_return_confirmed
    received = one.order.received_at
    if received is None or excepted or not some_left:
        return False
    last = received.astimezone(SHANGHAI).date() + timedelta(days=one.policy.returning.window_days)
    return now.astimezone(SHANGHAI).date() <= last


@steadily
@given(lines(), QUANTITIES, MOMENTS, st.permutations(PARTS))
def test_answers_do_not_depend_on_order_or_repetition(
    one: Subject, quantity: int | None, now: datetime, order: list[str]
) -> None:
    answer, again = assess(one, quantity, now), assess(one, quantity, now)
    values = {name: getattr(answer, name) for name in order}
    for answers in (answer, again):
        assert {name: getattr(answers, name) for name in PARTS} == values
    assert isinstance(again, Returnability)


@steadily
@given(orders(), st.data())
def test_every_answer_about_an_order_is_that_of_the_rules(
    order: Sequence[Subject], data: st.DataObject
) -> None:
    whole = whole_order(order)
    wanted = {key: data.draw(st.integers(1, left)) for key, left in whole.items()}
    answer = assess_refund(order, wanted)
    assert_outcome_as_listed(answer)
    possible, express, _ = outcome_by(answer.rules)
    assert (answer.refundable, bool(answer.lines)) == (possible, possible)
    assert [one.line.id for one in answer.subjects] == list(answer.lines)
    for line in answer.lines.values():
        assert (line.rules, line.express) == (answer.rules, express)
        assert line.refund_quote.advance == express
    if answer.refundable:
        minor = sum(line.refund_quote.refund.minor for line in answer.lines.values())
        assert answer.amount.minor == minor
