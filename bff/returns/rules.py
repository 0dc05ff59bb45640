"""Whether a line can be returned, and how: every rule, passed or failed. R3, R4, R12."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bff.core.clock import end_of_day, local_date
from bff.orders.model import Merchant, Order, OrderLine
from bff.pickups.model import Covers, PickupQuote, quote_pickup
from bff.policy.model import EXPRESS_RETURN, Policy
from bff.refunds.model import Held, RefundQuote, is_advanced, refund_for

Fact = str | int | None


class RuleCode(StrEnum):
    RECEIVED = "RECEIVED"
    CATEGORY_RETURNABLE = "CATEGORY_RETURNABLE"
    RETURN_RIGHT_KEPT = "RETURN_RIGHT_KEPT"
    WITHIN_SEVEN_DAYS = "WITHIN_SEVEN_DAYS"
    QUANTITY_LEFT = "QUANTITY_LEFT"
    STAR_LEVEL = "STAR_LEVEL"
    PILOT_CATEGORY = "PILOT_CATEGORY"
    PILOT_MERCHANT = "PILOT_MERCHANT"
    NOT_SHIPPED = "NOT_SHIPPED"
    ADVANCE_LIMIT = "ADVANCE_LIMIT"


class RuleScope(StrEnum):
    """What fails with the rule: the return itself, or only its approval at once."""

    RETURN = "RETURN"
    EXPRESS = "EXPRESS"


class Basis(StrEnum):
    CONSUMER_LAW_25 = "CONSUMER_LAW_25"
    SEVEN_DAY_MEASURES = "SEVEN_DAY_MEASURES"
    PURCHASE = "PURCHASE"
    EXPRESS_RETURN = "EXPRESS_RETURN"
    EXPRESS_REFUND = "EXPRESS_REFUND"


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """`facts` are what the reason is told with."""

    code: RuleCode
    passed: bool
    scope: RuleScope
    basis: Basis
    deadline: datetime | None = None
    facts: dict[str, Fact] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """As it is kept with the return that it decided; `recalled` reads it."""
        deadline = self.deadline.isoformat() if self.deadline else None
        return {**asdict(self), "deadline": deadline}

    @classmethod
    def recalled(cls, kept: dict[str, Any]) -> "RuleCheck":
        deadline = kept["deadline"]
        return cls(
            RuleCode(kept["code"]),
            kept["passed"],
            RuleScope(kept["scope"]),
            Basis(kept["basis"]),
            datetime.fromisoformat(deadline) if deadline else None,
            kept["facts"],
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """All that the rules look at. `held` is what earlier returns of the line took."""

    line: OrderLine
    order: Order
    merchant: Merchant
    policy: Policy
    level: int
    held: Held

    @property
    def left(self) -> int:
        return self.line.quantity - self.held.quantity

    @property
    def covers(self) -> Covers:
        return Covers(self.line.freight_insured, self.merchant.covers_pickup)


@dataclass(frozen=True, slots=True)
class Returnability:
    """The quotes are None where nothing can be returned, or no pickup is offered."""

    quantity: int
    merchant_answer_hours: int
    rules: tuple[RuleCheck, ...]
    refund_quote: RefundQuote | None
    pickup_quote: PickupQuote | None

    @property
    def returnable(self) -> bool:
        return self._all_passed(RuleScope.RETURN)

    @property
    def express(self) -> bool:
        return self.returnable and self._all_passed(RuleScope.EXPRESS)

    @property
    def failed(self) -> RuleCheck:
        """The first rule that stands against returning at all; only where one does."""
        failed = (rule for rule in self.rules if not rule.passed)
        return next(rule for rule in failed if rule.scope is RuleScope.RETURN)

    @property
    def until(self) -> datetime | None:
        return next((rule.deadline for rule in self.rules if rule.deadline), None)

    def _all_passed(self, scope: RuleScope) -> bool:
        return all(rule.passed for rule in self.rules if rule.scope is scope)


def assess(subject: Subject, quantity: int | None, now: datetime) -> Returnability:
    """Check every rule for `quantity` pieces; None asks for all that are left."""
    asked = subject.left if quantity is None else quantity
    rules = (*_right_to_return(subject, asked, now), *_express(subject))
    returnable = all(rule.passed for rule in rules if rule.scope is RuleScope.RETURN)
    express = all(rule.passed for rule in rules)
    return Returnability(
        asked,
        subject.policy.returning.merchant_answer_hours,
        rules,
        _refund_quote(subject, asked, express) if returnable else None,
        pickup_terms(subject) if returnable else None,
    )


def pickup_terms(subject: Subject) -> PickupQuote | None:
    return quote_pickup(subject.policy, subject.level, subject.covers, subject.order.currency)


def _refund_quote(subject: Subject, quantity: int, express: bool) -> RefundQuote:
    line = subject.line
    refund = refund_for(line.paid, line.quantity, subject.held, quantity)
    return RefundQuote(
        quantity, refund, is_advanced(subject.policy, subject.level, express, refund)
    )


def return_by(received_at: datetime, policy: Policy) -> datetime:
    """The end of the last day: the days count from the day after receipt, in Shanghai."""
    return end_of_day(local_date(received_at) + timedelta(days=policy.returning.window_days))


def last_day(deadline: datetime) -> str:
    return local_date(deadline - timedelta(microseconds=1)).isoformat()


def _right_to_return(subject: Subject, asked: int, now: datetime) -> tuple[RuleCheck, ...]:
    return (
        _received(subject),
        _category_returnable(subject),
        _right_kept(subject),
        _within_seven_days(subject, now),
        _quantity_left(subject, asked),
    )


def _received(subject: Subject) -> RuleCheck:
    received = subject.order.received_at
    facts: dict[str, Fact] = {"on": local_date(received).isoformat() if received else None}
    passed = received is not None
    return RuleCheck(RuleCode.RECEIVED, passed, RuleScope.RETURN, Basis.PURCHASE, facts=facts)


def _category_returnable(subject: Subject) -> RuleCheck:
    category = subject.line.category
    return RuleCheck(
        RuleCode.CATEGORY_RETURNABLE,
        category not in subject.policy.returning.never,
        RuleScope.RETURN,
        Basis.CONSUMER_LAW_25,
        facts={"category": category},
    )


def _right_kept(subject: Subject) -> RuleCheck:
    kept = not subject.line.no_return_confirmed
    return RuleCheck(RuleCode.RETURN_RIGHT_KEPT, kept, RuleScope.RETURN, Basis.CONSUMER_LAW_25)


def _within_seven_days(subject: Subject, now: datetime) -> RuleCheck:
    received = subject.order.received_at
    deadline = return_by(received, subject.policy) if received else None
    return RuleCheck(
        RuleCode.WITHIN_SEVEN_DAYS,
        deadline is None or now < deadline,
        RuleScope.RETURN,
        Basis.SEVEN_DAY_MEASURES,
        deadline,
        {
            "days": subject.policy.returning.window_days,
            "on": last_day(deadline) if deadline else None,
        },
    )


def _quantity_left(subject: Subject, asked: int) -> RuleCheck:
    return RuleCheck(
        RuleCode.QUANTITY_LEFT,
        0 < asked <= subject.left,
        RuleScope.RETURN,
        Basis.PURCHASE,
        facts={"asked": asked, "left": subject.left},
    )


def _express(subject: Subject) -> tuple[RuleCheck, ...]:
    policy, category = subject.policy, subject.line.category
    needed = policy.unlocked_at(EXPRESS_RETURN)
    level = policy.grants(EXPRESS_RETURN, subject.level)
    merchant = subject.merchant.number in policy.pilot.merchants
    return (
        _for_express(RuleCode.STAR_LEVEL, level, level=subject.level, needed=needed),
        _for_express(
            RuleCode.PILOT_CATEGORY, category in policy.pilot.categories, category=category
        ),
        _for_express(RuleCode.PILOT_MERCHANT, merchant, merchant=subject.merchant.name),
    )


def _for_express(code: RuleCode, passed: bool, **facts: Fact) -> RuleCheck:
    return RuleCheck(code, passed, RuleScope.EXPRESS, Basis.EXPRESS_RETURN, facts=facts)
