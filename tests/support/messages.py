"""Messages in both languages, as a module of `resolvers.messages` declares them."""

import re
import string
from collections.abc import Iterable, Mapping
from typing import Any

from bff.locale.language import Language
from bff.locale.messages import translate

CHINESE = range(0x4E00, 0xA000)
FACT = 31_415
# What nobody reads who is no programmer: patterns, names of the code, unfilled places, ISO dates.
CODE = re.compile(r"[{}\[\]^$\\|*<>]|(?!WebP)\b\w*[a-z][A-Z]|\w_\w|\bNone\b|\d{4}-\d\d-\d\d")
CLUMSY = re.compile(r"\b1 (?!is\b)[a-z]+s\b|\b0 \w+ for\b|\b0 left|仅剩0件")
ENGLISH_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def assert_covers(messages: Mapping[Any, str], keys: Iterable[Any]) -> None:
    """Each key has a message that is its own, in English and in Chinese."""
    assert set(messages) == set(keys)
    for message in messages.values():
        assert_translated(message)


def assert_translated(message: str) -> None:
    facts = dict.fromkeys(placeholders(message), FACT)
    english, chinese = (translate(language, message, **facts) for language in ("en", "zh"))
    assert english == message.format(**facts)
    assert chinese != english, message
    assert any(ord(letter) in CHINESE for letter in chinese), message
    assert chinese.count(str(FACT)) == english.count(str(FACT)), message


def assert_readable(text: str, language: Language) -> None:
    """By somebody who is no programmer, and knows the language alone."""
    assert not CODE.search(text), text
    assert not CLUMSY.search(text), text
    chinese = any(ord(letter) in CHINESE for letter in text)
    if language == "zh":
        assert chinese, text
        assert not ENGLISH_WORDS.search(text), text
    else:
        assert not chinese, text
