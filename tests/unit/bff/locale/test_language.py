"""Chinese by default, English for who prefers it."""

from datetime import date

import pytest

from bff.core.money import Money
from bff.locale.language import Language, negotiate
from bff.locale.messages import format_money, translate
from tests.support.models import shanghai


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("EN-us", "en"),
        ("zh-Hant-TW", "zh"),
        ("en;q=0.3, zh;q=0.7", "zh"),
        ("zh;q=0.3, en;q=0.7", "en"),
        ("en, zh", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8, zh;q=0.1", "en"),
        ("fr, de;q=0.5", "zh"),
        ("*", "zh"),
        ("en;q=0, fr", "zh"),
        ("en;q=0.0", "zh"),
        ("en ; q=0.9", "en"),
        ("en;q=much, zh;q=0.1", "zh"),
        (";;,,;q=", "zh"),
        ("english", "zh"),
        ("zh;q=0", "en"),
        ("zh;q=0, *;q=0.1", "en"),
        ("*;q=0", "zh"),
        ("*;q=0, en;q=0.001", "en"),
        ("zh;q=0.5, *", "en"),
        ("*, zh;q=0.5", "en"),
        ("en;q=0.5, *;q=0.5", "en"),
        ("*;q=0.5, en;q=0.5", "zh"),
        ("en;q=0, *", "zh"),
        ("zh-TW;q=0, zh-CN;q=0.2, en;q=0.1", "zh"),
        ("en-GB;q=0.1, zh;q=0.5, en;q=0.8", "en"),
        ("en;q=nan, zh;q=0.1", "zh"),
        ("en;q=2, zh;q=0.1", "zh"),
        ("en;q=-1", "zh"),
        ("en;q=0.1234, zh;q=0.1", "zh"),
        ("en;Q=1.000,\tzh", "en"),
        ("en;level=1, zh;q=0.1", "zh"),
        ("en_US", "en"),
        ("EN_us", "en"),
        ("en_US,en;q=0.9", "en"),
        ("fr_FR, en_GB;q=0.8, zh_CN;q=0.1", "en"),
        ("zh_CN", "zh"),
        ("zh-Hans-CN", "zh"),
        ("en_US.UTF-8", "en"),
        ("en_", "zh"),
    ],
)
def test_the_best_of_the_two(header: str | None, language: Language) -> None:
    assert negotiate(header) == language


def test_a_header_without_end_is_not_read_to_its_end() -> None:
    assert negotiate(",".join(["fr"] * 20 + ["en"])) == "zh"
    assert negotiate(",".join(["fr"] * 19 + ["en"])) == "en"


def test_facts_are_written_as_people_write_them() -> None:
    open_until = "Open until the end of {on}."
    day = date(2026, 1, 8)
    assert translate("en", open_until, on=day) == "Open until the end of 8 January 2026."
    assert "2026年1月8日" in translate("zh", open_until, on=day)


def test_moments_are_shanghais_in_either_language() -> None:
    at = shanghai("2026-01-08T09:05")
    assert translate("en", "{starts} to {ends}", starts=at, ends="11:00") == "8 Jan 09:05 to 11:00"
    assert "1月8日 09:05" in translate("zh", "{starts} to {ends}", starts=at, ends="11:00")


@pytest.mark.parametrize(
    ("language", "money", "text"),
    [
        ("zh", Money(129_900, "CNY"), "¥1,299.00"),
        ("en", Money(129_900, "CNY"), "CN¥1,299.00"),
        ("en", Money(1, "GBP"), "£0.01"),
        ("en", Money(500, "JPY"), "JP¥500"),
        ("zh", Money(0, "CNY"), "¥0.00"),
    ],
)
def test_money_has_its_decimals(language: Language, money: Money, text: str) -> None:
    assert format_money(language, money) == text
