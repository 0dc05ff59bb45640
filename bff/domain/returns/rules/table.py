"""Rules that are declared once, in a table, and what they say of a request.

The outcome alone costs no facts: they are made where they are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

Request = TypeVar("Request")
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
    """What fails with the rule: the return itself, only its approval at once, or only the
    advance."""

    RETURN = "RETURN"
    EXPRESS = "EXPRESS"
    ADVANCE = "ADVANCE"


class Basis(StrEnum):
    """The law or the terms that a rule rests on."""

    CONSUMER_LAW_25 = "CONSUMER_LAW_25"
    SEVEN_DAY_MEASURES = "SEVEN_DAY_MEASURES"
    PURCHASE = "PURCHASE"
    EXPRESS_RETURN = "EXPRESS_RETURN"
    EXPRESS_REFUND = "EXPRESS_REFUND"


class RuleCheck(Struct, frozen=True, gc=False):
    """`facts` fill the placeholders of the reason. A return stores its checks: keys stay."""

    code: RuleCode
    passed: bool
    scope: RuleScope
    basis: Basis
    deadline: datetime | None = None
    facts: dict[str, Fact] = {}


@dataclass(frozen=True, slots=True)
class Rule(Generic[Request]):
    """`deadline`: until when it passes.

    `shared`: it looks at nothing but the policy, the category, the merchant, the star level and
    whether the right was waived; for all lines that have these in common it is checked once.
    """

    code: RuleCode
    scope: RuleScope
    basis: Basis
    passes: Callable[[Request], bool]
    facts: Callable[[Request], dict[str, Fact]]
    deadline: Callable[[Request], datetime | None] | None = None
    shared: bool = False

    def check(self, request: Request) -> RuleCheck:
        return self.outcome(request, self.passes(request))

    def outcome(self, request: Request, passed: bool) -> RuleCheck:
        deadline = self.deadline(request) if self.deadline else None
        return RuleCheck(self.code, passed, self.scope, self.basis, deadline, self.facts(request))


# Of a table's shared rules: the place of the first that forbids returning at all, or else the
# number of all rules; and whether they allow approval at once.
SharedOutcome = tuple[int, bool]


class Rules(Generic[Request]):
    """A table of rules, in the order in which a client sees them."""

    def __init__(self, *rules: Rule[Request]) -> None:
        self.all = rules
        self._own_return = [
            (place, rule)
            for place, rule in enumerate(rules)
            if rule.scope is RuleScope.RETURN and not rule.shared
        ]
        self._own_express = [
            rule for rule in rules if rule.scope is RuleScope.EXPRESS and not rule.shared
        ]
        self._of_advance = [rule for rule in rules if rule.scope is RuleScope.ADVANCE]

    def shared_outcome(self, request: Request) -> SharedOutcome:
        failed = [
            (place, rule.scope)
            for place, rule in enumerate(self.all)
            if rule.shared and not rule.passes(request)
        ]
        forbidding = (place for place, scope in failed if scope is RuleScope.RETURN)
        express = all(scope is not RuleScope.EXPRESS for _, scope in failed)
        return next(forbidding, len(self.all)), express

    def forbidding(self, request: Request, shared: SharedOutcome) -> Rule[Request] | None:
        """The first rule that forbids returning at all."""
        first = shared[0]
        for place, rule in self._own_return:
            if place > first:
                break
            if not rule.passes(request):
                return rule
        return self.all[first] if first < len(self.all) else None

    def allow_express(self, request: Request, shared: SharedOutcome) -> bool:
        """Whether what can be returned is approved at once."""
        return shared[1] and all(rule.passes(request) for rule in self._own_express)

    def allow_advance(self, request: Request) -> bool:
        """Whether what is approved at once is paid ahead of the merchant."""
        return all(rule.passes(request) for rule in self._of_advance)


class Assessment(Struct, Generic[Request], eq=False, gc=False):
    """What the rules say of a request. `forbidding`: the first that forbids returning at all.

    `until`: the first moment at which it is too late.
    """

    table: Rules[Request]
    request: Request
    forbidding: Rule[Request] | None
    returnable: bool
    express: bool
    until: datetime | None = None

    @property
    def forbidding_check(self) -> RuleCheck:
        """Raises LookupError where nothing forbids it."""
        if self.forbidding is None:
            raise LookupError("no rule forbids it")
        return self.forbidding.outcome(self.request, passed=False)

    @property
    def rules(self) -> tuple[RuleCheck, ...]:
        return tuple([rule.check(self.request) for rule in self.table.all])
