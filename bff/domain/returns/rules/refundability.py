"""Whether an order that has not been shipped can be refunded, and how: R10, R12."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bff.core.money import Money
from bff.domain.policy.model import ADVANCE_WITHOUT_LIMIT, EXPRESS_REFUND
from bff.domain.refunds.model import RefundQuote, refund_for
from bff.domain.returns.rules.returnability import Subject, stars
from bff.domain.returns.rules.table import (
    Basis,
    Rule,
    RuleCheck,
    RuleCode,
    Rules,
    RuleScope,
    Verdict,
)
from bff.domain.returns.rules.window import day_of

Wanted = Mapping[str, int]


class Whole(Struct, frozen=True, gc=False):
    """`subjects`: an order's lines; `quotes`: what comes back, for those that are asked for."""

    subjects: Sequence[Subject]
    quantities: Wanted
    quotes: Mapping[str, Money]

    @property
    def first(self) -> Subject:
        return self.subjects[0]

    @property
    def left(self) -> int:
        return sum(whole_order(self.subjects).values())

    @property
    def amount(self) -> Money:
        minor = sum(quote.minor for quote in self.quotes.values())
        return Money(minor, self.first.order.currency)

    @property
    def limit_minor(self) -> int | None:
        return self.first.policy.advance.limit_minor.get(self.first.order.currency)


def _within_limit(whole: Whole) -> bool:
    limit, first = whole.limit_minor, whole.first
    unlimited = limit is None or first.policy.grants(ADVANCE_WITHOUT_LIMIT, first.level)
    return unlimited or whole.amount.minor <= (limit or 0)


RULES: Rules[Whole] = Rules(
    Rule(
        RuleCode.NOT_SHIPPED,
        RuleScope.RETURN,
        Basis.PURCHASE,
        lambda whole: whole.first.order.shipped_at is None,
        lambda whole: {"on": day_of(whole.first.order.shipped_at)},
    ),
    Rule(
        RuleCode.QUANTITY_LEFT,
        RuleScope.RETURN,
        Basis.PURCHASE,
        lambda whole: whole.left > 0,
        lambda whole: {"asked": whole.left, "left": whole.left},
    ),
    Rule(
        RuleCode.STAR_LEVEL,
        RuleScope.EXPRESS,
        Basis.EXPRESS_REFUND,
        lambda whole: whole.first.policy.grants(EXPRESS_REFUND, whole.first.level),
        lambda whole: stars(whole.first, EXPRESS_REFUND),
    ),
    Rule(
        RuleCode.ADVANCE_LIMIT,
        RuleScope.EXPRESS,
        Basis.EXPRESS_REFUND,
        _within_limit,
        lambda whole: {"amount": whole.amount.minor, "limit": whole.limit_minor or 0},
    ),
)


class LineRefund(Struct, frozen=True, gc=False):
    """On what terms a line of the order is refunded."""

    refund_quote: RefundQuote
    express: bool
    rules: tuple[RuleCheck, ...]


class Refundability(Verdict[Whole], eq=False, gc=False):
    """Of the lines that something is left of; `rules` are the same for all of them."""

    @property
    def refundable(self) -> bool:
        return self.returnable and bool(self.asked.quotes)

    @property
    def amount(self) -> Money:
        return self.asked.amount

    @property
    def merchant_answer_hours(self) -> int:
        return self.asked.first.policy.returning.merchant_answer_hours

    @property
    def subjects(self) -> Sequence[Subject]:
        """Those that are refunded."""
        quotes = self.asked.quotes if self.returnable else {}
        return [one for one in self.asked.subjects if one.line.id in quotes]

    @property
    def lines(self) -> Mapping[str, LineRefund]:
        if not self.returnable:
            return {}
        express, rules, quantities = self.express, self.rules, self.asked.quantities
        return {
            key: LineRefund(RefundQuote(quantities[key], quote, express), express, rules)
            for key, quote in self.asked.quotes.items()
        }


def whole_order(subjects: Sequence[Subject]) -> dict[str, int]:
    """All the goods that are left, by line."""
    return {one.line.id: one.left for one in subjects if one.left and not one.line.is_postage}


def assess_refund(subjects: Sequence[Subject], wanted: Wanted) -> Refundability:
    """Nothing can be refunded so where the order is shipped, or nothing is left."""
    asked = _with_postage(subjects, wanted)
    quotes = {one.line.id: _refund(one, asked) for one in subjects if one.line.id in asked}
    whole = Whole(subjects, asked, quotes)
    settled = RULES.settled(whole)
    against = RULES.against(whole, settled)
    returnable = against is None
    express = returnable and bool(quotes) and RULES.at_once(whole, settled)
    return Refundability(RULES, whole, against, returnable, express)


def _with_postage(subjects: Sequence[Subject], wanted: Wanted) -> dict[str, int]:
    goods = [one for one in subjects if not one.line.is_postage]
    if any(wanted.get(one.line.id, 0) < one.left for one in goods):
        return dict(wanted)
    postage = {one.line.id: one.left for one in subjects if one.line.is_postage and one.left}
    return {**wanted, **postage}


def _refund(subject: Subject, asked: Wanted) -> Money:
    line = subject.line
    return refund_for(line.paid, line.quantity, subject.held, asked[line.id])
