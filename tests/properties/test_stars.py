"""R2 and R5 over everything that a shopper can have done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bff.domain.orders.model import Purchases
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Scorecard
from bff.domain.stars.model import GOOD, Behaviour, Decision
from bff.domain.stars.scorecard import Conduct, Offence, TrackRecord, rate
from bff.settings import PACKAGED_POLICY

GIFTS = Path(__file__).parents[2] / "examples" / "gifts-policy.toml"
CARDS = [read_policies(path)[-1].scorecard for path in (PACKAGED_POLICY, GIFTS)]
few = settings(max_examples=60, deadline=None)
cards = pytest.mark.parametrize("card", CARDS, ids=["packaged", "gifts"])

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
LONG = timedelta(days=1500)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
counts = st.one_of(st.integers(0, 30), st.integers(0, 10_000))
goods = st.lists(st.sampled_from(sorted(GOOD)), max_size=40)
bads = st.sampled_from([one for one in Behaviour if one not in GOOD])
seqs = st.integers(0, 9)


@st.composite
def bought(draw: st.DrawFn) -> Purchases:
    orders, returns = draw(counts), draw(counts)
    first, last = sorted((draw(moments), draw(moments)))
    ends = (first, last) if orders or returns else (None, None)
    return Purchases(orders, orders and draw(counts), returns, *ends)


@st.composite
def records(draw: st.DrawFn) -> TrackRecord:
    decided = draw(st.none() | st.tuples(st.integers(1, 5), seqs, st.booleans()))
    decision = None
    if decided:
        level, seq, raised = decided
        decision = Decision(level, seq, raised=level == 5 or (raised and level > 1))
    offences = draw(st.lists(st.builds(Offence, bads, moments, seqs), max_size=6))
    conduct = Conduct(draw(counts), draw(counts), draw(st.none() | moments), tuple(offences))
    return TrackRecord(draw(bought()), conduct, decision)


def with_more(record: TrackRecord, *kinds: Behaviour, at: datetime) -> TrackRecord:
    conduct = record.conduct
    for kind in kinds:
        conduct = conduct.with_behaviour(kind, at, seq=10)
    return replace(record, conduct=conduct)


# Raised by staff between two empty parcels
RAISED = TrackRecord(
    Purchases(0, 0, 12, BEGAN, BEGAN),
    Conduct(genuine=3, offences=tuple(Offence(Behaviour.EMPTY_PARCEL, BEGAN, n) for n in (0, 1))),
    Decision(5, 0, raised=True),
)


@cards
@few
@given(record=records(), more=goods, now=moments)
@example(record=RAISED, more=[Behaviour.GENUINE_RETURN], now=BEGAN)
def test_r5_genuine_returns_and_kept_promises_never_lower_score_or_level(
    card: Scorecard, record: TrackRecord, more: list[Behaviour], now: datetime
) -> None:
    """However many, in whatever order, whatever else is on record."""
    before, after = rate(record, card, now), rate(with_more(record, *more, at=now), card, now)
    assert after.score >= before.score
    assert after.level >= before.level


@cards
@few
@given(record=records(), more=goods, now=moments, chance=st.randoms())
def test_r5_the_order_of_returns_does_not_matter(
    card: Scorecard, record: TrackRecord, more: list[Behaviour], now: datetime, chance: Random
) -> None:
    shuffled = chance.sample(more, len(more))
    one = rate(with_more(record, *more, at=now), card, now)
    assert one == rate(with_more(record, *shuffled, at=now), card, now)


@cards
@few
@given(record=records(), now=moments)
@example(
    record=TrackRecord(Purchases(99, 999, 0, BEGAN, BEGAN + LONG), Conduct(kept=99, genuine=1000)),
    now=BEGAN + LONG,
)
def test_r2_one_empty_parcel_lowers_whatever_level_there_is(
    card: Scorecard, record: TrackRecord, now: datetime
) -> None:
    before = rate(record, card, now)
    after = rate(with_more(record, Behaviour.EMPTY_PARCEL, at=now), card, now)
    assert after.level < before.level or before.level == 1
    assert [part.code for part in after.factors if part.code == "EMPTY_PARCEL"]


@cards
@few
@given(record=records(), kind=bads, now=moments)
def test_r2_nothing_that_counts_against_a_shopper_raises_the_level(
    card: Scorecard, record: TrackRecord, kind: Behaviour, now: datetime
) -> None:
    before, after = rate(record, card, now), rate(with_more(record, kind, at=now), card, now)
    assert after.score <= before.score
    assert after.level <= before.level


@cards
@few
@given(record=records(), now=moments)
def test_the_parts_add_up_to_the_score(card: Scorecard, record: TrackRecord, now: datetime) -> None:
    rating = rate(record, card, now)
    assert rating.score == max(sum(part.points for part in rating.factors), 0)
    assert rating.level == 1 + sum(rating.score >= points for points in card.thresholds)
    for part in rating.factors:
        if known := card.part(part.code):
            worth = int(part.value // getattr(known, "per", 1)) * known.points_each
            assert part.points == (min(worth, known.max_points) if known.max_points else -worth)


@cards
@few
@given(record=records(), kind=bads, now=moments)
def test_dishonesty_is_not_for_ever(
    card: Scorecard, record: TrackRecord, kind: Behaviour, now: datetime
) -> None:
    later = now + 10 * LONG
    assert rate(with_more(record, kind, at=now), card, later) == rate(record, card, later)
