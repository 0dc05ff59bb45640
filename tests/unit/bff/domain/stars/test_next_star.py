"""What would bring the next star, in points and in what a shopper can do."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bff.domain.orders.model import Purchases
from bff.domain.stars.model import Behaviour, Decision, StarChange, StarChangeCause, Stars
from bff.domain.stars.next_star import Way, next_star
from bff.domain.stars.scorecard import Conduct, TrackRecord, rate
from tests.support.models import POLICY, shanghai

CARD = POLICY.scorecard
BEGAN = shanghai("2025-01-01T12:00")
NOW = BEGAN + timedelta(days=400)
NOBODY = TrackRecord(Purchases(0, 0, 0, None, None))


def bought(orders: int, units: int = 0, days: int = 0) -> Purchases:
    return Purchases(orders, units, 0, BEGAN, BEGAN + timedelta(days=days))


def rated(record: TrackRecord, now: datetime = NOW) -> Stars:
    rating = rate(record, CARD, now)
    cause = StarChangeCause.RATED_AGAIN
    change = StarChange("sho_1", 0, rating.level, None, now, cause, None, rating.factors)
    return Stars("sho_1", (change,))


def way(stars: Stars, factor: str) -> Way:
    found = next_star(stars, CARD)
    assert found is not None
    return next(one for one in found.ways if one.factor == factor)


def test_who_is_at_the_top_has_no_next_star() -> None:
    assert next_star(rated(TrackRecord(bought(100, 1000, 1000))), CARD) is None


@pytest.mark.parametrize("stars", [Stars("sho_1", ()), rated(NOBODY)])
def test_who_bought_nothing_needs_five_points(stars: Stars) -> None:
    """Nothing dishonest is known of them, which is worth 50."""
    found = next_star(stars, CARD)
    assert found is not None
    assert (found.level, found.missing, found.held) == (2, 5, False)
    assert found.ways == (
        Way("ORDERS", 3, 6, enough=True),
        Way("MONTHS", 3, 6, enough=True),
        Way("UNITS_BOUGHT", 100, 5, enough=True),
        Way("KEPT_PROMISES", 5, 5, enough=True),
    )


def test_two_more_orders_bring_the_next_star() -> None:
    """61 points, 65 wanted."""
    stars = rated(TrackRecord(bought(4, 60)))
    assert (stars.score, stars.level) == (61, 2)
    assert way(stars, "ORDERS") == Way("ORDERS", 2, 4, enough=True)
    assert way(stars, "UNITS_BOUGHT") == Way("UNITS_BOUGHT", 80, 4, enough=True)


def test_what_is_begun_counts_on_the_way() -> None:
    """59 units are worth 2 points, the third comes with the 60th."""
    stars = rated(TrackRecord(bought(6, 59)))
    assert (stars.score, way(stars, "UNITS_BOUGHT").missing) == (64, 1)


def test_what_is_not_enough_alone_says_so() -> None:
    """77 points, 18 of 20 for orders; 90 wanted for the fifth star."""
    stars = rated(TrackRecord(bought(9, 140, 30)))
    assert (stars.score, stars.level) == (77, 4)
    assert way(stars, "ORDERS") == Way("ORDERS", 1, 2, enough=False)
    assert way(stars, "MONTHS") == Way("MONTHS", 7, 14, enough=True)


def test_doing_what_a_way_says_brings_its_points_and_no_less_would() -> None:
    for orders in range(12):
        record = TrackRecord(bought(orders, 40))
        stars = rated(record)
        one = next((one for one in next_star(stars, CARD).ways if one.factor == "ORDERS"), None)  # type: ignore[union-attr]
        if one is None:
            assert orders >= 10
            continue
        after = rated(TrackRecord(bought(orders + one.missing, 40)))
        short = rated(TrackRecord(bought(orders + one.missing - 1, 40)))
        assert after.score - stars.score == one.points > short.score - stars.score
        assert (after.level > stars.level) is one.enough
        assert not (one.enough and short.level > stars.level)


def test_what_counts_against_a_shopper_comes_back_with_time() -> None:
    conduct = Conduct().with_behaviour(Behaviour.EMPTY_PARCEL, NOW, seq=1)
    usual = replace(bought(10, 200, 300), returns=99)
    stars = rated(TrackRecord(usual, conduct))
    back = NOW + timedelta(days=365)
    assert stars.level == 3
    assert way(stars, "EMPTY_PARCEL") == Way("EMPTY_PARCEL", 0, 30, enough=True, until=back)
    assert rated(TrackRecord(usual, conduct), back).level == 5


def test_points_that_staff_gave_count_until_they_are_earned() -> None:
    """Raised from 50 points to three stars' 65: the fourth at 75 is 25 away, not 10."""
    stars = rated(TrackRecord(NOBODY.purchases, decision=Decision(3, 0, raised=True)))
    found = next_star(stars, CARD)
    assert found is not None
    assert (stars.score, stars.level, found.missing, found.held) == (65, 3, 25, False)
    assert rated(TrackRecord(bought(3), decision=Decision(3, 0, raised=True))).score == 65


def test_where_staff_keep_the_level_down_nothing_earned_brings_a_star() -> None:
    record = TrackRecord(bought(100, 1000, 1000), decision=Decision(2, 0, raised=False))
    found = next_star(rated(record), CARD)
    assert found is not None
    assert (found.level, found.missing, found.ways, found.held) == (3, 1, (), True)
