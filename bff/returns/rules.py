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
MOST_SETTLED = 10_000


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
    """What it checks, and what is told of it. `deadline`: until when it passes.

    `settled`: it looks at nothing but the policy, the category, the merchant, the star level and
    whether the right was waived; for all lines that have these in common it is checked once.
    """

    code: RuleCode
    scope: RuleScope
    basis: Basis
    passes: Callable[[Asked], bool]
    facts: Callable[[Asked], dict[str, Fact]]
    deadline: Callable[[Asked], datetime | None] | None = None
    settled: bool = False

    def check(self, asked: Asked) -> RuleCheck:
        return self.told(asked, self.passes(asked))

    def told(self, asked: Asked, passed: bool) -> RuleCheck:
        deadline = self.deadline(asked) if self.deadline else None
        return RuleCheck(self.code, passed, self.scope, self.basis, deadline, self.facts(asked))


# Of a table: the place of the first settled rule that stands against returning at all, or
# `len`; and whether the settled rules allow approval at once.
Settled = tuple[int, bool]


class Rules(Generic[Asked]):
    """A table of rules, in the order in which they are told."""

    def __init__(self, *rules: Rule[Asked]) -> None:
        self.all = rules
        self._others = [
            (place, rule)
            for place, rule in enumerate(rules)
            if rule.scope is RuleScope.RETURN and not rule.settled
        ]
        self._at_once = [
            rule for rule in rules if rule.scope is RuleScope.EXPRESS and not rule.settled
        ]

    def settled(self, asked: Asked) -> Settled:
        settled = [(at, one) for at, one in enumerate(self.all) if one.settled]
        failed = [(at, one.scope) for at, one in settled if not one.passes(asked)]
        against = (at for at, scope in failed if scope is RuleScope.RETURN)
        express = all(scope is RuleScope.RETURN for _, scope in failed)
        return next(against, len(self.all)), express

    def against(self, asked: Asked, settled: Settled) -> Rule[Asked] | None:
        """The first that stands against returning at all."""
        first = settled[0]
        for place, rule in self._others:
            if place > first:
                break
            if not rule.passes(asked):
                return rule
        return self.all[first] if first < len(self.all) else None

    def at_once(self, asked: Asked, settled: Settled) -> bool:
        """Whether what can be returned is approved at once."""
        return settled[1] and all(rule.passes(asked) for rule in self._at_once)


class Verdict(Struct, Generic[Asked], eq=False, gc=False):
    """What the rules say of what is asked. `against`: the first that forbids returning at all.

    `until`: the first moment at which it is too late. The rules with their facts are worked out
    when they are wanted.
    """

    table: Rules[Asked]
    asked: Asked
    against: Rule[Asked] | None
    returnable: bool
    express: bool
    until: datetime | None = None

    @property
    def failed(self) -> RuleCheck:
        """The first rule that stands against returning at all; only where one does."""
        if self.against is None:
            raise LookupError("nothing stands against it")
        return self.against.told(self.asked, passed=False)

    @property
    def rules(self) -> tuple[RuleCheck, ...]:
        return tuple([rule.check(self.asked) for rule in self.table.all])


class Subject(Struct, frozen=True, gc=False):
    """All that the rules look at."""

    line: OrderLine
    order: Order
    merchant: Merchant
    policy: Policy
    level: int

    @property
    def left(self) -> int:
        return self.line.left

    @property
    def held(self) -> Held:
        """What earlier returns of the line took."""
        return Held(self.line.held_quantity, self.line.held_minor)

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
        settled=True,
    ),
    Rule(
        RuleCode.RETURN_RIGHT_KEPT,
        RuleScope.RETURN,
        Basis.CONSUMER_LAW_25,
        lambda tap: not tap.subject.line.no_return_confirmed,
        lambda _: {},
        settled=True,
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
        settled=True,
    ),
    Rule(
        RuleCode.PILOT_CATEGORY,
        RuleScope.EXPRESS,
        Basis.EXPRESS_RETURN,
        lambda tap: tap.subject.line.category in tap.subject.policy.pilot.categories,
        lambda tap: {"category": tap.subject.line.category},
        settled=True,
    ),
    Rule(
        RuleCode.PILOT_MERCHANT,
        RuleScope.EXPRESS,
        Basis.EXPRESS_RETURN,
        lambda tap: tap.subject.merchant.number in tap.subject.policy.pilot.merchants,
        lambda tap: {"merchant": tap.subject.merchant.name},
        settled=True,
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
    tap = Tap(subject, asked, now, closes)
    settled = _settled(tap)
    against = RULES.against(tap, settled)
    express = against is None and RULES.at_once(tap, settled)
    return Returnability(RULES, tap, against, against is None, express, closes)


def _settled(tap: Tap) -> Settled:
    """Kept with the policy, as long as that is not too much."""
    one = tap.subject
    key = (one.line.category, one.line.no_return_confirmed, one.merchant.number, one.level)
    known = one.policy.settled
    found = known.get(key)
    if found is None:
        if len(known) == MOST_SETTLED:
            known.clear()
        found = known[key] = RULES.settled(tap)
    return found


def pickup_terms(subject: Subject) -> PickupQuote | None:
    return quote_pickup(subject.policy, subject.level, subject.covers, subject.order.currency)
