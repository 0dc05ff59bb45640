"""The rules' numbers, as data: what a version of the policy says."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from bff.domain.policy.fields import Code, Count, Currency, Level, Minor, Strict, Text, Words
from bff.domain.policy.pickup_terms import PickupTerms
from bff.locale.language import Language

EXPRESS_RETURN = "EXPRESS_RETURN"
ADVANCE_REFUND = "ADVANCE_REFUND"
ADVANCE_WITHOUT_LIMIT = "ADVANCE_WITHOUT_LIMIT"
DOOR_PICKUP = "DOOR_PICKUP"
FREE_PICKUP = "FREE_PICKUP"
EXPRESS_REFUND = "EXPRESS_REFUND"
NOBODY = 6
ENTITLEMENTS = Literal[
    "SEVEN_DAY_RETURN",
    "DOOR_PICKUP",
    "EXPRESS_RETURN",
    "ADVANCE_REFUND",
    "FREE_PICKUP",
    "EXPRESS_REFUND",
    "ADVANCE_WITHOUT_LIMIT",
]


class Entitlement(Strict):
    """`unlocked_at` is the star level from which it is granted (R1)."""

    code: ENTITLEMENTS
    unlocked_at: Level
    title: Text
    description: Text


class Factor(Strict):
    """A part of the scorecard: `points_each` for each `per` units counted, at most `max_points`."""

    code: Literal["ORDERS", "MONTHS", "UNITS_BOUGHT", "HONEST_RETURNS", "KEPT_PROMISES"]
    title: Text
    description: Text
    points_each: Minor
    per: Count = 1
    max_points: Minor

    @property
    def weight(self) -> float:
        """Points for each unit counted, until there are `max_points`."""
        return self.points_each / self.per


class Penalty(Strict):
    """What counts against a shopper (R2): `points_each` less, for `counts_for_days` or for ever."""

    code: Literal["BROKEN_PROMISE", "FEE_UNPAID", "EMPTY_PARCEL", "WRONG_ITEM", "USED_ITEM"]
    title: Text
    description: Text
    points_each: Count
    counts_for_days: Count | None = None

    @property
    def max_points(self) -> int:
        return 0

    @property
    def weight(self) -> float:
        """Points for each one counted."""
        return -float(self.points_each)

    def ends_at(self, at: datetime) -> datetime | None:
        """When one of `at` counts no more; None: never."""
        return at + timedelta(days=self.counts_for_days) if self.counts_for_days else None


class Scorecard(Strict):
    """`thresholds`: the points from which levels 2 to 5 are reached."""

    thresholds: tuple[Minor, Minor, Minor, Minor]
    factors: tuple[Factor, ...]
    penalties: tuple[Penalty, ...]

    def part(self, code: str) -> Factor | Penalty | None:
        return self._parts.get(code)

    @cached_property
    def _parts(self) -> dict[str, Factor | Penalty]:
        parts: tuple[Factor | Penalty, ...] = (*self.factors, *self.penalties)
        return {part.code: part for part in parts}


class FallbackAddress(Strict):
    recipient: Words
    phone: Words
    region: Words
    street: Words


class ReturnTerms(Strict):
    window_days: Count
    never: frozenset[Code]
    merchant_answer_hours: Count
    ship_back_days: Count
    inspection_days: Count
    refund_after_receipt_days: Count
    dispute_open_days: Count
    dispute_decide_days: Count
    fallback_address: FallbackAddress


class Pilot(Strict):
    categories: frozenset[Code]
    merchants: frozenset[Code]


class AdvanceTerms(Strict):
    """The most that is advanced of one order and not settled yet, in minor units by currency; what
    is absent is not advanced."""

    limit_minor: dict[Currency, Minor]


class PaymentTerms(Strict):
    """A refund that the merchant's account could not pay is tried again after `retry_hours`; what
    a shopper owes is to be paid back within `repay_days`."""

    retry_hours: Count
    repay_days: Count = 14


class EvidenceTerms(Strict):
    """Photos that a return takes (R6)."""

    most_photos: Count


class Policy(Strict):
    version: Code
    in_force_from: AwareDatetime
    returning: ReturnTerms
    pilot: Pilot
    advance: AdvanceTerms
    payment: PaymentTerms
    evidence: EvidenceTerms
    pickup: PickupTerms
    scorecard: Scorecard
    entitlements: tuple[Entitlement, ...]
    categories: dict[Code, Text]

    def unlocked_at(self, code: str) -> int:
        """The level that grants `code`; one that nobody reaches where the ladder leaves it out."""
        return self._ladder.get(code, NOBODY)

    def grants(self, code: str, level: int) -> bool:
        return level >= self._ladder.get(code, NOBODY)

    @cached_property
    def shared_outcomes(self) -> dict[Hashable, tuple[int, bool]]:
        """A cache for the rules: outcomes of those that depend on little but the policy."""
        return {}

    @cached_property
    def _ladder(self) -> dict[str, int]:
        return {rung.code: rung.unlocked_at for rung in self.entitlements}

    def category_title(self, code: str, language: Language) -> str:
        text = self.categories.get(code)
        return text.in_(language) if text else code

    @property
    def merchant_answers_within(self) -> timedelta:
        return timedelta(hours=self.returning.merchant_answer_hours)


class PolicyFile(Strict):
    policy: Annotated[tuple[Policy, ...], Field(min_length=1)]


class PolicyError(ValueError):
    """A line for each error: the file's name, where in it, and what would be right."""


def in_force(policies: list[Policy], at: datetime) -> Policy:
    """The newest version in force at a moment; what was before the first goes by the first."""
    started = [policy for policy in policies if policy.in_force_from <= at]
    return started[-1] if started else policies[0]
