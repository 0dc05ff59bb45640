"""Laws of the forms in which text is stored."""

import csv

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from bff.core.areas import NO_CITY, TABLE, area_code, known_area
from bff.core.phones import normal_phone
from bff.core.text import normal_code, normal_lines, normal_text

MARKS = "\u200b\u200d\u200e\u202a\u034f\ufe0f\ufeff\u3164\u2800\u3000\xa0\t\u0301"
TEXTS = st.text() | st.text(st.sampled_from(f"{MARKS}a李 👩🔥\u094d\u0915\u06cc"))
REGIONS = st.sampled_from(["CN", "HK", "TW", "GB", "US", "JP", "DE", "SG"])
SEPARATORS = st.sampled_from(["", " ", "-", "\u2014", "\u3000", "\u200e", "."])


@given(TEXTS)
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    for form in (normal_text, normal_lines, normal_code):
        assert form(form(text)) == form(text)


@given(TEXTS, st.lists(st.sampled_from("\u200b\u200e\u202a\u2069\ufeff"), max_size=3))
def test_a_mark_around_a_text_changes_nothing(text: str, marks: list[str]) -> None:
    around = "".join(marks)
    assert normal_text(f"{around} {text} {around}") == normal_text(text)


@given(REGIONS, st.sampled_from(["MOBILE", "FIXED_LINE"]), st.data())
def test_a_number_is_the_same_however_it_is_separated(
    region: str, kind: str, data: st.DataObject
) -> None:
    example = phonenumbers.example_number_for_type(
        region, getattr(phonenumbers.PhoneNumberType, kind)
    )
    assert example
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    typed = "".join(digit + data.draw(SEPARATORS) for digit in e164)
    stored = normal_phone(typed)
    assert stored == normal_phone(e164) == normal_phone(stored)
    assert phonenumbers.parse(stored, "CN") == example


def divisions() -> dict[str, str]:
    """Names by codes, as the table has them; former names left out."""
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {row["code"]: row["name"] for row in reversed(list(csv.DictReader(lines)))}


NAMES = divisions()
COUNTIES = sorted(code for code in NAMES if not code.endswith("00"))


def parts(county: str) -> list[str]:
    """Province, city where there is one, county."""
    names = [NAMES[f"{county[:2]}0000"], NAMES.get(f"{county[:4]}00", ""), NAMES[county]]
    return [name for name in names if name and not NO_CITY.fullmatch(name)]


def test_the_table_is_whole() -> None:
    assert len(NAMES) > 3_300
    assert len(COUNTIES) > 2_800


def test_every_county_of_the_table_has_its_code() -> None:
    found = {code: area_code("".join(parts(code))) for code in COUNTIES}
    assert {code: area for code, area in found.items() if area != code} == {}


@given(st.sampled_from(COUNTIES), st.lists(SEPARATORS, min_size=3, max_size=3))
def test_a_county_has_one_code_however_its_name_is_separated(
    county: str, separators: list[str]
) -> None:
    names = parts(county)
    pairs = zip(names, separators, strict=False)
    assert area_code("".join(f"{name}{separator}" for name, separator in pairs)) == county
    assert known_area(county) == county


@given(TEXTS)
def test_any_text_names_a_known_place_or_none(text: str) -> None:
    code = area_code(text)
    assert code is None or known_area(code) == code
