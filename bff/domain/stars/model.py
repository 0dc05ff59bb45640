"""Star levels (购物评级), 1 to 5, and what they bring: R1, R2."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bff.domain.policy.model import Entitlement, Policy

LOWEST, HIGHEST = 1, 5


class Behaviour(StrEnum):
    """What became of a return, as far as it says something about the shopper."""

    GENUINE_RETURN = "GENUINE_RETURN"
    KEPT_PROMISE = "KEPT_PROMISE"
    BROKEN_PROMISE = "BROKEN_PROMISE"
    FEE_UNPAID = "FEE_UNPAID"
    EMPTY_PARCEL = "EMPTY_PARCEL"
    WRONG_ITEM = "WRONG_ITEM"
    USED_ITEM = "USED_ITEM"


GOOD = frozenset({Behaviour.GENUINE_RETURN, Behaviour.KEPT_PROMISE})
# What an inspection or staff have found of goods that came back
DISHONEST = frozenset({Behaviour.EMPTY_PARCEL, Behaviour.WRONG_ITEM, Behaviour.USED_ITEM})


class StarChangeCause(StrEnum):
    """Each behaviour is one, under its own name."""

    FIRST_RATING = "FIRST_RATING"
    RATED_AGAIN = "RATED_AGAIN"
    STAFF_DECISION = "STAFF_DECISION"
    COUNTS_NO_MORE = "COUNTS_NO_MORE"
    PENALTY_WITHDRAWN = "PENALTY_WITHDRAWN"
    GENUINE_RETURN = "GENUINE_RETURN"
    KEPT_PROMISE = "KEPT_PROMISE"
    BROKEN_PROMISE = "BROKEN_PROMISE"
    FEE_UNPAID = "FEE_UNPAID"
    EMPTY_PARCEL = "EMPTY_PARCEL"
    WRONG_ITEM = "WRONG_ITEM"
    USED_ITEM = "USED_ITEM"


class FactorScore(Struct, frozen=True, gc=False, omit_defaults=True):
    """`value` is what was counted, `points` what it is worth; less than 0 for a penalty.

    `until`: when the first of what was counted counts no more.
    """

    code: str
    value: int
    points: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    level: int
    factors: tuple[FactorScore, ...]

    @property
    def score(self) -> int:
        return score_of(self.factors)


def score_of(factors: Sequence[FactorScore]) -> int:
    """The sum of the points, and never below 0."""
    return max(sum(factor.points for factor in factors), 0)


class StarChange(Struct, frozen=True, gc=False):
    """A rating. `return_id`: the return whose fate was the cause."""

    shopper_id: str
    seq: int
    level: int
    previous: int | None
    at: datetime
    cause: StarChangeCause
    return_id: str | None
    factors: tuple[FactorScore, ...]

    @property
    def moved(self) -> bool:
        """Whether the level is another than before; a first rating moves nothing."""
        return self.previous is not None and self.level != self.previous


@dataclass(frozen=True, slots=True)
class Decision:
    """By staff, as change number `seq`: `raised` or lowered to `level`."""

    level: int
    seq: int
    raised: bool


STAFF = StarChangeCause.STAFF_DECISION.value


@dataclass(frozen=True, slots=True)
class Stars:
    """`history` is newest first; the level is that of its first entry."""

    shopper_id: str
    history: tuple[StarChange, ...]

    @property
    def level(self) -> int:
        return self.history[0].level if self.history else LOWEST

    @property
    def since(self) -> datetime | None:
        """When the level was reached: re-rating to the same level does not start it anew."""
        reached = [change.at for change in self.history if change.level != change.previous]
        return reached[0] if reached else None

    @property
    def factors(self) -> tuple[FactorScore, ...]:
        return self.history[0].factors if self.history else ()

    @property
    def score(self) -> int:
        return score_of(self.factors)

    @property
    def decision(self) -> Decision | None:
        """Staff's last decision; None where there is none, or where it took a former one back."""
        for change in self.history:
            if change.cause is StarChangeCause.STAFF_DECISION:
                points = staff_points(change.factors)
                return Decision(change.level, change.seq, raised=points > 0) if points else None
        return None


def staff_points(factors: Sequence[FactorScore]) -> int:
    """What staff have added, or taken away."""
    return sum([one.points for one in factors if one.code == STAFF])


class Granted(Struct, frozen=True, gc=False):
    entitlement: Entitlement
    granted: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What `level` would bring to who has `now`."""

    policy: Policy
    now: int
    level: int


def entitlements(policy: Policy, level: int) -> Sequence[Granted]:
    """Every rung of the ladder, granted or not (R1)."""
    return [Granted(rung, level >= rung.unlocked_at) for rung in policy.entitlements]


def entitlement_changes(
    policy: Policy, before: int, after: int, *, granted: bool
) -> Sequence[Granted]:
    """The rungs that a change of level brings, or takes where `granted` is False."""
    return [
        rung
        for rung in entitlements(policy, after)
        if rung.granted is granted is not (before >= rung.entitlement.unlocked_at)
    ]
