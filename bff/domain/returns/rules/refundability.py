"""Whether an order that has not been shipped can be refunded, and how: R10, R12."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bff.core.money import Money
from bff.domain.policy.model import EXPRESS_REFUND
from bff.domain.refunds.model import RefundQuote, refund_for
from bff.domain.returns.rules.returnability import (
    Subject,
    advance_facts,
    allows_advance,
    stars,
)
from bff.domain.returns.rules.table import (
    Assessment,
    Basis,
    Rule,
    RuleCheck,
    RuleCode,
    Rules,
    RuleScope,
)
from bff.domain.returns.rules.window import day_of

Quantities = Mapping[str, int]


class RefundRequest(Struct, frozen=True, gc=False):
    """`subjects`: an order's lines; `quantities`: pieces by line; `quotes`: what comes back."""

    subjects: Sequence[Subject]
    quantities: Quantities
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


RULES: Rules[RefundRequest] = Rules(
    Rule(
        RuleCode.NOT_SHIPPED,
        RuleScope.RETURN,
        Basis.PURCHASE,
        lambda request: request.first.order.shipped_at is None,
        lambda request: {"on": day_of(request.first.order.shipped_at)},
    ),
    Rule(
        RuleCode.QUANTITY_LEFT,
        RuleScope.RETURN,
        Basis.PURCHASE,
        lambda request: request.left > 0,
        lambda request: {"asked": request.left, "left": request.left},
    ),
    Rule(
        RuleCode.STAR_LEVEL,
        RuleScope.EXPRESS,
        Basis.EXPRESS_REFUND,
        lambda request: request.first.policy.grants(EXPRESS_REFUND, request.first.level),
        lambda request: stars(request.first, EXPRESS_REFUND),
    ),
    Rule(
        RuleCode.ADVANCE_LIMIT,
        RuleScope.EXPRESS,
        Basis.EXPRESS_REFUND,
        lambda request: allows_advance(request.first, request.amount),
        lambda request: advance_facts(request.first, request.amount),
    ),
)


class LineRefund(Struct, frozen=True, gc=False):
    """On what terms a line of the order is refunded."""

    refund_quote: RefundQuote
    express: bool
    rules: tuple[RuleCheck, ...]


class Refundability(Assessment[RefundRequest], eq=False, gc=False):
    """Of the lines that something is left of; `rules` are the same for all of them."""

    @property
    def refundable(self) -> bool:
        return self.returnable and bool(self.request.quotes)

    @property
    def amount(self) -> Money:
        return self.request.amount

    @property
    def merchant_answer_hours(self) -> int:
        return self.request.first.policy.returning.merchant_answer_hours

    @property
    def subjects(self) -> Sequence[Subject]:
        """The lines that are refunded."""
        quotes = self.request.quotes if self.returnable else {}
        return [one for one in self.request.subjects if one.line.id in quotes]

    @property
    def lines(self) -> Mapping[str, LineRefund]:
        if not self.returnable:
            return {}
        express, rules, quantities = self.express, self.rules, self.request.quantities
        return {
            key: LineRefund(RefundQuote(quantities[key], quote, express), express, rules)
            for key, quote in self.request.quotes.items()
        }


def whole_order(subjects: Sequence[Subject]) -> dict[str, int]:
    """All the goods that are left, by line."""
    return {one.line.id: one.left for one in subjects if one.left and not one.line.is_postage}


def assess_refund(subjects: Sequence[Subject], wanted: Quantities) -> Refundability:
    """Check the rules R10 and R12 for an order's lines; `wanted`: pieces by line.

    An order that is shipped, or of which nothing is left, is not refundable. Source of the limit:
    the policy's (assumed) advance limits; of express refund: 极速退款, 2015.
    """
    quantities = _with_postage(subjects, wanted)
    quotes = {
        line.id: refund_for(line.paid, line.quantity, subject.held, quantities[line.id])
        for subject in subjects
        if (line := subject.line).id in quantities
    }
    request = RefundRequest(subjects, quantities, quotes)
    shared = RULES.shared_outcome(request)
    forbidding = RULES.forbidding(request, shared)
    returnable = forbidding is None
    express = returnable and bool(quotes) and RULES.allow_express(request, shared)
    return Refundability(RULES, request, forbidding, returnable, express)


def _with_postage(subjects: Sequence[Subject], wanted: Quantities) -> Quantities:
    """Postage goes back with the last of the goods."""
    goods = [subject for subject in subjects if not subject.line.is_postage]
    if any(wanted.get(subject.line.id, 0) < subject.left for subject in goods):
        return wanted
    postage = {one.line.id: one.left for one in subjects if one.line.is_postage and one.left}
    return {**wanted, **postage}
