"""How what becomes of returns moves the level: R2, R5, and what staff decide."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bff.domain.orders.model import Purchases
from bff.domain.stars.model import Behaviour, Decision, FactorScore, StarChangeCause
from bff.domain.stars.scorecard import Conduct, TrackRecord, rate
from tests.support.models import POLICY, shanghai
from tests.support.policy_files import edited, line, refused

CARD = POLICY.scorecard
BEGAN = shanghai("2025-01-01T12:00")
NOW = BEGAN + timedelta(days=300)
USUAL = Purchases(10, 200, 0, BEGAN, NOW)
DAY = timedelta(days=1)


def after(*kinds: Behaviour, seq: int = 1) -> Conduct:
    conduct = Conduct()
    for kind in kinds:
        conduct = conduct.with_behaviour(kind, NOW, seq)
    return conduct


def points(record: TrackRecord) -> dict[str, int]:
    return {part.code: part.points for part in rate(record, CARD, NOW).factors if part.points}


def test_every_behaviour_is_a_cause_under_its_own_name() -> None:
    assert {one.value for one in Behaviour} <= {one.value for one in StarChangeCause}
    penalised = {penalty.code for penalty in CARD.penalties}
    assert penalised == {one.value for one in Behaviour} - {"GENUINE_RETURN", "KEPT_PROMISE"}


def test_what_an_inspection_found_is_no_honest_return_while_it_counts() -> None:
    """Of three returns on file and an empty parcel, three were honest; with 96 more, 99 of 100."""
    few, empty = replace(USUAL, returns=3), after(Behaviour.EMPTY_PARCEL)
    assert points(TrackRecord(few, empty))["HONEST_RETURNS"] == 37
    assert points(TrackRecord(few, replace(empty, genuine=96)))["HONEST_RETURNS"] == 49
    assert points(TrackRecord(few))["HONEST_RETURNS"] == 50
    over = rate(TrackRecord(few, empty), CARD, NOW + timedelta(days=365))
    assert over == rate(TrackRecord(few), CARD, NOW)


@pytest.mark.parametrize("kind", [Behaviour.BROKEN_PROMISE, Behaviour.FEE_UNPAID])
def test_what_says_nothing_of_the_goods_is_not_dishonest(kind: Behaviour) -> None:
    assert points(TrackRecord(USUAL, after(kind)))["HONEST_RETURNS"] == 50


def test_a_promise_kept_is_a_point_up_to_ten() -> None:
    kept = [
        points(TrackRecord(USUAL, Conduct(kept=kept))).get("KEPT_PROMISES", 0) for kept in range(13)
    ]
    assert kept == [*range(11), 10, 10]


def test_time_goes_on_with_what_is_honestly_returned_only() -> None:
    later = NOW + timedelta(days=60)
    honest = Conduct().with_behaviour(Behaviour.GENUINE_RETURN, later, 1)
    empty = Conduct().with_behaviour(Behaviour.EMPTY_PARCEL, later, 1)
    young = Purchases(1, 1, 0, NOW, NOW)
    assert points(TrackRecord(young, honest))["MONTHS"] == 4
    assert "MONTHS" not in points(TrackRecord(young, empty))


@pytest.mark.parametrize(
    "kind", [one for one in Behaviour if one.value in {penalty.code for penalty in CARD.penalties}]
)
def test_what_counts_against_a_shopper_counts_for_its_days(kind: Behaviour) -> None:
    [penalty] = [one for one in CARD.penalties if one.code == kind]
    assert penalty.counts_for_days
    over = NOW + timedelta(days=penalty.counts_for_days)
    record = TrackRecord(USUAL, after(kind, kind))
    during, last = rate(record, CARD, NOW), rate(record, CARD, over - timedelta(microseconds=1))
    expected = FactorScore(kind.value, 2, -2 * penalty.points_each, over)
    assert expected in during.factors
    assert during == last
    assert rate(record, CARD, over) == rate(TrackRecord(USUAL), CARD, over)


def test_without_days_it_counts_for_ever() -> None:
    penalties = tuple(one.model_copy(update={"counts_for_days": None}) for one in CARD.penalties)
    strict = CARD.model_copy(update={"penalties": penalties})
    record = TrackRecord(USUAL, after(Behaviour.EMPTY_PARCEL))
    part = rate(record, strict, NOW + timedelta(days=100_000)).factors[-1]
    assert part == FactorScore("EMPTY_PARCEL", 1, -30, None)


def test_the_score_is_never_below_nothing() -> None:
    rating = rate(TrackRecord(USUAL, after(*[Behaviour.EMPTY_PARCEL] * 9)), CARD, NOW)
    assert (rating.score, rating.level) == (0, 1)


def test_where_the_policy_has_no_penalty_nothing_is_taken() -> None:
    mild = CARD.model_copy(update={"penalties": ()})
    record = TrackRecord(USUAL, after(Behaviour.EMPTY_PARCEL))
    assert [part for part in rate(record, mild, NOW).factors if part.points < 0] == []


@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_raised_by_staff_is_the_least_there_is(level: int) -> None:
    nobody = Purchases(0, 0, 0, None, None)
    raised = Decision(level, 4, raised=True)
    assert rate(TrackRecord(nobody, decision=raised), CARD, NOW).level == level
    assert rate(TrackRecord(USUAL, decision=raised), CARD, NOW).level == 5


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_lowered_by_staff_is_the_most_there_is(level: int) -> None:
    lowered = TrackRecord(USUAL, Conduct(kept=10), Decision(level, 4, raised=False))
    assert rate(lowered, CARD, NOW).level == level


@pytest.mark.parametrize("raised", [True, False])
def test_staff_knew_what_was_before_and_not_what_came_after(raised: bool) -> None:
    level = 4 if raised else 2
    decision = Decision(level, 4, raised=raised)
    usual = replace(USUAL, returns=99)
    before = TrackRecord(usual, after(Behaviour.EMPTY_PARCEL, seq=4), decision)
    later = TrackRecord(usual, after(Behaviour.EMPTY_PARCEL, seq=5), decision)
    assert rate(before, CARD, NOW).level == level
    assert rate(later, CARD, NOW).level < level or not raised


def test_what_comes_after_staff_lowered_a_level_lowers_it_further() -> None:
    lowered = Decision(3, 4, raised=False)
    record = TrackRecord(USUAL, after(Behaviour.EMPTY_PARCEL, seq=5), lowered)
    assert rate(record, CARD, NOW).level == 1
    assert rate(record, CARD, NOW + 365 * DAY).level == 3


def test_a_penalty_may_be_there_once(tmp_path: Path) -> None:
    text = edited(('code = "WRONG_ITEM"', 'code = "EMPTY_PARCEL"  # again'))
    assert refused(tmp_path, text) == (
        f"ours.toml:{line(text, '# again')}: policy.scorecard.penalties.code: EMPTY_PARCEL is "
        "there already; each may be there once"
    )
