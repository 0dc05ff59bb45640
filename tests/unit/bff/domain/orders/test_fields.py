"""What each type of field takes and what it refuses, strictly."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bff.domain.orders.fields import (
    MAX_MINOR,
    Code,
    Currency,
    Flag,
    LineNo,
    Minor,
    Moment,
    Name,
    Number,
    Phone,
    Quantity,
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
        (Number, ["A-1", "x" * 64, "1.2_3"], ["", "x" * 65, "A 1", "号", "A-1\n", 7]),
        (Code, ["womenswear", "女装", "a b"], ["", " ", "x" * 65, "a\nb", "a\u2028b"]),
        (Name, ["林岚", "x" * 80], ["x" * 81, "\t", "a\x00"]),
        (Phone, ["+86 571-0000"], ["1" * 33, 138]),
        (Title, ["x" * 200], ["x" * 201]),
        (Minor, [0, MAX_MINOR], [-1, MAX_MINOR + 1, 1.0, "1", True]),
        (Currency, ["CNY", "GBP"], ["cny", "RMB", "XYZ", ""]),
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
