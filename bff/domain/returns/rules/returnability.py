"""Whether a line can be returned, and how: every rule, passed or failed. R3, R4, R12."""

from datetime import datetime

from msgspec import Struct

from bff.core.money import Money
from bff.domain.orders.model import Merchant, Order, OrderLine
from bff.domain.pickups.model import Covers, PickupQuote, quote_pickup
from bff.domain.pickups.refusals import PickupAbsence, PickupNotOffered
from bff.domain.policy.model import ADVANCE_REFUND, DOOR_PICKUP, EXPRESS_RETURN, Policy
from bff.domain.refunds.model import Held, RefundQuote, is_within_advance_limit, refund_for
from bff.domain.returns.rules.table import (
    Assessment,
    Basis,
    Fact,
    Rule,
    RuleCode,
    Rules,
    RuleScope,
    SharedOutcome,
)
from bff.domain.returns.rules.window import day_of, last_day, return_by

MAX_SHARED_OUTCOMES = 10_000


class Subject(Struct, frozen=True, gc=False):
    """All that the rules look at. `merchant_agreed`: to bear the freight of a return."""

    line: OrderLine
    order: Order
    merchant: Merchant
    policy: Policy
    level: int
    merchant_agreed: bool = False

    @property
    def left(self) -> int:
        return self.line.left

    @property
    def held(self) -> Held:
        """What earlier returns of the line took, within what was bought."""
        return Held(self.line.quantity - self.line.left, max(self.line.held_minor, 0))

    @property
    def covers(self) -> Covers:
        covered = self.merchant.covers_pickup
        return Covers(self.line.freight_insured, covered, self.merchant_agreed)


class Tap(Struct, frozen=True, gc=False):
    """A return of so many pieces, requested at `now`; the window closes at `closes`."""

    subject: Subject
    quantity: int
    now: datetime
    closes: datetime | None

    @property
    def refund(self) -> Money:
        """What it gives back: nothing for what cannot be returned."""
        line = self.subject.line
        if not 0 < self.quantity <= line.left:
            return Money(0, line.currency)
        return refund_for(line.paid, line.quantity, self.subject.held, self.quantity)


def stars(subject: Subject, entitlement: str) -> dict[str, Fact]:
    return {"level": subject.level, "needed": subject.policy.unlocked_at(entitlement)}


def allows_advance(subject: Subject, amount: Money) -> bool:
    advanced = subject.order.advanced_minor
    return is_within_advance_limit(subject.policy, subject.level, amount, advanced)


def advance_facts(subject: Subject, amount: Money) -> dict[str, Fact]:
    return {
        "amount": amount.minor,
        "limit": subject.policy.advance.limit_minor.get(amount.currency),
        "advanced": subject.order.advanced_minor,
        "currency": amount.currency,
    }


RULES: Rules[Tap] = Rules(
    Rule(
        RuleCode.RECEIVED,
        RuleScope.RETURN,
        Basis.PURCHASE,
        lambda tap: tap.subject.order.received_at is not None,
        lambda tap: {"on": day_of(tap.subject.order.received_at)},
    ),
    Rule(
        RuleCode.CATEGORY_RETURNABLE,
        RuleScope.RETURN,
        Basis.CONSUMER_LAW_25,
        lambda tap: tap.subject.line.category not in tap.subject.policy.returning.never,
        lambda tap: {"category": tap.subject.line.category},
        shared=True,
    ),
    Rule(
        RuleCode.RETURN_RIGHT_KEPT,
        RuleScope.RETURN,
        Basis.CONSUMER_LAW_25,
        lambda tap: not tap.subject.line.no_return_confirmed,
        lambda _: {},
        shared=True,
    ),
    Rule(
        RuleCode.WITHIN_SEVEN_DAYS,
        RuleScope.RETURN,
        Basis.SEVEN_DAY_MEASURES,
        lambda tap: tap.closes is None or tap.now < tap.closes,
        lambda tap: {
            "days": tap.subject.policy.returning.window_days,
            "on": last_day(tap.closes) if tap.closes else None,
        },
        lambda tap: tap.closes,
    ),
    Rule(
        RuleCode.QUANTITY_LEFT,
        RuleScope.RETURN,
        Basis.PURCHASE,
        lambda tap: 0 < tap.quantity <= tap.subject.left,
        lambda tap: {"asked": tap.quantity, "left": tap.subject.left},
    ),
    Rule(
        RuleCode.STAR_LEVEL,
        RuleScope.EXPRESS,
        Basis.EXPRESS_RETURN,
        lambda tap: tap.subject.policy.grants(EXPRESS_RETURN, tap.subject.level),
        lambda tap: stars(tap.subject, EXPRESS_RETURN),
        shared=True,
    ),
    Rule(
        RuleCode.PILOT_CATEGORY,
        RuleScope.EXPRESS,
        Basis.EXPRESS_RETURN,
        lambda tap: tap.subject.line.category in tap.subject.policy.pilot.categories,
        lambda tap: {"category": tap.subject.line.category},
        shared=True,
    ),
    Rule(
        RuleCode.PILOT_MERCHANT,
        RuleScope.EXPRESS,
        Basis.EXPRESS_RETURN,
        lambda tap: tap.subject.merchant.number in tap.subject.policy.pilot.merchants,
        lambda tap: {"merchant": tap.subject.merchant.name},
        shared=True,
    ),
    Rule(
        RuleCode.ADVANCE_LIMIT,
        RuleScope.ADVANCE,
        Basis.EXPRESS_RETURN,
        lambda tap: allows_advance(tap.subject, tap.refund),
        lambda tap: advance_facts(tap.subject, tap.refund),
    ),
)


class Returnability(Assessment[Tap], eq=False, gc=False):
    """The quotes are None where nothing can be returned, or no pickup is offered."""

    @property
    def quantity(self) -> int:
        return self.request.quantity

    @property
    def merchant_answer_hours(self) -> int:
        return self.request.subject.policy.returning.merchant_answer_hours

    @property
    def refund_quote(self) -> RefundQuote | None:
        if not self.returnable:
            return None
        subject, request = self.request.subject, self.request
        granted = self.express and subject.policy.grants(ADVANCE_REFUND, subject.level)
        advance = granted and self.table.allow_advance(request)
        return RefundQuote(request.quantity, request.refund, advance)

    @property
    def pickup_quote(self) -> PickupQuote | None:
        return pickup_terms(self.request.subject) if self.returnable else None


def assess(subject: Subject, quantity: int | None, now: datetime) -> Returnability:
    """Check the rules R3, R4 and R12 for `quantity` pieces; None: all that are left.

    Source of the 7 days: 网络购买商品七日无理由退货暂行办法, from the day after 签收; of what never
    comes back: 消费者权益保护法 §25.
    """
    pieces = subject.left if quantity is None else quantity
    received = subject.order.received_at
    closes = return_by(received, subject.policy) if received else None
    tap = Tap(subject, pieces, now, closes)
    shared = _shared_outcome(tap)
    forbidding = RULES.forbidding(tap, shared)
    express = forbidding is None and RULES.allow_express(tap, shared)
    return Returnability(RULES, tap, forbidding, forbidding is None, express, closes)


def _shared_outcome(tap: Tap) -> SharedOutcome:
    """Kept with the policy, up to MAX_SHARED_OUTCOMES."""
    subject = tap.subject
    line = subject.line
    key = (line.category, line.no_return_confirmed, subject.merchant.number, subject.level)
    kept = subject.policy.shared_outcomes
    outcome = kept.get(key)
    if outcome is None:
        if len(kept) == MAX_SHARED_OUTCOMES:
            kept.clear()
        outcome = kept[key] = RULES.shared_outcome(tap)
    return outcome


def pickup_terms(subject: Subject) -> PickupQuote | None:
    return quote_pickup(subject.policy, subject.level, subject.covers, subject.order.currency)


def offered_pickup(subject: Subject) -> PickupQuote:
    """Raises PickupNotOffered."""
    quote = pickup_terms(subject)
    if quote is None:
        needed = subject.policy.unlocked_at(DOOR_PICKUP)
        enough = subject.level >= needed
        reason = PickupAbsence.CURRENCY if enough else PickupAbsence.STAR_LEVEL
        raise PickupNotOffered(subject.level, needed, reason)
    return quote
