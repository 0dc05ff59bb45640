"""From what a shopper did to points, and from points to a level. R2, R5."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bff.domain.orders.model import Purchases
from bff.domain.policy.model import Factor, Scorecard
from bff.domain.stars.model import (
    DISHONEST,
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

    def with_behaviour(self, kind: Behaviour, at: datetime, seq: int) -> "Conduct":
        if kind not in GOOD:
            return replace(self, offences=(*self.offences, Offence(kind, at, seq)))
        genuine = self.genuine + (kind is Behaviour.GENUINE_RETURN)
        kept = self.kept + (kind is Behaviour.KEPT_PROMISE)
        return replace(self, genuine=genuine, kept=kept, last_at=max(self.last_at or at, at))


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """All that a rating goes by.

    A decision of staff outweighs what is earned, and offences before it. Those after it cost as
    much as if they were the only ones, so that no good return lowers the score (R5).
    """

    purchases: Purchases
    conduct: Conduct = Conduct()
    decision: Decision | None = None


def rate(record: TrackRecord, scorecard: Scorecard, now: datetime) -> Rating:
    """The points of the parts add up to the score."""
    counting = [each for each in record.conduct.offences if _is_counted(each, scorecard, now)]
    parts = _parts(record, scorecard, counting)
    if decision := record.decision:
        later = [offence for offence in counting if offence.seq > decision.seq]
        lost = _sum(_parts(record, scorecard, ())) - _sum(_parts(record, scorecard, later))
        parts += _staff_points(decision, _sum(parts) + lost, scorecard)
    return Rating(level_for(_sum(parts), scorecard), tuple(parts))


def _parts(
    record: TrackRecord, scorecard: Scorecard, offences: Sequence[Offence]
) -> list[FactorScore]:
    return [*earned(record, scorecard, offences), *_penalties(offences, scorecard)]


def level_for(points: int, scorecard: Scorecard) -> int:
    return LOWEST + sum(points >= threshold for threshold in scorecard.thresholds)


def _sum(parts: Iterable[FactorScore]) -> int:
    return sum(part.points for part in parts)


def _staff_points(decision: Decision, before: int, scorecard: Scorecard) -> Iterator[FactorScore]:
    """What raises to the fewest points of the level, or lowers to its most."""
    if decision.raised:
        points = max(scorecard.thresholds[decision.level - LOWEST - 1] - before, 0)
    else:
        points = min(scorecard.thresholds[decision.level - LOWEST] - 1 - before, 0)
    if points:
        yield FactorScore(StarChangeCause.STAFF_DECISION, decision.level, points)


def _is_counted(offence: Offence, scorecard: Scorecard, now: datetime) -> bool:
    for penalty in scorecard.penalties:
        if penalty.code == offence.kind:
            ends_at = penalty.ends_at(offence.at)
            return ends_at is None or now < ends_at
    return True


def _penalties(counting: Sequence[Offence], scorecard: Scorecard) -> Iterator[FactorScore]:
    for penalty in scorecard.penalties:
        moments = [offence.at for offence in counting if offence.kind == penalty.code]
        if moments:
            points = -penalty.points_each * len(moments)
            until = penalty.ends_at(min(moments))
            yield FactorScore(penalty.code, len(moments), points, until)


def earned(
    record: TrackRecord, scorecard: Scorecard, offences: Sequence[Offence] = ()
) -> Iterator[FactorScore]:
    """What buying and returning bring. Nothing that is good in a return takes away (R5).

    `offences`: those that count still.
    """
    for factor in scorecard.factors:
        value = _value(factor, record, offences)
        points = min(value // factor.per * factor.points_each, factor.max_points)
        yield FactorScore(factor.code, value, points)


def _value(factor: Factor, record: TrackRecord, offences: Sequence[Offence]) -> int:
    match factor.code:
        case "ORDERS":
            return record.purchases.orders
        case "MONTHS":
            return _months(record)
        case "UNITS_BOUGHT":
            return record.purchases.units
        case "HONEST_RETURNS":
            return _honest_percent(record, offences)
        case "KEPT_PROMISES":
            return record.conduct.kept


def _months(record: TrackRecord) -> int:
    """Up to the newest of what was bought or honestly returned."""
    first_at = record.purchases.first_at
    moments = [at for at in (record.purchases.last_at, record.conduct.last_at) if at]
    return max((max(moments) - first_at).days // MONTH_DAYS, 0) if first_at and moments else 0


def _honest_percent(record: TrackRecord, offences: Sequence[Offence]) -> int:
    """Honest until an inspection or staff have found something else (P2)."""
    honest = record.purchases.returns + record.conduct.genuine
    dishonest = sum(offence.kind in DISHONEST for offence in offences)
    return 100 * honest // (honest + dishonest) if dishonest else 100
