"""When couriers come, and who pays them: R7, R11."""

from datetime import date, timedelta

import pytest

from bff.domain.pickups.model import Covers, FeePayer, FeeStatus, quote_pickup
from bff.domain.pickups.offers import answer_by
from bff.domain.pickups.slots import SlotKind, slots_on, soonest, window, window_by_key
from tests.support.models import PICKUP, POLICY, changed, shanghai

RULES = POLICY.pickup
TODAY = date(2026, 3, 10)
TEN = shanghai("2026-03-10T10:00")
TWO_HOURS = timedelta(hours=2)
NO_COVER = Covers(freight_insured=False, merchant_covers=False)


@pytest.mark.parametrize(
    ("requested", "comes"),
    [
        ("2026-03-10T08:59:59.999999", False),
        ("2026-03-10T09:00", True),
        ("2026-03-10T13:37", True),
        ("2026-03-10T19:59:59.999999", True),
        ("2026-03-10T20:00", False),
        ("2026-03-10T23:59", False),
        ("2026-03-10T00:00", False),
    ],
)
def test_as_soon_as_possible_only_when_requested_between_nine_and_twenty(
    requested: str, comes: bool
) -> None:
    assert (soonest(shanghai(requested), RULES) is not None) is comes


def test_as_soon_as_possible_is_within_two_hours_of_the_request() -> None:
    slot = soonest(TEN + timedelta(minutes=34), RULES)
    assert slot is not None
    assert slot.kind is SlotKind.AS_SOON_AS_POSSIBLE
    assert slot.starts_at == TEN + timedelta(minutes=34)
    assert slot.ends_at - slot.starts_at == TWO_HOURS


def test_places_as_soon_as_possible_are_counted_by_the_hour() -> None:
    keys = [
        slot.key
        for minutes in (0, 59, 60)
        if (slot := soonest(TEN + timedelta(minutes=minutes), RULES))
    ]
    assert keys == ["asap-20260310T10", "asap-20260310T10", "asap-20260310T11"]


def test_today_there_are_the_soonest_and_the_windows_not_begun() -> None:
    slots = slots_on(TODAY, TEN, RULES)
    assert [slot.key for slot in slots] == [
        "asap-20260310T10",
        "20260310T11",
        "20260310T13",
        "20260310T15",
        "20260310T17",
    ]
    assert {slot.capacity for slot in slots} == {RULES.capacity}


def test_a_window_that_begins_now_is_gone() -> None:
    a_microsecond = timedelta(microseconds=1)
    eleven = shanghai("2026-03-10T11:00")
    before, now = (slots_on(TODAY, at, RULES) for at in (eleven - a_microsecond, eleven))
    assert "20260310T11" in [slot.key for slot in before]
    assert "20260310T11" not in [slot.key for slot in now]


def test_in_the_night_there_are_windows_but_nobody_comes_at_once() -> None:
    night = shanghai("2026-03-10T20:00")
    assert slots_on(TODAY, night, RULES) == []
    tomorrow = slots_on(TODAY + timedelta(days=1), night, RULES)
    assert [slot.kind for slot in tomorrow] == [SlotKind.WINDOW] * 5


def test_before_nine_all_of_the_days_windows_are_open() -> None:
    slots = slots_on(TODAY, shanghai("2026-03-10T08:59"), RULES)
    assert [slot.key[-2:] for slot in slots] == ["09", "11", "13", "15", "17"]


@pytest.mark.parametrize(("ahead", "count"), [(-1, 0), (1, 5), (3, 5), (4, 0)])
def test_booked_at_most_three_days_ahead(ahead: int, count: int) -> None:
    assert len(slots_on(TODAY + timedelta(days=ahead), TEN, RULES)) == count


def test_the_day_is_shanghais_when_it_is_still_yesterday_in_utc() -> None:
    assert slots_on(date(2026, 3, 10), shanghai("2026-03-10T00:30"), RULES)
    assert not slots_on(date(2026, 3, 9), shanghai("2026-03-10T00:30"), RULES)


def test_windows_are_two_hours_between_nine_and_twenty() -> None:
    slots = slots_on(TODAY + timedelta(days=1), TEN, RULES)
    assert slots[0].starts_at == shanghai("2026-03-11T09:00")
    assert slots[-1].ends_at == shanghai("2026-03-11T19:00")
    assert {slot.ends_at - slot.starts_at for slot in slots} == {TWO_HOURS}


@pytest.mark.parametrize("hour", RULES.window_starts)
def test_a_windows_key_finds_it_again(hour: int) -> None:
    one = window(date(2026, 12, 31), hour, RULES)
    assert window_by_key(one.key, RULES) == one


@pytest.mark.parametrize(
    "key",
    [
        "",
        "T",
        "20260310",
        "20260310T10",
        "20260310T9",
        "20260310T009",
        "20261310T09",
        "20260230T09",
        "2026031\uff10T09",
        "00000000T09",
        "20260310t09",
        "asap-20260310T10",
        " 20260310T0",
        "20260310T09 ",
    ],
)
def test_what_never_was_a_window_is_none(key: str) -> None:
    assert window_by_key(key, RULES) is None


def test_the_hours_are_the_policys() -> None:
    rules = changed(POLICY, "pickup", opens_hour=6, closes_hour=8, window_starts=(6,)).pickup
    assert soonest(shanghai("2026-03-10T07:59"), rules)
    assert soonest(shanghai("2026-03-10T08:00"), rules) is None
    assert [slot.key for slot in slots_on(TODAY + timedelta(days=1), TEN, rules)] == ["20260311T06"]


@pytest.mark.parametrize(
    ("level", "covers", "payer", "shopper_pays", "status"),
    [
        (2, NO_COVER, FeePayer.SHOPPER, 1_200, FeeStatus.UNPAID),
        (3, NO_COVER, FeePayer.SHOPPER, 1_200, FeeStatus.UNPAID),
        (4, NO_COVER, FeePayer.PLATFORM, 0, FeeStatus.WAIVED),
        (5, NO_COVER, FeePayer.PLATFORM, 0, FeeStatus.WAIVED),
        (2, Covers(True, False), FeePayer.INSURER, 0, FeeStatus.WAIVED),
        (5, Covers(True, False), FeePayer.INSURER, 0, FeeStatus.WAIVED),
        (2, Covers(False, True), FeePayer.MERCHANT, 0, FeeStatus.WAIVED),
        (5, Covers(True, True), FeePayer.MERCHANT, 0, FeeStatus.WAIVED),
    ],
)
def test_who_pays_the_courier(
    level: int, covers: Covers, payer: FeePayer, shopper_pays: int, status: FeeStatus
) -> None:
    quote = quote_pickup(POLICY, level, covers, "CNY")
    assert quote is not None
    assert (quote.fee.minor, quote.fee.currency) == (1_200, "CNY")
    assert (quote.payer, quote.shopper_pays.minor, quote.status) == (payer, shopper_pays, status)


def test_no_pickup_below_its_level_whoever_would_pay() -> None:
    assert quote_pickup(POLICY, 1, Covers(True, True), "CNY") is None


def test_no_pickup_in_a_currency_without_a_fee() -> None:
    assert quote_pickup(POLICY, 5, NO_COVER, "USD") is None
    quote = quote_pickup(POLICY, 3, NO_COVER, "GBP")
    assert quote is not None
    assert (quote.fee.minor, quote.fee.currency) == (350, "GBP")


def test_a_free_fee_is_waived_whoever_pays_it() -> None:
    free = changed(POLICY, "pickup", fee_minor={"CNY": 0})
    quote = quote_pickup(free, 2, NO_COVER, "CNY")
    assert quote is not None
    assert quote.status is FeeStatus.WAIVED


def test_the_courier_company_answers_within_five_minutes() -> None:
    assert answer_by(PICKUP, RULES) == PICKUP.booked_at + timedelta(minutes=5)
