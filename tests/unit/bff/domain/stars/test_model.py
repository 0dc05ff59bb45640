"""Star levels, what they bring, and how they are reached: R1, R2, R5."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bff.domain.orders.model import Purchases
from bff.domain.policy.model import Scorecard
from bff.domain.stars.model import (
    FactorScore,
    Granted,
    Rating,
    StarChange,
    StarChangeCause,
    Stars,
    entitlement_changes,
    entitlements,
)
from bff.domain.stars.scorecard import TrackRecord, level_for
from bff.domain.stars.scorecard import rate as rate_record
from tests.support.models import POLICY, shanghai

CARD = POLICY.scorecard
BEGAN = shanghai("2025-01-01T12:00")
NOBODY = Purchases(0, 0, 0, None, None)


def bought(orders: int, units: int = 0, returns: int = 0, days: int = 0) -> Purchases:
    return Purchases(orders, units, returns, BEGAN, BEGAN + timedelta(days=days))


def rate(purchases: Purchases, scorecard: Scorecard) -> Rating:
    return rate_record(TrackRecord(purchases), scorecard, BEGAN)


def change(level: int, previous: int | None, at: datetime, points: int = 0) -> StarChange:
    factors = (FactorScore("ORDERS", 0, points),)
    return StarChange("sho_1", 0, level, previous, at, StarChangeCause.RATED_AGAIN, None, factors)


def granted(level: int) -> list[str]:
    return [one.entitlement.code for one in entitlements(POLICY, level) if one.granted]


def test_more_stars_never_fewer_entitlements() -> None:
    ladder = [set(granted(level)) for level in range(1, 6)]
    for lower, higher in itertools.pairwise(ladder):
        assert lower <= higher
    assert [len(rung) for rung in ladder] == [1, 2, 4, 6, 7]


def test_every_rung_is_shown_whether_granted_or_not() -> None:
    for level in range(1, 6):
        shown = entitlements(POLICY, level)
        assert [one.entitlement for one in shown] == list(POLICY.entitlements)
        assert [one.granted for one in shown] == [
            level >= one.unlocked_at for one in POLICY.entitlements
        ]


def test_three_stars_bring_express_return_with_the_advance() -> None:
    assert {"EXPRESS_RETURN", "ADVANCE_REFUND"} <= set(granted(3))
    assert not {"EXPRESS_RETURN", "ADVANCE_REFUND"} & set(granted(2))


def test_nobody_reaches_what_the_ladder_leaves_out() -> None:
    short = POLICY.model_copy(update={"entitlements": ()})
    assert not any(short.grants("EXPRESS_RETURN", level) for level in range(1, 6))


@pytest.mark.parametrize(
    ("score", "level"),
    [(0, 1), (54, 1), (55, 2), (64, 2), (65, 3), (74, 3), (75, 4), (89, 4), (90, 5), (100, 5)],
)
def test_a_level_is_reached_with_its_points(score: int, level: int) -> None:
    assert level_for(score, CARD) == level


def test_who_bought_nothing_has_one_star() -> None:
    rating = rate(NOBODY, CARD)
    assert (rating.level, rating.score) == (1, 50)


def test_the_scorecard_counts_orders_months_units_and_honest_returns() -> None:
    rating = rate(bought(orders=3, units=59, returns=8, days=89), CARD)
    assert rating.factors == (
        FactorScore("ORDERS", 3, 6),
        FactorScore("MONTHS", 2, 4),
        FactorScore("UNITS_BOUGHT", 59, 2),
        FactorScore("HONEST_RETURNS", 100, 50),
        FactorScore("KEPT_PROMISES", 0, 0),
    )
    assert (rating.score, rating.level) == (62, 2)


def test_each_part_has_its_most() -> None:
    rating = rate(bought(orders=10**6, units=10**6, days=10**5), CARD)
    assert [factor.points for factor in rating.factors] == [20, 20, 10, 50, 0]
    assert (rating.score, rating.level) == (100, 5)


def test_buying_brings_a_hundred_points_and_kept_promises_ten_more() -> None:
    most = {factor.code: factor.max_points for factor in CARD.factors}
    assert (sum(most.values()), most["KEPT_PROMISES"]) == (110, 10)


@pytest.mark.parametrize("returns", [0, 1, 10, 500])
def test_returning_honestly_costs_nothing_however_often(returns: int) -> None:
    usual = bought(orders=10, units=200, days=300)
    assert rate(replace(usual, returns=returns), CARD) == rate(usual, CARD)


def test_who_was_never_rated_has_one_star_since_never() -> None:
    stars = Stars("sho_1", ())
    assert (stars.level, stars.since, stars.factors, stars.score) == (1, None, (), 0)


@pytest.mark.parametrize("before", range(1, 6))
@pytest.mark.parametrize("after", range(1, 6))
def test_a_change_brings_or_takes_the_rungs_between(before: int, after: int) -> None:
    brought = entitlement_changes(POLICY, before, after, granted=True)
    taken = entitlement_changes(POLICY, before, after, granted=False)
    assert codes(brought) == set(granted(after)) - set(granted(before))
    assert codes(taken) == set(granted(before)) - set(granted(after))
    assert {one.granted for one in brought} <= {True}
    assert {one.granted for one in taken} <= {False}


def codes(rungs: Sequence[Granted]) -> set[str]:
    return {one.entitlement.code for one in rungs}


def test_rating_to_the_same_level_does_not_start_it_anew() -> None:
    days = [BEGAN + timedelta(days=day) for day in range(4)]
    history = (
        change(3, 3, days[3], points=70),
        change(3, 2, days[2]),
        change(2, 3, days[1]),
        change(3, None, days[0]),
    )
    stars = Stars("sho_1", history)
    assert (stars.level, stars.since, stars.score) == (3, days[2], 70)
