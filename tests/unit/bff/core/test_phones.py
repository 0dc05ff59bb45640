"""One number, however it is typed."""

import re

import pytest

from bff.core.phones import dialled_phone, normal_phone, possible_phone

MOBILE = [
    "13800000000",
    "138 0000 0000",
    "138-0000-0000",
    "138\u20140000\u20140000",
    "+86 138 0000 0000",
    "+8613800000000",
    "86-13800000000",
    "0086 13800000000",
    "(+86) 138.0000.0000",
    "（+86）138 0000 0000",
    "１３８００００００００",
    "tel:+86-138-0000-0000",
    "手机：138 0000 0000",
    "联系电话13800000000",
    "\u202a+86 138-0000-0000\u202c",
    "\u200e13800000000",
    " 13800000000\n",
]


@pytest.mark.parametrize("typed", MOBILE)
def test_a_mobile_number_is_stored_as_its_eleven_digits(typed: str) -> None:
    assert normal_phone(typed) == possible_phone(typed) == "13800000000"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("057188888888", "0571-88888888"),
        ("(0571) 8888 8888", "0571-88888888"),
        ("+86 571 8888 8888", "0571-88888888"),
        ("010 6552 9988", "010-65529988"),
        ("0571-00000000", "0571-00000000"),
        ("400-800-8820", "4008008820"),
        ("+44 (0)20 7183 8750", "+442071838750"),
        ("00852 9123 4567", "+85291234567"),
        ("0571-88888888-123", "0571-88888888转123"),
        ("0571-88888888 分机：123", "0571-88888888转123"),
        ("13800000000-1234", "13800000000转1234"),
        ("13800000000转1234", "13800000000转1234"),
        ("+44 20 7183 8750 ext. 12", "+442071838750 ext. 12"),
    ],
)
def test_other_numbers_are_stored_as_they_are_dialled(typed: str, stored: str) -> None:
    assert normal_phone(typed) == stored
    assert normal_phone(stored) == stored


@pytest.mark.parametrize(
    "typed",
    ["", " ", "1", "139", "95555", "1" * 33, "1380000000O", "call me", "13800000000 13900000000"],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    for read in (normal_phone, possible_phone):
        with pytest.raises(ValueError, match=f"^{re.escape(typed)}$"):
            read(typed)


def test_a_partner_may_know_a_range_that_is_new() -> None:
    assert possible_phone("1234 5678") == "12345678"
    with pytest.raises(ValueError, match="1234 5678"):
        normal_phone("1234 5678")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+86 138-0000-0000", "13800000000"),
        ("95013 1234567890123,4567", "95013 1234567890123,4567"),
        ("95311", "95311"),
    ],
)
def test_a_switchboard_is_dialled_by_its_own_rules(typed: str, stored: str) -> None:
    assert dialled_phone(typed) == stored
    assert dialled_phone(stored) == stored


@pytest.mark.parametrize("typed", ["", "1", "1234", "call 95311", "1" * 33])
def test_a_switchboard_has_digits(typed: str) -> None:
    with pytest.raises(ValueError, match=f"^{typed}$"):
        dialled_phone(typed)
