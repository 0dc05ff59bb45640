"""One return as the app shows it in English and in Chinese."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.journeys import documents as docs
from tests.support.journeys.stage import Phone, Stage, Trip

Bilingual = tuple[str, str]  # in English, in Chinese
Phones = tuple[Phone, Phone]


@asynccontextmanager
async def in_both_languages(stage: Stage, level: int) -> AsyncIterator[Phones]:
    """One shopper's two phones."""
    async with (
        stage.shopper(level) as english,
        stage.phone(english.shopper_id, "zh") as chinese,
    ):
        yield english, chinese


async def in_both(phones: Phones, trip: Trip) -> tuple[Any, Any]:
    """The return in each language."""
    english, chinese = [await phone.ask(docs.SEEN, id=trip.id) for phone in phones]
    return english, chinese


def messages(seen: tuple[Any, Any], *path: str) -> Bilingual:
    english, chinese = seen
    for name in path:
        english, chinese = english[name], chinese[name]
    return english, chinese


def codes(entries: list[Any]) -> list[str]:
    """Of next actions, or of deadlines."""
    return [entry.get("code") or entry["what"] for entry in entries]
