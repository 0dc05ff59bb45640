"""What looks alike is stored alike, and what is seen stays."""

import pytest

from bff.core.text import (
    half_width,
    has_controls,
    has_letter,
    is_same,
    normal_code,
    normal_lines,
    normal_text,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u202a+86 138-0000-0000\u202c", "+86 138-0000-0000"),
        ("\u2066李\u2069\u200f", "李"),
        ("\ufeff文三路\u200b1号", "文三路1号"),
        ("\u3000文三路\xa0 \t1号 ", "文三路 1号"),
        ("Zoe\u0308", "Zoë"),
        ("\u3164", ""),
        ("\u2800 ", ""),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u200db", "ab"),
        ("李\ufe0f", "李\ufe0f"),
    ],
)
def test_marks_that_nobody_sees_go_and_spaces_become_one(typed: str, stored: str) -> None:
    assert normal_text(typed) == stored


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "❤\ufe0f\u200d🔥",
        "👩🏽\u200d⚕\ufe0f",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "葛\U000e0100城",
        "می\u200cخواهم",
        "क्\u200dष",
    ],
)
def test_marks_that_shape_a_letter_or_an_emoji_stay(text: str) -> None:
    assert normal_text(f"\u200e{text}\u200b") == text


def test_lines_stay_lines_however_they_end() -> None:
    assert normal_lines("\n one \r\n\r\ntwo\u2028three\x0b") == "one\n\ntwo\nthree"


@pytest.mark.parametrize(
    "typed",
    [
        " CN5072259473 ",
        "CN5072259473\xa0",
        "CN 5072 2594 73",
        "\uff23\uff2e\uff15\uff10\uff17\uff12\uff12\uff15\uff19\uff14\uff17\uff13",
        "CN5072259473\u200b",
    ],
)
def test_a_code_is_one_word_in_half_width(typed: str) -> None:
    assert normal_code(typed) == "CN5072259473"


def test_a_code_keeps_its_case_and_has_one_hyphen() -> None:
    assert normal_code("Ab\u2013１\u2212２") == "Ab-1-2"
    assert half_width("Ｄ Ｒ１") == "D R1"


@pytest.mark.parametrize("text", ["a\x00", "a\nb", "a\u2028b", "\x7f", "\ud800"])
def test_control_characters_are_found(text: str) -> None:
    assert has_controls(text)
    assert not has_controls("文三路1号 🏠")
    assert not has_controls("a\nb", allowed="\n")


def test_a_letter_is_one_of_any_script() -> None:
    assert all(map(has_letter, ["李", "é", "ü1", "ש", "ก1"]))
    assert not any(map(has_letter, ["", "1", "🌸", "-", "’"]))


def test_what_looks_alike_is_the_same() -> None:
    assert is_same("SET 12  CHALK", "SET 12 CHALK")
    assert is_same("ＤＲ１ ", "DR1")
    assert is_same(1, 1)
    assert not is_same("DR1", "DR2")
    assert not is_same(1, "1")
