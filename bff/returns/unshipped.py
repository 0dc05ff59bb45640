"""Whether an order that has not been shipped can be refunded, and how: R10, R12."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bff.core.clock import local_date
from bff.core.money import Money
from bff.policy.model import ADVANCE_WITHOUT_LIMIT, EXPRESS_REFUND
from bff.refunds.model import RefundQuote, refund_for
from bff.returns.rules import Basis, Returnability, RuleCheck, RuleCode, RuleScope, Subject

Wanted = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Refundability:
    """Of the lines that something is left of; `rules` are the same for all of them."""

    subjects: Sequence[Subject]
    lines: Mapping[str, Returnability]
    rules: tuple[RuleCheck, ...]
    amount: Money
    merchant_answer_hours: int

    @property
    def refundable(self) -> bool:
        return bool(self.lines)

    @property
    def express(self) -> bool:
        return self.refundable and all(rule.passed for rule in self.rules)


def whole_order(subjects: Sequence[Subject]) -> dict[str, int]:
    """All the goods that are left, by line."""
    return {one.line.id: one.left for one in subjects if one.left and not one.line.is_postage}


def assess_refund(subjects: Sequence[Subject], wanted: Wanted) -> Refundability:
    """Nothing can be refunded so where the order is shipped, or nothing is left."""
    asked = _with_postage(subjects, wanted)
    chosen = [one for one in subjects if one.line.id in asked]
    quotes = {one.line.id: _refund(one, asked[one.line.id]) for one in chosen}
    first = subjects[0]
    amount = Money(sum(quote.minor for quote in quotes.values()), first.order.currency)
    rules = (_not_shipped(first), _some_left(subjects), _level(first), _within_limit(first, amount))
    possible = all(rule.passed for rule in rules if rule.scope is RuleScope.RETURN)
    express = possible and all(rule.passed for rule in rules)
    hours = first.policy.returning.merchant_answer_hours
    lines = {
        key: Returnability(
            asked[key], hours, rules, RefundQuote(asked[key], quote, express), pickup_quote=None
        )
        for key, quote in quotes.items()
        if possible
    }
    return Refundability(chosen if possible else [], lines, rules, amount, hours)


def _with_postage(subjects: Sequence[Subject], wanted: Wanted) -> dict[str, int]:
    goods = [one for one in subjects if not one.line.is_postage]
    if any(wanted.get(one.line.id, 0) < one.left for one in goods):
        return dict(wanted)
    postage = {one.line.id: one.left for one in subjects if one.line.is_postage and one.left}
    return {**wanted, **postage}


def _refund(subject: Subject, quantity: int) -> Money:
    line = subject.line
    return refund_for(line.paid, line.quantity, subject.held, quantity)


def _not_shipped(subject: Subject) -> RuleCheck:
    shipped = subject.order.shipped_at
    facts = {"on": local_date(shipped).isoformat() if shipped else None}
    code, scope = RuleCode.NOT_SHIPPED, RuleScope.RETURN
    return RuleCheck(code, shipped is None, scope, Basis.PURCHASE, facts=dict(facts))


def _some_left(subjects: Sequence[Subject]) -> RuleCheck:
    left = sum(whole_order(subjects).values())
    code, facts = RuleCode.QUANTITY_LEFT, {"asked": left, "left": left}
    return RuleCheck(code, left > 0, RuleScope.RETURN, Basis.PURCHASE, facts=dict(facts))


def _level(subject: Subject) -> RuleCheck:
    needed = subject.policy.unlocked_at(EXPRESS_REFUND)
    facts = {"level": subject.level, "needed": needed}
    return _for_express(RuleCode.STAR_LEVEL, subject.level >= needed, facts)


def _within_limit(subject: Subject, amount: Money) -> RuleCheck:
    policy = subject.policy
    limit = policy.advance.limit_minor.get(amount.currency)
    unlimited = limit is None or policy.grants(ADVANCE_WITHOUT_LIMIT, subject.level)
    facts = {"amount": amount.minor, "limit": limit or 0}
    return _for_express(RuleCode.ADVANCE_LIMIT, unlimited or amount.minor <= (limit or 0), facts)


def _for_express(code: RuleCode, passed: bool, facts: dict[str, int]) -> RuleCheck:
    basis = Basis.EXPRESS_REFUND
    return RuleCheck(code, passed, RuleScope.EXPRESS, basis, facts=dict(facts))
