"""Messages in both languages, as a module of `resolvers.messages` declares them."""

import string
from collections.abc import Iterable, Mapping
from typing import Any

from bff.locale.messages import translate

CHINESE = range(0x4E00, 0xA000)
FACT = 31_415


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
