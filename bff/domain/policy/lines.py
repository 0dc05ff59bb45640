"""The line of each key in a TOML file."""

import tomllib
from collections.abc import Iterator
from typing import Any

KeyPath = tuple[str | int, ...]


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, counted from 1, of each table and key; all of a value goes by its key's line.

    `text` is valid TOML.
    """
    lines: dict[KeyPath, int] = {}
    newest: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for line, statement, content in _statements(text):
        begins_table = statement.lstrip().startswith("[")
        if begins_table:
            table = _table(content, newest)
        for keys in [table] if begins_table else _paths(table, content):
            for end in range(1, len(keys) + 1):
                lines.setdefault(keys[:end], line)
    return lines


def line_of(lines: dict[KeyPath, int], keys: KeyPath) -> int:
    """Of what is not in the file itself: the line of the innermost table that should have it."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return lines.get(keys, 1)


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Of each header or pair, its first line, text and content.

    It ends with the first line at which TOML's parser takes it for a whole.
    """
    begins, statement = 1, ""
    for line, written in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        statement += f"{written}\n"
        try:
            content = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if content:
            yield begins, statement, content
        begins, statement = line + 1, ""


def _table(content: Any, newest: dict[KeyPath, int]) -> KeyPath:
    """Where a header leads: into the `newest` table of each list on its way."""
    keys: KeyPath = ()
    while content:
        [(name, content)] = content.items()
        keys = (*keys, name)
        if isinstance(content, list):
            newest[keys] = newest.get(keys, -1) + 1
            content = {}
        if keys in newest:
            keys = (*keys, newest[keys])
    return keys


def _paths(keys: KeyPath, value: object) -> Iterator[KeyPath]:
    yield keys
    pairs = value.items() if isinstance(value, dict) else ()
    for key, inner in pairs or (enumerate(value) if isinstance(value, list) else ()):
        yield from _paths((*keys, key), inner)
