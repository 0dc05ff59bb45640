"""Whether a line can be returned, and how: every rule, passed or failed. R3, R4, R12.

A rule is declared once, in a table. Whoever asks for the outcome alone has it without the facts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from bff.orders.model import Merchant, Order, OrderLine
from bff.pickups.model import Covers, PickupQuote, quote_pickup
from bff.policy.model import EXPRESS_RETURN, Policy
from bff.refunds.model import Held, RefundQuote, is_advanced, refund_for
from bff.returns.window import day_of, last_day, return_by

Asked = TypeVar("Asked")
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


class RuleCheck(Struct, frozen=True, gc=False):
    """`facts` are what the reason is told with."""

    code: RuleCode
    passed: bool
    scope: RuleScope
    basis: Basis
    deadline: datetime | None = None
    facts: dict[str, Fact] = {}

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
class Rule(Generic[Asked]):
    """What it checks, and what is told of it. `deadline`: until when it passes."""

    code: RuleCode
    scope: RuleScope
    basis: Basis
    passes: Callable[[Asked], bool]
    facts: Callable[[Asked], dict[str, Fact]]
    deadline: Callable[[Asked], datetime | None] | None = None

    def check(self, asked: Asked) -> RuleCheck:
        return self.told(asked, self.passes(asked))

    def told(self, asked: Asked, passed: bool) -> RuleCheck:
        deadline = self.deadline(asked) if self.deadline else None
        return RuleCheck(self.code, passed, self.scope, self.basis, deadline, self.facts(asked))


class Rules(Generic[Asked]):
    """A table of rules, in the order in which they are told."""

    def __init__(self, *rules: Rule[Asked]) -> None:
        self.all = rules
        self.of_return = tuple(rule for rule in rules if rule.scope is RuleScope.RETURN)
        self.of_express = tuple(rule for rule in rules if rule.scope is RuleScope.EXPRESS)
        self.deadlines = tuple(rule.deadline for rule in rules if rule.deadline)


class Verdict(Struct, Generic[Asked], eq=False, gc=False):
    """What the rules say of what is asked. Each part is worked out when it is wanted."""

    table: Rules[Asked]
    asked: Asked
    _against: Rule[Asked] | None = None
    _returnable: bool | None = None
    _express: bool | None = None

    @property
    def returnable(self) -> bool:
        if self._returnable is None:
            self._against = _first_failed(self.table.of_return, self.asked)
            self._returnable = self._against is None
        return self._returnable

    @property
    def express(self) -> bool:
        if self._express is None:
            of_express = self.table.of_express
            self._express = self.returnable and _first_failed(of_express, self.asked) is None
        return self._express

    @property
    def until(self) -> datetime | None:
        for deadline in self.table.deadlines:
            if found := deadline(self.asked):
                return found
        return None

    @property
    def failed(self) -> RuleCheck:
        """The first rule that stands against returning at all; only where one does."""
        if self.returnable or self._against is None:
            raise LookupError("nothing stands against it")
        return self._against.told(self.asked, passed=False)

    @property
    def rules(self) -> tuple[RuleCheck, ...]:
        return tuple([rule.check(self.asked) for rule in self.table.all])


def _first_failed(rules: tuple[Rule[Asked], ...], asked: Asked) -> Rule[Asked] | None:
    for rule in rules:
        if not rule.passes(asked):
            return rule
    return None


class Subject(Struct, frozen=True, gc=False):
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


class Tap(Struct, frozen=True, gc=False):
    """A return of so many pieces, asked for now; the window closes at `closes`."""

    subject: Subject
    quantity: int
    now: datetime
    closes: datetime | None


def stars(subject: Subject, entitlement: str) -> dict[str, Fact]:
    return {"level": subject.level, "needed": subject.policy.unlocked_at(entitlement)}


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
    ),
    Rule(
        RuleCode.RETURN_RIGHT_KEPT,
        RuleScope.RETURN,
        Basis.CONSUMER_LAW_25,
        lambda tap: not tap.subject.line.no_return_confirmed,
        lambda _: {},
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
    ),
    Rule(
        RuleCode.PILOT_CATEGORY,
        RuleScope.EXPRESS,
        Basis.EXPRESS_RETURN,
        lambda tap: tap.subject.line.category in tap.subject.policy.pilot.categories,
        lambda tap: {"category": tap.subject.line.category},
    ),
    Rule(
        RuleCode.PILOT_MERCHANT,
        RuleScope.EXPRESS,
        Basis.EXPRESS_RETURN,
        lambda tap: tap.subject.merchant.number in tap.subject.policy.pilot.merchants,
        lambda tap: {"merchant": tap.subject.merchant.name},
    ),
)


class Returnability(Verdict[Tap], eq=False, gc=False):
    """The quotes are None where nothing can be returned, or no pickup is offered."""

    @property
    def quantity(self) -> int:
        return self.asked.quantity

    @property
    def merchant_answer_hours(self) -> int:
        return self.asked.subject.policy.returning.merchant_answer_hours

    @property
    def refund_quote(self) -> RefundQuote | None:
        if not self.returnable:
            return None
        subject, quantity = self.asked.subject, self.asked.quantity
        refund = refund_for(subject.line.paid, subject.line.quantity, subject.held, quantity)
        advance = is_advanced(subject.policy, subject.level, self.express, refund)
        return RefundQuote(quantity, refund, advance)

    @property
    def pickup_quote(self) -> PickupQuote | None:
        return pickup_terms(self.asked.subject) if self.returnable else None


def assess(subject: Subject, quantity: int | None, now: datetime) -> Returnability:
    """Check the rules for `quantity` pieces; None asks for all that are left."""
    asked = subject.left if quantity is None else quantity
    received = subject.order.received_at
    closes = return_by(received, subject.policy) if received else None
    return Returnability(RULES, Tap(subject, asked, now, closes))


def pickup_terms(subject: Subject) -> PickupQuote | None:
    return quote_pickup(subject.policy, subject.level, subject.covers, subject.order.currency)
