"""What one field of a policy cannot see is an error on its line as well."""

from pathlib import Path

import pytest

from tests.support.policy_files import PACKAGED, edited, line, refused


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "closes_hour = 20",
            "closes_hour = 9",
            "policy.pickup.closes_hour: must be after opens_hour, 9; it is 9",
        ),
        (
            "[9, 11, 13, 15, 17]",
            "[8, 11, 13, 15, 17]",
            "policy.pickup.window_starts: a window of 2 hours from 8 is not within the hours "
            "from 9 to 20",
        ),
        (
            "[9, 11, 13, 15, 17]",
            "[9, 11, 13, 15, 19]",
            "policy.pickup.window_starts: a window of 2 hours from 19 is not within the hours "
            "from 9 to 20",
        ),
        (
            "[9, 11, 13, 15, 17]",
            "[9, 10, 13, 15, 17]",
            "policy.pickup.window_starts: 10 must be 11 or later: the window before ends then",
        ),
        (
            "[9, 11, 13, 15, 17]",
            "[11, 9]",
            "policy.pickup.window_starts: 9 must be 13 or later: the window before ends then",
        ),
        (
            "closed_weekdays = []",
            'closed_weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", '
            '"SATURDAY", "SUNDAY"]',
            "policy.pickup.closed_weekdays: every day of the week is closed: no courier would come",
        ),
        (
            'code = "sf"',
            'code = "cainiao"  #',
            "policy.pickup.couriers.code: cainiao is there already; each may be there once",
        ),
        (
            '"SF[0-9]{12,13}"',
            '"SF[0-9{12,13}"',
            "policy.pickup.couriers.waybill_pattern: must be a regular expression: "
            "unterminated character set at character 2",
        ),
        (
            "GBP = 150",
            "GBP = 150\nUSD = 150",
            "policy.pickup.per_kg_minor.USD: there is no such fee_minor; pickups have a fee in "
            "CNY, GBP",
        ),
        (
            "[policy.pickup.cover_limit_minor.INSURER]\nCNY",
            "[policy.pickup.cover_limit_minor.INSURER]\nCNZ",
            "policy.pickup.cover_limit_minor.INSURER.CNZ: there is no such fee_minor; pickups "
            "have a fee in CNY, GBP",
        ),
        (
            "CNY = 300000",
            "CNY = 1_000_000_000_000_001",
            "policy.advance.limit_minor.CNY: "
            "must be 1,000,000,000,000,000 or less; it is 1,000,000,000,000,001",
        ),
        (
            "CNY = 300000",
            "XXX = 300000",
            "policy.advance.limit_minor.XXX: "
            "must be the ISO 4217 code of money in use, such as CNY",
        ),
        (
            "CNY = 300000",
            "CNZ = 300000",
            "policy.advance.limit_minor.CNZ: "
            "must be the ISO 4217 code of money in use, such as CNY",
        ),
        (
            "thresholds = [55, 65, 75, 90]",
            "thresholds = [55, 65, 65, 90]",
            "policy.scorecard.thresholds: 65 must be more than the 65 before it: more stars, "
            "more points",
        ),
        (
            "thresholds = [55, 65, 75, 90]",
            "thresholds = [55, 65, 75, 111]",
            "policy.scorecard.thresholds: 111 is out of reach: the factors' max_points are 110 "
            "together",
        ),
        (
            'code = "WRONG_ITEM"',
            'code = "EMPTY_PARCEL"  #',
            "policy.scorecard.penalties.code: EMPTY_PARCEL is there already; each may be there "
            "once",
        ),
        (
            'categories = ["womenswear", "menswear"',
            'categories = ["womenswear", "furniture"',
            "policy.pilot.categories: furniture has no name in categories",
        ),
        (
            'categories = ["womenswear", "menswear"',
            'categories = ["womenswear", "fresh"',
            "policy.pilot.categories: fresh is never returnable, by returning.never",
        ),
    ],
)
def test_what_does_not_fit_is_an_error_on_its_line(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = edited((old, new))
    where = line(text, new) + new.count("\n")
    assert refused(tmp_path, text) == f"ours.toml:{where}: {expected}"


def test_each_currency_with_a_fee_has_its_price_of_a_kilogram(tmp_path: Path) -> None:
    header = "[policy.pickup.per_kg_minor]\n"
    text = edited((f"{header}CNY = 500\n", header))
    assert refused(tmp_path, text) == (
        f"ours.toml:{line(text, header)}: policy.pickup.per_kg_minor: CNY is missing; pickups "
        "have a fee_minor in CNY"
    )


def test_an_entitlement_that_is_there_twice_or_not_at_all(tmp_path: Path) -> None:
    text = edited(('code = "FREE_PICKUP"', 'code = "EXPRESS_RETURN"  # again'))
    first = text[: text.index("[[policy.entitlements]]")].count("\n") + 1
    assert refused(tmp_path, text).splitlines() == [
        f"ours.toml:{first}: policy.entitlements: FREE_PICKUP is missing; say from which level "
        "it is granted",
        f"ours.toml:{line(text, '# again')}: policy.entitlements.code: EXPRESS_RETURN is there "
        "already; each may be there once",
    ]


def test_an_entitlement_is_of_no_use_below_the_one_that_it_adds_to(tmp_path: Path) -> None:
    unlocked = 'code = "FREE_PICKUP"\nunlocked_at = '
    text = edited((f"{unlocked}4", f"{unlocked}1"))
    assert refused(tmp_path, text) == (
        f"ours.toml:{line(text, unlocked) + 1}: policy.entitlements.unlocked_at: must be 2 or "
        "more: FREE_PICKUP is of no use without DOOR_PICKUP; it is 1"
    )


def test_a_wrong_section_hides_nothing_in_the_others(tmp_path: Path) -> None:
    text = edited(("window_days = 7 ", "window_days = 0 "), ("closes_hour = 20", "closes_hour = 8"))
    message = refused(tmp_path, text)
    assert "window_days must be" in message
    assert "closes_hour: must be after" in message


def test_two_versions_need_two_names_and_two_beginnings(tmp_path: Path) -> None:
    message = refused(tmp_path, PACKAGED + PACKAGED.replace("T00:00:00+08:00", "T01:00:00+09:00"))
    name = PACKAGED.count("\n") + line(PACKAGED, "version = ")
    assert message.splitlines() == [
        f'ours.toml:{name}: policy.version: "2016-pilot" is another version\'s already',
        f'ours.toml:{name + 1}: policy.in_force_from: "2016-04-01T01:00:00+09:00" is another '
        "version's already",
    ]


def test_the_hours_of_an_area_make_sense_too(tmp_path: Path) -> None:
    area = '\n[[policy.pickup.areas]]\ncode = "54"\n'
    text = f"{PACKAGED}{area}opens_hour = 21\n{area}open_days = []\n"
    first = line(text, "opens_hour = 21") - 2
    assert refused(tmp_path, text).splitlines() == [
        f"ours.toml:{first}: policy.pickup.areas: 54: from 21 to 20 there are no hours",
        f"ours.toml:{first + 5}: policy.pickup.areas.code: 54 is there already; each may be there "
        "once",
    ]


def test_a_day_is_open_or_closed(tmp_path: Path) -> None:
    days = "[2026-02-20, 2026-02-21]"
    text = edited(
        ("closed_days = []", f"closed_days = {days}"), ("open_days = []", f"open_days = {days}")
    )
    where = line(text, "\nopen_days") + 1
    assert refused(tmp_path, text).splitlines() == [
        f"ours.toml:{where}: policy.pickup.open_days: 2026-02-20 is one of closed_days too",
        f"ours.toml:{where}: policy.pickup.open_days: 2026-02-21 is one of closed_days too",
    ]
