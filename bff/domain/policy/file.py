"""A policy file, read: good, or refused with a line for every error in it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bff.domain.policy.checks import CHECKS
from bff.domain.policy.lines import KeyPath, key_lines, line_of
from bff.domain.policy.model import Policy, PolicyError, PolicyFile
from bff.domain.policy.words import KeyedError, as_json, dotted, keyed_errors

SECTIONS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(field.rebuild_annotation()) for name, field in Policy.model_fields.items()
}
PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
HINTS = {
    "Invalid value": "text needs quotation marks, a number digits only",
    "Cannot overwrite a value": "the key is there already",
    "Illegal character '\\n'": "the text before it is not closed",
}


def read_policies(path: Path) -> list[Policy]:
    """The versions of a policy file, oldest first. Raises PolicyError, a line for each error."""
    text = _text(path)
    document = _document(path, text)
    policies: tuple[Policy, ...] = ()
    errors = [*_section_errors(document), *_repetitions(document)]
    try:
        # As JSON, strictly: lists are tuples and sets there, and yet text is no number.
        policies = PolicyFile.model_validate_json(as_json(document), strict=True).policy
    except ValidationError as error:
        errors += keyed_errors(error.errors())
    if errors:
        lines = key_lines(text)
        by_line = sorted({(line_of(lines, keys), message) for keys, message in errors})
        raise PolicyError("\n".join(f"{path.name}:{line}: {message}" for line, message in by_line))
    return sorted(policies, key=lambda policy: policy.in_force_from)


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


def _document(path: Path, text: str) -> dict[str, Any]:
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


def _versions(document: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    versions = document.get("policy")
    for index, version in enumerate(versions if isinstance(versions, list) else ()):
        if isinstance(version, dict):
            yield index, version


def _section_errors(document: Mapping[str, Any]) -> Iterator[KeyedError]:
    """What is wrong in one section hides nothing in the others."""
    for index, version in _versions(document):
        sections: dict[str, Any] = {}
        for name in SECTIONS.keys() & version.keys():
            with suppress(ValidationError):
                sections[name] = SECTIONS[name].validate_json(as_json(version[name]), strict=True)
        policy = Policy.model_construct(**sections)
        for needed, check in CHECKS:
            if sections.keys() >= set(needed):
                yield from (_in_version(index, *error) for error in check(policy))


def _repetitions(document: Mapping[str, Any]) -> Iterator[KeyedError]:
    """Of two versions with one name, or in force from one moment, the second is wrong."""
    for name in ("version", "in_force_from"):
        seen: set[object] = set()
        for index, version in _versions(document):
            value = version.get(name)
            if not isinstance(value, str | datetime):
                continue
            if value in seen:
                yield _in_version(index, (name,), f"{as_json(value)} is another version's already")
            seen.add(value)


def _in_version(index: int, keys: KeyPath, fact: str) -> KeyedError:
    keys = ("policy", index, *keys)
    return keys, f"{dotted(keys)}: {fact}"
