"""An error in a policy file, in plain words: what is wrong, and what the model has there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from bff.domain.policy.lines import KeyPath
from bff.domain.policy.model import PolicyFile

KeyedError = tuple[KeyPath, str]
Schema = Mapping[str, Any]

KEY = "[key]"
MAX_LENGTH = 40
FORMATS = {
    "date-time": "a moment with its offset, such as 2016-04-01T00:00:00+08:00",
    "date": "a date, such as 2026-02-17",
}
PATTERNS = {"^[A-Z]{3}$": "a currency's three letters, such as CNY"}


def dotted(keys: KeyPath) -> str:
    """As in the file: which of several tables or items it is, the line says."""
    return ".".join(key for key in keys if isinstance(key, str))


def as_json(value: object) -> str:
    """Of what TOML holds beyond JSON, moments, dates and times, the text."""
    return json.dumps(value, ensure_ascii=False, default=lambda moment: moment.isoformat())


def shortened(text: str) -> str:
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"


def keyed_errors(errors: Sequence[ErrorDetails]) -> Iterator[KeyedError]:
    """Each once: a list with wrong items may have too few only because of them.

    A key written wrongly is one error, though one key is unknown and another is missing.
    """
    around = {error["loc"][:end] for error in errors for end in range(len(error["loc"]))}
    by_keys = {error["loc"]: error for error in errors if error["loc"] not in around}
    for keys in [keys for keys, error in by_keys.items() if error["type"] == "extra_forbidden"]:
        missing = [
            str(other[-1])
            for other, error in by_keys.items()
            if error["type"] == "missing" and other[:-1] == keys[:-1]
        ]
        for near in get_close_matches(str(keys[-1]), missing, n=1):
            del by_keys[keys], by_keys[*keys[:-1], near]
            yield keys, f"{dotted(keys)} is not known; did you mean {near}?"
    yield from (_in_words(error) for error in by_keys.values())


def _in_words(error: ErrorDetails) -> KeyedError:
    keys: KeyPath = error["loc"]
    outer, last = keys[:-1], keys[-1]
    if last == KEY:
        return outer, f"{dotted(outer)}: the key must be {_expected(_key_schema(outer[:-1]))}"
    if error["type"] == "extra_forbidden":
        known = ", ".join(_schema(outer).get("properties", ()))
        return keys, f"{dotted(keys)} is not known; known here: {known}"
    if error["type"] != "missing":
        value = shortened(as_json(error["input"]))
        return keys, f"{dotted(keys)} must be {_expected(_schema(keys))}; it is {value}"
    if isinstance(last, int):
        return outer, f"{dotted(keys)} must be {_expected(_schema(outer))}; it has too few"
    return keys, f"{dotted(keys)} is missing; it must be {_expected(_schema(keys))}"


@cache
def _file_schema() -> Schema:
    return PolicyFile.model_json_schema()


def _resolved(schema: Schema) -> Schema:
    # TOML has no null: of a value that may be left out, the first kind counts.
    kind: Schema = schema.get("anyOf", [schema])[0]
    name = kind.get("$ref", "").rpartition("/")[2]
    definitions: Mapping[str, Schema] = _file_schema()["$defs"]
    return definitions.get(name, kind)


def _schema(keys: KeyPath) -> Schema:
    """Of what stands there: a field or any value of a table, an item of a list."""
    schema = _file_schema()
    for key in keys:
        if isinstance(key, int):
            inner = schema.get("items") or schema["prefixItems"][0]
        else:
            values = [*schema.get("patternProperties", {}).values()]
            values += [schema.get("additionalProperties")]
            inner = schema.get("properties", {}).get(key, values[0])
        schema = _resolved(inner)
    return schema


def _key_schema(keys: KeyPath) -> Schema:
    """Of any key of the table that stands there."""
    schema = _schema(keys)
    patterns = schema.get("patternProperties")
    return {"pattern": next(iter(patterns))} if patterns else schema["propertyNames"]


def _expected(schema: Schema) -> str:
    match _resolved(schema):
        case {"type": "object", "required": names}:
            return f"a table with {', '.join(names)}"
        case {"type": "object"}:
            return "a table"
        case {"prefixItems": [item, *others]}:
            return f"a list of {1 + len(others)}, each {_expected(item)}"
        case {"items": item, "minItems": least}:
            return f"a list of at least {least}, each {_expected(item)}"
        case {"items": item}:
            return f"a list, each {_expected(item)}"
        case scalar:
            return _expected_scalar(scalar)


def _expected_scalar(schema: Schema) -> str:
    match schema:
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"a whole number from {least} to {most}"
        case {"type": "integer", "minimum": least}:
            return f"a whole number, {least} or more"
        case {"enum": choices}:
            return f"one of {', '.join(choices)}"
        case {"format": form}:
            return FORMATS[form]
        case {"pattern": pattern}:
            return PATTERNS[pattern]
        case {"minLength": least, "maxLength": most}:
            return f"text of {least} to {most} characters"
        case {"minLength": 1}:
            return "text that is not empty"
        case _:
            return "text"
