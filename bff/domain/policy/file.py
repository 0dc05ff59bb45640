"""A policy file, read: good, or every mistake in it told with its line."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from bff.domain.policy.checks import CHECKS
from bff.domain.policy.model import Policy, PolicyError, PolicyFile
from bff.domain.policy.places import line_of, places
from bff.domain.policy.words import Mistake, as_json, dotted, mistakes


def _section(field: FieldInfo) -> TypeAdapter[Any]:
    kind: Any = Annotated[field.annotation, field]
    return TypeAdapter(kind)


SECTIONS = {name: _section(field) for name, field in Policy.model_fields.items()}
PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
HINTS = {
    "Invalid value": "text needs quotation marks, a number digits only",
    "Cannot overwrite a value": "the key is there already",
    "Illegal character '\\n'": "the text before it is not closed",
}


def read_policies(path: Path) -> list[Policy]:
    """The versions of a policy file, oldest first. Raises PolicyError, a line for each mistake."""
    text = _text(path)
    document = _parsed(path, text)
    if found := [*_of_fields(document), *_of_sections(document), *_of_versions(document)]:
        raise PolicyError(_told(path, text, found))
    parsed = PolicyFile.model_validate_json(as_json(document), strict=True)
    return sorted(parsed.policy, key=lambda policy: policy.in_force_from)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path.name}: cannot be read: {error.strerror}") from error
    try:
        # Some editors begin a file with a byte order mark.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"{path.name}:{line}: the file must be text in UTF-8") from error


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{path.name}:{_syntax(str(error), text)}") from error


def _syntax(message: str, text: str) -> str:
    """The line where there is one, then what TOML's parser says, with its column and a hint."""
    place = PLACE.search(message)
    if place is None:
        return f" {message}"
    what = PLACE.sub("", message)
    hint = f": {HINTS[what]}" if what in HINTS else ""
    if place[1]:
        return f"{place[1]}: {what} at column {place[2]}{hint}"
    return f"{len(text.rstrip().splitlines())}: {what} at the end of the file{hint}"


def _of_fields(document: object) -> Iterator[Mistake]:
    """As JSON, strictly: lists are tuples and sets there, and yet text is no number."""
    try:
        PolicyFile.model_validate_json(as_json(document), strict=True)
    except ValidationError as error:
        yield from mistakes(error.errors())


def _of_sections(document: Mapping[str, Any]) -> Iterator[Mistake]:
    for index, raw in _versions(document):
        good: dict[str, Any] = dict(_good_sections(raw))
        policy = Policy.model_construct(**good)
        for needed, check in CHECKS:
            if good.keys() >= set(needed):
                yield from (_in_policy(index, mistake) for mistake in check(policy))


def _versions(document: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    raws = document.get("policy")
    for index, raw in enumerate(raws if isinstance(raws, list) else ()):
        if isinstance(raw, dict):
            yield index, raw


def _good_sections(raw: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in SECTIONS.keys() & raw.keys():
        try:
            yield name, SECTIONS[name].validate_json(as_json(raw[name]), strict=True)
        except ValidationError:
            continue


def _in_policy(index: int, mistake: Mistake) -> Mistake:
    keys = ("policy", index, *mistake[0])
    return keys, f"{dotted(keys)}: {mistake[1]}"


def _of_versions(document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Of two versions with one name, or in force from one moment, the second is a mistake."""
    for name in ("version", "in_force_from"):
        seen = Counter[object]()
        for index, raw in _versions(document):
            value = raw.get(name)
            if not isinstance(value, str | datetime):
                continue
            seen[value] += 1
            if seen[value] > 1:
                fact = f"{as_json(value)} is another version's already"
                yield _in_policy(index, ((name,), fact))


def _told(path: Path, text: str, found: list[Mistake]) -> str:
    at = places(text)
    lines = sorted({(line_of(at, keys), told) for keys, told in found})
    return "\n".join(f"{path.name}:{line}: {told}" for line, told in lines)
