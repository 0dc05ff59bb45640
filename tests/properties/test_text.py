"""Laws of the forms in which text is stored."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

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
