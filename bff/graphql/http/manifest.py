"""Manifests of trusted documents, as build tools of clients write them.

Two forms are read: Apollo's, `{"format": "apollo-persisted-query-manifest", "version": 1,
"operations": [{"id", "name", "type", "body"}]}`, and Relay's, a document by its id.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bff.graphql.engine.documents import Document, Documents

FORMAT = "apollo-persisted-query-manifest"
VERSION = 1


class ManifestError(Exception):
    """Every mistake in a manifest, a line each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`where`: how a person finds it. `name` and `kind` are None where the form has none."""

    where: str
    id: str
    body: str
    name: str | None = None
    kind: str | None = None

    def mistakes(self, document: Document) -> Iterator[str]:
        where = self.where if self.name else _names(document) or self.where
        for error in document.errors:
            places = ", ".join(f"line {one.line}" for one in error.locations or ())
            yield f"{where}: {error.message}{f' ({places})' if places else ''}"
        if not document.errors:
            yield from (f"{where}: {told}" for told in self._unlike(document))

    def _unlike(self, document: Document) -> Iterator[str]:
        if not document.operations:
            yield "the body has no operation"
        elif self.name is not None and self.name not in document.operations:
            yield f"the body's operation is {_names(document)}"
        elif self.name is not None and self.kind != document.operations[self.name].kind.value:
            yield f"the body's type is {document.operations[self.name].kind.value}"


def read_manifest(path: Path, documents: Documents) -> Mapping[str, str]:
    """Documents by their ids, each fit to be run. Raises ManifestError."""
    try:
        return _read(list(_entries(_loaded(path))), documents)
    except ManifestError as error:
        lines = str(error).splitlines()
        raise ManifestError("\n".join(f"{path.name}, {told}" for told in lines)) from None


def _read(entries: list[Entry], documents: Documents) -> Mapping[str, str]:
    mistakes = [told for one in entries for told in one.mistakes(documents.read(one.body))]
    mistakes += _twice(entries)
    if mistakes:
        raise ManifestError("\n".join(mistakes))
    return {one.id: one.body for one in entries}


def _loaded(path: Path) -> dict[str, Any]:
    try:
        loaded = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"which cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"line {error.lineno}: {error.msg}") from error
    if not isinstance(loaded, dict):
        raise ManifestError("a JSON object is expected")
    return loaded


def _entries(loaded: dict[str, Any]) -> Iterator[Entry]:
    if "format" not in loaded:
        yield from (_plain(key, body) for key, body in loaded.items())
        return
    if (loaded["format"], loaded.get("version")) != (FORMAT, VERSION):
        raise ManifestError(f"format: {FORMAT}, version {VERSION} is expected")
    listed = loaded.get("operations")
    if not isinstance(listed, list):
        raise ManifestError("operations: a list is expected")
    yield from (_apollos(number, one) for number, one in enumerate(listed, 1))


def _plain(key: str, body: object) -> Entry:
    if not isinstance(body, str):
        raise ManifestError(f"{key}: a document is expected")
    return Entry(key, key, body)


def _apollos(number: int, entry: object) -> Entry:
    fields = entry if isinstance(entry, dict) else {}
    where = str(fields.get("name") or f"operation {number}")
    for field in ("id", "name", "type", "body"):
        if not isinstance(fields.get(field), str) or not fields[field]:
            raise ManifestError(f"{where}: {field}: a text is expected")
    return Entry(where, fields["id"], fields["body"], fields["name"], fields["type"])


def _twice(entries: list[Entry]) -> Iterator[str]:
    known: dict[str, Entry] = {}
    for one in entries:
        if known.setdefault(one.id, one).body != one.body:
            yield f"{one.where}: its id stands for {known[one.id].where} as well"


def _names(document: Document) -> str:
    return ", ".join(name for name in document.operations if name)
