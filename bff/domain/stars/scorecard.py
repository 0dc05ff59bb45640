"""From what a shopper did to points, and from points to a level. R2, R5."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bff.domain.orders.model import Purchases
from bff.domain.policy.model import Factor, Scorecard
from bff.domain.stars.model import (
    GOOD,
    LOWEST,
    Behaviour,
    Decision,
    FactorScore,
    Rating,
    StarChangeCause,
)

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Offence:
    """`seq`: how many changes of the shopper's level were on record before it."""

    kind: Behaviour
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Conduct:
    """`genuine` returns and `kept` promises, the newest at `last_at`; and what counts against."""

    genuine: int = 0
    kept: int = 0
    last_at: datetime | None = None
    offences: tuple[Offence, ...] = ()

    def and_then(self, kind: Behaviour, at: datetime, seq: int) -> "Conduct":
        if kind not in GOOD:
            return replace(self, offences=(*self.offences, Offence(kind, at, seq)))
        genuine = self.genuine + (kind is Behaviour.GENUINE_RETURN)
        kept = self.kept + (kind is Behaviour.KEPT_PROMISE)
        return replace(self, genuine=genuine, kept=kept, last_at=max(self.last_at or at, at))


@dataclass(frozen=True, slots=True)
class Record:
    """All that a rating goes by. What staff decided holds against what was before and is earned."""

    purchases: Purchases
    conduct: Conduct = Conduct()
    decision: Decision | None = None


def rate(record: Record, scorecard: Scorecard, now: datetime) -> Rating:
    """The points of the parts add up to the score."""
    counting = [one for one in record.conduct.offences if _counts(one, scorecard, now)]
    parts = [*earned(record, scorecard), *_taken(counting, scorecard)]
    if decision := record.decision:
        later = [offence for offence in counting if offence.seq > decision.seq]
        before = _sum(parts) - _sum(_taken(later, scorecard))
        parts += _decided(decision, before, scorecard)
    return Rating(level_for(_sum(parts), scorecard), tuple(parts))


def level_for(points: int, scorecard: Scorecard) -> int:
    return LOWEST + sum(points >= threshold for threshold in scorecard.thresholds)


def _sum(parts: Iterable[FactorScore]) -> int:
    return sum(part.points for part in parts)


def _decided(decision: Decision, before: int, scorecard: Scorecard) -> Iterator[FactorScore]:
    """Raised: at least the level's fewest points; lowered: at most its most."""
    if decision.raised:
        points = max(scorecard.thresholds[decision.level - LOWEST - 1] - before, 0)
    else:
        points = min(scorecard.thresholds[decision.level - LOWEST] - 1 - before, 0)
    if points:
        yield FactorScore(StarChangeCause.STAFF_DECISION, decision.level, points)


def _counts(offence: Offence, scorecard: Scorecard, now: datetime) -> bool:
    ends_at = _ends_at(offence, scorecard)
    return ends_at is None or now < ends_at


def _ends_at(offence: Offence, scorecard: Scorecard) -> datetime | None:
    for penalty in scorecard.penalties:
        if penalty.code == offence.kind:
            return penalty.ends_at(offence.at)
    return None


def _taken(counting: Sequence[Offence], scorecard: Scorecard) -> Iterator[FactorScore]:
    for penalty in scorecard.penalties:
        moments = [offence.at for offence in counting if offence.kind == penalty.code]
        if moments:
            points = -penalty.points_each * len(moments)
            until = penalty.ends_at(min(moments))
            yield FactorScore(penalty.code, len(moments), points, until)


def earned(record: Record, scorecard: Scorecard) -> Iterator[FactorScore]:
    """What buying and returning bring. Nothing that is good in a return takes away (R5)."""
    for factor in scorecard.factors:
        value = _counted(factor, record)
        points = min(value // factor.per * factor.points_each, factor.max_points)
        yield FactorScore(factor.code, value, points)


def _counted(factor: Factor, record: Record) -> int:
    match factor.code:
        case "ORDERS":
            return record.purchases.orders
        case "MONTHS":
            return _months(record)
        case "UNITS_BOUGHT":
            return record.purchases.units
        case "HONEST_RETURNS":
            return _honest_percent(record)
        case "KEPT_PROMISES":
            return record.conduct.kept


def _months(record: Record) -> int:
    """Up to the newest of what was bought or honestly returned."""
    first_at = record.purchases.first_at
    moments = [at for at in (record.purchases.last_at, record.conduct.last_at) if at]
    return max((max(moments) - first_at).days // MONTH_DAYS, 0) if first_at and moments else 0


def _honest_percent(record: Record) -> int:
    genuine = record.conduct.genuine
    returns = record.purchases.returns + genuine
    return 100 * (record.purchases.matched_returns + genuine) // returns if returns else 100
