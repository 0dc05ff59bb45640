"""The way to the next star: what is missing, and what would bring it."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from bff.domain.orders.model import Purchases
from bff.domain.policy.model import Factor, Scorecard
from bff.domain.stars.model import HIGHEST, FactorScore, Stars, staff_points
from bff.domain.stars.scorecard import TrackRecord, earned

NOTHING_BOUGHT = Purchases(0, 0, 0, None, None)


class Way(Struct, frozen=True, gc=False):
    """`missing` more of what the part counts bring `points`; or they come back by themselves.

    `enough`: this alone brings the star. `until`: a penalty's end, the only one that waits for.
    """

    factor: str
    missing: int
    points: int
    enough: bool
    until: datetime | None = None


class NextStar(Struct, frozen=True, gc=False):
    """`missing` is in points of the scorecard. `held`: staff keep the level from rising."""

    level: int
    missing: int
    held: bool
    parts: tuple[FactorScore, ...]
    scorecard: Scorecard

    @property
    def ways(self) -> tuple[Way, ...]:
        return () if self.held else tuple(_ways(self.parts, self.scorecard, self.missing))


def next_star(stars: Stars, scorecard: Scorecard) -> NextStar | None:
    """None at the highest. Points that staff have given count only until they are earned."""
    level = stars.level
    if level >= HIGHEST:
        return None
    parts = stars.factors or tuple(earned(TrackRecord(NOTHING_BOUGHT), scorecard))
    by_staff = staff_points(parts)
    own = sum([part.points for part in parts]) - max(by_staff, 0)
    missing = max(scorecard.thresholds[level - 1] - own, 0)
    return NextStar(level + 1, missing, by_staff < 0, parts, scorecard)


def _ways(parts: tuple[FactorScore, ...], scorecard: Scorecard, missing: int) -> Iterator[Way]:
    """In the scorecard's order."""
    by_code = {part.code: part for part in parts}
    for factor in scorecard.factors:
        part = by_code.get(factor.code, FactorScore(factor.code, 0, 0))
        yield from _more(factor, part, missing)
    for penalty in scorecard.penalties:
        until = by_code[penalty.code].until if penalty.code in by_code else None
        if until and missing:
            points = penalty.points_each
            yield Way(penalty.code, 0, points, points >= missing, until)


def _more(factor: Factor, part: FactorScore, missing: int) -> Iterator[Way]:
    wanted = min(factor.max_points - part.points, missing)
    if wanted <= 0 or not factor.points_each:
        return
    steps = -(-(part.points + wanted) // factor.points_each)
    brings = min(steps * factor.points_each, factor.max_points) - part.points
    yield Way(factor.code, steps * factor.per - part.value, brings, brings >= missing)
