"""What would be right at a place in a policy file, in plain words, by the model's own schema."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from bff.domain.policy.model import PolicyFile
from bff.domain.policy.places import Keys

Schema = Mapping[str, Any]
A_MOMENT = "a moment with its offset, such as 2016-04-01T00:00:00+08:00"
PATTERNS = {"^[A-Z]{3}$": "a currency's three letters, such as CNY"}


@cache
def _file() -> Schema:
    return PolicyFile.model_json_schema()


def known_keys(keys: Keys) -> list[str]:
    """Of the table that stands there."""
    return list(_at(keys).get("properties", {}))


def expected(keys: Keys) -> str:
    return _value(_at(keys))


def expected_key(keys: Keys) -> str:
    """A key of the table that stands there."""
    schema = _at(keys)
    pattern = next(iter(schema.get("patternProperties", {})), None)
    return _text({"pattern": pattern} if pattern else schema.get("propertyNames", {}))


def _at(keys: Keys) -> Schema:
    schema = _file()
    for key in keys:
        schema = _inner(schema, key)
    return schema


def _inner(schema: Schema, key: str | int) -> Schema:
    if isinstance(key, int):
        return _items(schema)
    patterned = next(iter(schema.get("patternProperties", {}).values()), None)
    others = patterned or schema.get("additionalProperties") or {}
    return _resolved(schema.get("properties", {}).get(key, others))


def _items(schema: Schema) -> Schema:
    """Of a list of so many, all are of one kind."""
    return _resolved(schema.get("items") or schema.get("prefixItems", [{}])[0])


def _resolved(schema: Schema) -> Schema:
    if reference := schema.get("$ref"):
        return cast("Schema", _file()["$defs"][reference.rpartition("/")[2]])
    # TOML has no null: of a value that may be left out, what counts is what it is when it is there.
    return _resolved(schema["anyOf"][0]) if "anyOf" in schema else schema


def _value(schema: Schema) -> str:
    match schema.get("type"):
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return "true or false"
        case "array":
            return _list(schema)
        case "object":
            return _table(schema)
        case _:
            return _text(schema)


def _number(schema: Schema) -> str:
    kind = "a whole number" if schema["type"] == "integer" else "a number"
    least, most = schema.get("minimum"), schema.get("maximum")
    if most is None:
        return kind if least is None else f"{kind}, {least} or more"
    return f"{kind}, {most} or less" if least is None else f"{kind} from {least} to {most}"


def _text(schema: Schema) -> str:
    if choices := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return f"one of {', '.join(choices)}" if choices[1:] else str(choices[0])
    if schema.get("format") == "date-time":
        return A_MOMENT
    if pattern := schema.get("pattern"):
        return PATTERNS.get(pattern, f"text that matches {pattern}")
    if most := schema.get("maxLength"):
        return f"text of {schema.get('minLength', 0)} to {most} characters"
    return "text that is not empty" if schema.get("minLength") else "text"


def _list(schema: Schema) -> str:
    count = len(schema.get("prefixItems", ()))
    least = schema.get("minItems", 0)
    kind = f"a list of {count}" if count else "a list of at least 1" if least else "a list"
    return f"{kind}, each {_value(_items(schema))}"


def _table(schema: Schema) -> str:
    names = schema.get("required", ())
    return f"a table with {', '.join(names)}" if names else "a table"
