"""What each type of field takes and what it refuses, strictly."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bff.core.money import MAX_MINOR
from bff.domain.orders.fields import (
    Code,
    Currency,
    Flag,
    LineNo,
    Minor,
    Moment,
    Name,
    Note,
    Number,
    PartnerPhone,
    Phone,
    Quantity,
    Recipient,
    Region,
    Street,
    Title,
    text_up_to,
)


def takes(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Number, ["A-1", "x" * 64, "1.2_3"], ["", "x" * 65, "号", "A/1", 7]),
        (Code, ["womenswear", "女装", "a b"], ["", " ", "x" * 65, "a\nb", "a\u2028b"]),
        (Name, ["林岚", "x" * 80], ["x" * 81, "\t", "a\x00"]),
        (
            Recipient,
            ["李", "Ada", "أحمد", "李🌸", "x" * 80],
            ["", "🌸", "138", "x" * 81, "a\nb", "\u200b"],
        ),
        (Phone, ["13800138000"], ["1", "12345678", "1" * 33, "138 0013 800O", 13800138000]),
        (PartnerPhone, ["13800138000", "0571-00000000", "12345678"], ["1", "1" * 33, "abc", 138]),
        (Region, ["浙江省杭州市西湖区", "London"], ["", "x" * 81, "a\nb"]),
        (Street, ["文三路1号", "🏠1"], ["y", " y ", "x" * 201, "a\nb", "a\x00b", "a\u2028b"]),
        (Note, ["", "a\nb", "x" * 1000], ["x" * 1001, "a\x00", "\x1b[0m"]),
        (Title, ["x" * 200], ["x" * 201]),
        (Minor, [0, MAX_MINOR], [-1, MAX_MINOR + 1, 1.0, "1", True]),
        (Currency, ["CNY", "GBP", "RSD"], ["cny", "RMB", "XYZ", "XXX", "XAU", "CLF", "DEM", ""]),
        (Quantity, [1, 1_000_000], [0, 1_000_001, True]),
        (LineNo, [1, 999_999_999], [0, 1_000_000_000]),
        (Flag, [True, False], [1, "true"]),
    ],
)
def test_a_field_takes_the_good_and_refuses_the_bad(
    kind: Any, good: list[object], bad: list[object]
) -> None:
    assert [value for value in good if not takes(kind, value)] == []
    assert [value for value in bad if takes(kind, value)] == []


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-03-10T09:00:00+08:00", True),
        ("2000-01-01T00:00:00Z", True),
        ("1999-12-31T23:59:59Z", False),
        ("2100-01-01T00:00:00Z", False),
        ("2026-03-10T09:00:00", False),
        ("2026-03-10", False),
        ("1300000000", False),
        ("soon", False),
    ],
)
def test_a_moment_has_a_zone_and_lies_in_this_century(text: str, good: bool) -> None:
    assert takes(Moment, text) is good


def test_a_text_is_described_by_its_length() -> None:
    assert text_up_to(80).startswith("1 to 80 characters")


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (Number, " Ａ－１\u200b", "A-1"),
        (Code, "\u3000ＤＲ  １ ", "DR 1"),
        (Recipient, "\u202a 李\u00a0 岚\u202c\n", "李 岚"),
        (Recipient, "Zoe\u0308", "Zoë"),
        (Phone, "\u202a+86 138-0000-0000\u202c", "13800000000"),
        (PartnerPhone, "\u200e１３８００００００００", "13800000000"),
        (Street, "文三路\t 1号\ufeff", "文三路 1号"),
        (Title, "👨\u200d👩\u200d👧 衣服", "👨\u200d👩\u200d👧 衣服"),
        (Note, " one \r\n two  words\n\n", "one\ntwo words"),
    ],
)
def test_a_field_is_stored_in_its_normal_form(kind: Any, typed: str, stored: str) -> None:
    assert TypeAdapter(kind).validate_python(typed, strict=True) == stored
    assert TypeAdapter(kind).validate_python(stored, strict=True) == stored


def test_a_length_is_counted_in_the_normal_form() -> None:
    assert takes(Name, "\u200b" * 100 + "e\u0301" * 80)
    assert not takes(Name, "é" * 81)
