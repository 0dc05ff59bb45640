"""Manifests of trusted documents, as build tools of clients write them.

Two forms are read: Apollo's, `{"format": "apollo-persisted-query-manifest", "version": 1,
"operations": [{"id", "name", "type", "body"}]}`, and Relay's, a document by its id.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from graphql import OperationDefinitionNode, parse

from bff.graphql.engine.documents import Document, Documents

FORMAT = "apollo-persisted-query-manifest"
VERSION = 1


class ManifestError(Exception):
    """Everything that is wrong with a manifest, a line each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`where`: its name for a person. `name` and `kind` are None where the form has none."""

    where: str
    id: str
    body: str
    name: str | None = None
    kind: str | None = None

    def validation_errors(self, document: Document) -> Iterator[str]:
        where = self.where if self.name else _names(document) or self.where
        for error in document.errors:
            places = ", ".join(f"line {one.line}" for one in error.locations or ())
            yield f"{where}: {error.message}{f' ({places})' if places else ''}"
        if not document.errors:
            if not document.operations:
                yield f"{where}: the body has no operation"
            elif self.name is not None:
                yield from self._differences(document)

    def _differences(self, document: Document) -> Iterator[str]:
        """Between what the entry says of its operation and what its body has."""
        operation = document.operations.get(self.name)
        if operation is None:
            yield f"{self.where}: the body's operation is {_names(document)}"
        elif self.kind != operation.kind.value:
            yield f"{self.where}: the body's type is {operation.kind.value}"


def read_manifest(path: Path, documents: Documents) -> Mapping[str, str]:
    """Documents by their ids, each fit to be executed. Raises ManifestError."""
    try:
        entries = list(_entries(_load(path)))
    except ManifestError as error:
        raise ManifestError(f"{path.name}, {error}") from None
    errors = [error for one in entries for error in one.validation_errors(documents.read(one.body))]
    errors += _conflicts(entries)
    if errors:
        lines = "\n".join(errors).splitlines()
        raise ManifestError("\n".join(f"{path.name}, {line}" for line in lines))
    return {one.id: one.body for one in entries}


def _load(path: Path) -> dict[str, Any]:
    try:
        manifest = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"which cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"line {error.lineno}: {error.msg}") from error
    if not isinstance(manifest, dict):
        raise ManifestError("a JSON object is expected")
    return manifest


def _entries(manifest: dict[str, Any]) -> Iterator[Entry]:
    if "format" not in manifest:
        for key, body in manifest.items():
            if not isinstance(body, str):
                raise ManifestError(f"{key}: a document is expected")
            yield Entry(key, key, body)
        return
    if (manifest["format"], manifest.get("version")) != (FORMAT, VERSION):
        raise ManifestError(f"format: {FORMAT}, version {VERSION} is expected")
    operations = manifest.get("operations")
    if not isinstance(operations, list):
        raise ManifestError("operations: a list is expected")
    yield from (_apollo_entry(number, one) for number, one in enumerate(operations, 1))


def _apollo_entry(number: int, operation: object) -> Entry:
    fields = operation if isinstance(operation, dict) else {}
    where = str(fields.get("name") or f"operation {number}")
    for field in ("id", "name", "type", "body"):
        if not isinstance(fields.get(field), str) or not fields[field]:
            raise ManifestError(f"{where}: {field}: a text is expected")
    return Entry(where, fields["id"], fields["body"], fields["name"], fields["type"])


def _conflicts(entries: list[Entry]) -> Iterator[str]:
    """Ids that stand for several bodies."""
    by_id: dict[str, Entry] = {}
    for one in entries:
        if by_id.setdefault(one.id, one).body != one.body:
            yield f"{one.where}: its id stands for {by_id[one.id].where} as well"


def _names(document: Document) -> str:
    return ", ".join(name for name in document.operations if name)


def operation_names(documents: Iterable[str]) -> frozenset[str]:
    """Of all the documents' operations that have one."""
    return frozenset(
        node.name.value
        for text in documents
        for node in parse(text).definitions
        if isinstance(node, OperationDefinitionNode) and node.name
    )
