"""Messages in Chinese and English: English is the key, `zh.po` the translation."""

import gettext
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency

from bff.core.clock import SHANGHAI
from bff.core.currencies import decimals
from bff.core.memo import memoised
from bff.core.money import Money
from bff.locale.language import Language

Fact = str | int | date | datetime | Money | None
CATALOGUE = Path(__file__).parent / "zh.po"
MOMENTS: dict[Language, str] = {"zh": "M月d日 HH:mm", "en": "d MMM HH:mm"}
# Babel takes 100 microseconds to look a locale's name up.
LOCALES: dict[Language, Locale] = {"zh": Locale.parse("zh_CN"), "en": Locale.parse("en_GB")}
# Entries kept of each kind
SENTENCES, AMOUNTS, CURRENCIES = 4_096, 16_384, 256
SAMPLE = 1_234_567_891


def N_(message: str) -> str:  # noqa: N802 - gettext's name for a message that is translated later
    return message


@memoised(SENTENCES)
def translate(language: Language, message: str, **facts: Fact) -> str:
    """The message in a language, with its facts as people there write them."""
    words = {name: format_fact(language, fact) for name, fact in facts.items()}
    return _translator(language)(message).format(**words)


def format_fact(language: Language, fact: Fact) -> str:
    locale = LOCALES[language]
    match fact:
        case datetime():
            return format_datetime(fact, MOMENTS[language], tzinfo=SHANGHAI, locale=locale)
        case date():
            return format_date(fact, "long", locale=locale)
        case Money():
            return format_money(language, fact)
        case _:
            return str(fact)


@memoised(AMOUNTS)
def format_money(language: Language, money: Money) -> str:
    before, after, digits = _affixes(language, money.currency, money.minor < 0)
    return f"{before}{_number(abs(money.minor), digits)}{after}"


@memoised(CURRENCIES)
def _affixes(language: Language, currency: str, negative: bool) -> tuple[str, str, int]:
    """What Babel writes before and after an amount, and its decimals.

    The number itself looks alike in both languages; Babel takes 20 times as long for it. How many
    decimals it has, Babel knows by custom, not by ISO 4217.
    """
    digits = decimals(currency)
    sample = Decimal(-SAMPLE if negative else SAMPLE).scaleb(-digits)
    locale = LOCALES[language]
    text = format_currency(sample, currency, locale=locale, decimal_quantization=False)
    before, after = text.split(_number(SAMPLE, digits))
    return before, after, digits


def _number(minor: int, digits: int) -> str:
    whole, rest = divmod(minor, 10**digits)
    return f"{whole:,}.{rest:0{digits}}" if digits else f"{whole:,}"


@cache
def _translator(language: Language) -> Callable[[str], str]:
    if language == "en":
        return N_
    compiled = io.BytesIO()
    with CATALOGUE.open("rb") as source:
        write_mo(compiled, read_po(source, locale="zh"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext
