"""Rules that are declared once, in a table, and what they say of what is asked.

Whoever asks for the outcome alone has it without the facts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

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
