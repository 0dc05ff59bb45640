"""Everything that is said is said in Chinese and in English, with the same facts."""

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bff.core.money import Money
from bff.domain.policy.file import read_policies
from bff.locale.language import Language
from bff.locale.messages import CATALOGUE, N_, Fact, format_fact, translate
from bff.settings import PACKAGED_POLICY
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.messages import assert_readable
from tests.support.world import START, World

ROOT = Path(__file__).parents[4]
GIFTS = ROOT / "examples" / "gifts-policy.toml"
CHINESE = range(0x4E00, 0xA000)
# For an app's makers; and one that gives a place of China as its example
FOR_MAKERS = {
    "Show a shopper's token: Authorization: Bearer TOKEN.",
    "province, city and district, such as 浙江省杭州市西湖区",
}
PRICE, DAY = Money(1_250, "CNY"), date(2026, 3, 8)
FACTS: dict[str, Fact] = {
    **dict.fromkeys(
        ("advanced", "amount", "cover", "deducted", "left", "limit", "overpaid"), PRICE
    ),
    **dict.fromkeys(("owed", "pays", "refund", "refunded"), PRICE),
    **dict.fromkeys(("by", "at", "received_at", "shipped_at", "starts", "ends"), START),
    **dict.fromkeys(("on", "closed_on"), DAY),
    **dict.fromkeys(("days", "hours", "digits", "least", "most", "megabytes"), 7),
    **dict.fromkeys(("megapixels", "pixels", "seconds", "missing"), 7),
    "level": 3,
    "currency": "CNY",
    "prefix": "SF",
    "waybill_number": "SF123456789012",
    "id": "6f1c",
}
# Filled with words of the same language
WORDY = {"category", "expected", "field", "merchant", "more", "reason", "slot", "status", "why"}
WORDS: dict[Language, str] = {"zh": "商品", "en": "the goods"}


def marked() -> set[str]:
    """Every message that the sources mark with `N_`."""
    folders = [ROOT / name for name in ("bff", "resolvers", "loaders")]
    return {str(message) for folder in folders for message in _marked_in(folder)}


def _marked_in(folder: Path) -> Iterator[object]:
    for _, _, message, _, _ in extract_from_dir(
        folder, [("**.py", "python")], keywords={"N_": None}
    ):
        yield message


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="zh")


def translations() -> dict[str, str]:
    return {str(one.id): str(one.string) for one in catalogue() if one.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_message_has_a_translation_and_none_is_left_over() -> None:
    assert len(marked()) > 100
    assert set(translations()) == marked()
    assert [key for key, text in translations().items() if not text.strip()] == []
    assert [one.id for one in catalogue() if one.fuzzy and one.id] == []


def test_nothing_is_said_that_is_not_marked() -> None:
    for path in (ROOT / "resolvers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="say"), args=[_, ast.Constant(value=text), *_]):
                    pytest.fail(f"{path.name}: {text!r}")


def test_placeholders_are_the_same_in_both_languages() -> None:
    for english, chinese in translations().items():
        assert placeholders(english) == placeholders(chinese), english
        assert "" not in placeholders(english), english


def test_translations_are_chinese() -> None:
    for english, chinese in translations().items():
        words = "".join(text for text, *_ in string.Formatter().parse(chinese))
        assert any(ord(letter) in CHINESE for letter in words), english


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("number", [1, 2])
def test_every_message_is_read_by_who_is_no_programmer(language: Language, number: int) -> None:
    assert set(translations()) > FOR_MAKERS
    for message in translations().keys() - FOR_MAKERS:
        facts = {name: FACTS.get(name, number) for name in placeholders(message)}
        words = dict.fromkeys(facts.keys() & WORDY, WORDS[language])
        assert_readable(translate(language, message, **facts | words), language)


def test_sentences_end_as_sentences_in_both_languages() -> None:
    for english, chinese in translations().items():
        assert english.endswith(".") == chinese.endswith("。"), english


@pytest.mark.parametrize("path", [PACKAGED_POLICY, GIFTS])
def test_the_policys_texts_are_chinese_and_english(path: Path) -> None:
    for policy in read_policies(path):
        texts = [one.title for one in policy.entitlements]
        texts += [one.description for one in policy.entitlements]
        for parts in (policy.scorecard.factors, policy.scorecard.penalties):
            texts += [text for one in parts for text in (one.title, one.description)]
        texts += [one.name for one in policy.pickup.couriers]
        texts += policy.categories.values()
        for text in texts:
            assert any(ord(letter) in CHINESE for letter in text.zh), text
            assert text.en.isascii(), text


@pytest.mark.parametrize(
    ("money", "zh", "en"),
    [
        (Money(19_900, "CNY"), "¥199.00", "CN¥199.00"),
        (Money(122_327, "GBP"), "£1,223.27", "£1,223.27"),
        (Money(5, "CNY"), "¥0.05", "CN¥0.05"),
        (Money(0, "CNY"), "¥0.00", "CN¥0.00"),
        (Money(-350, "GBP"), "-£3.50", "-£3.50"),
        (Money(1_200, "JPY"), "JP¥1,200", "JP¥1,200"),
        (Money(1_234, "KWD"), "KWD1.234", "KWD1.234"),
        (Money(10**15 + 1, "CNY"), "¥10,000,000,000,000.01", "CN¥10,000,000,000,000.01"),
    ],
)
def test_money_is_written_as_people_write_it(money: Money, zh: str, en: str) -> None:
    """With the decimals of its currency, and never through a float."""
    assert (text("zh", money), text("en", money)) == (zh, en)


def text(language: Language, fact: Fact) -> str:
    return format_fact(language, fact).replace("\xa0", "")


def test_days_are_written_in_both_languages() -> None:
    day = date(2026, 3, 9)
    assert (text("zh", day), text("en", day)) == ("2026年3月9日", "9 March 2026")


def test_moments_are_those_of_shanghai() -> None:
    """Half past midnight there is still the day before in UTC."""
    moment = datetime(2026, 3, 9, 16, 30, tzinfo=UTC)
    assert (text("zh", moment), text("en", moment)) == ("3月10日 00:30", "10 Mar 00:30")


def test_a_message_is_said_with_its_facts() -> None:
    message = N_("The return window closed on {closed_on}.")
    closed_on = date(2011, 1, 8)
    assert translate("zh", message, closed_on=closed_on) == "退货期限已于2011年1月8日截止。"
    assert (
        translate("en", message, closed_on=closed_on)
        == "The return window closed on 8 January 2011."
    )


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "The pickup can be booked once the merchant has approved."),
        ("zh", "商家同意后即可预约上门取件。"),
    ],
)
async def test_an_answer_comes_in_the_clients_language(
    server: World, language: str, message: str
) -> None:
    shopper = await create_shopper(server.db, level=2)
    [line] = await create_order(server.db, shopper, received_at=START)
    async with server.client(shopper, language) as app:
        answer = (await app.ask(ONE_TAP, key="k", line=line, pickup={}))["oneTapReturn"]
    assert answer["pickupNotBooked"]["message"] == message
