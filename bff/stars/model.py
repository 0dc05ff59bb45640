"""Star levels (购物评级), 1 to 5, and what they bring: R1, R2."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bff.orders.model import Purchases
from bff.policy.model import Entitlement, Factor, Policy, Scorecard

LOWEST, HIGHEST = 1, 5
MONTH_DAYS = 30


class StarChangeCause(StrEnum):
    FIRST_RATING = "FIRST_RATING"
    RATED_AGAIN = "RATED_AGAIN"
    STAFF_DECISION = "STAFF_DECISION"


@dataclass(frozen=True, slots=True)
class FactorScore:
    """`value` is what was counted, `points` what it is worth."""

    code: str
    value: int
    points: int


@dataclass(frozen=True, slots=True)
class Rating:
    level: int
    factors: tuple[FactorScore, ...]

    @property
    def score(self) -> int:
        return sum(factor.points for factor in self.factors)


@dataclass(frozen=True, slots=True)
class StarChange:
    shopper_id: str
    seq: int
    level: int
    previous: int | None
    at: datetime
    cause: StarChangeCause
    factors: tuple[FactorScore, ...]


@dataclass(frozen=True, slots=True)
class Stars:
    """`history` is newest first; its first entry made the level what it is."""

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
        return sum(factor.points for factor in self.factors)


@dataclass(frozen=True, slots=True)
class NextStar:
    """`missing` is in points of the scorecard."""

    level: int
    missing: int


@dataclass(frozen=True, slots=True)
class Granted:
    entitlement: Entitlement
    granted: bool


def rate(purchases: Purchases, scorecard: Scorecard) -> Rating:
    factors = tuple(_scored(factor, purchases) for factor in scorecard.factors)
    score = sum(factor.points for factor in factors)
    return Rating(level_for(score, scorecard), factors)


def level_for(score: int, scorecard: Scorecard) -> int:
    return LOWEST + sum(score >= threshold for threshold in scorecard.thresholds)


def _scored(factor: Factor, purchases: Purchases) -> FactorScore:
    value = _counted(factor.code, purchases)
    points = min(value // factor.per * factor.points_each, factor.max_points)
    return FactorScore(factor.code, value, points)


def _counted(code: str, purchases: Purchases) -> int:
    match code:
        case "ORDERS":
            return purchases.orders
        case "MONTHS":
            return _months(purchases)
        case "UNITS_BOUGHT":
            return purchases.units
        case _:
            return _honest_percent(purchases)


def _months(purchases: Purchases) -> int:
    if purchases.first_at is None or purchases.last_at is None:
        return 0
    return (purchases.last_at - purchases.first_at).days // MONTH_DAYS


def _honest_percent(purchases: Purchases) -> int:
    if not purchases.returns:
        return 100
    return 100 * purchases.matched_returns // purchases.returns


def next_star(stars: Stars, scorecard: Scorecard) -> NextStar | None:
    if stars.level >= HIGHEST:
        return None
    threshold = scorecard.thresholds[stars.level - 1]
    return NextStar(stars.level + 1, max(threshold - stars.score, 0))


def entitlements(policy: Policy, level: int) -> Sequence[Granted]:
    """Every rung of the ladder, granted or not (R1)."""
    return [Granted(rung, policy.grants(rung.code, level)) for rung in policy.entitlements]
