"""A mistake in a policy file, in plain words: what is wrong and what would be right."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from bff.domain.policy.expectations import expected, expected_key, known_keys
from bff.domain.policy.places import Keys

Mistake = tuple[Keys, str]
A_KEY = "[key]"
MOST_SHOWN = 40


def dotted(keys: Keys) -> str:
    """As in the file: which of several tables or items it is, is told by the line."""
    return ".".join(key for key in keys if isinstance(key, str))


def as_json(value: object) -> str:
    """Of what TOML holds beyond JSON, moments, dates and times, the text."""
    return json.dumps(value, ensure_ascii=False, default=lambda moment: moment.isoformat())


def shortened(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def mistakes(errors: Sequence[ErrorDetails]) -> Iterator[Mistake]:
    """A key written wrongly is one mistake, though one key is unknown and another missing.

    So are wrong items of a list, though they leave it with too few.
    """
    above = {error["loc"][:end] for error in errors for end in range(len(error["loc"]))}
    errors = [error for error in errors if error["loc"] not in above]
    missing = {error["loc"] for error in errors if error["type"] == "missing"}
    meant = {error["loc"]: _meant(error["loc"], missing) for error in errors if _unknown(error)}
    for error in errors:
        if error["loc"] not in meant.values():
            yield _told(error, meant.get(error["loc"]))


def _unknown(error: ErrorDetails) -> bool:
    return error["type"] == "extra_forbidden"


def _meant(keys: Keys, missing: set[Keys]) -> Keys | None:
    names = [str(other[-1]) for other in missing if other[:-1] == keys[:-1]]
    close = get_close_matches(str(keys[-1]), names, n=1)
    return (*keys[:-1], close[0]) if close else None


def _told(error: ErrorDetails, meant: Keys | None) -> Mistake:
    keys: Keys = error["loc"]
    if meant:
        return keys, f"{dotted(keys)} is not known; did you mean {meant[-1]}?"
    if _unknown(error):
        known = ", ".join(known_keys(keys[:-1]))
        return keys, f"{dotted(keys)} is not known; known here: {known}"
    if keys[-1] == A_KEY:
        return keys[:-1], f"{dotted(keys[:-1])}: the key must be {expected_key(keys[:-2])}"
    if error["type"] == "missing":
        return _missing(keys)
    return (
        keys,
        f"{dotted(keys)} must be {expected(keys)}; it is {shortened(as_json(error['input']))}",
    )


def _missing(keys: Keys) -> Mistake:
    if isinstance(keys[-1], str):
        return keys, f"{dotted(keys)} is missing; it must be {expected(keys)}"
    return keys[:-1], f"{dotted(keys)} must be {expected(keys[:-1])}; it has too few"
