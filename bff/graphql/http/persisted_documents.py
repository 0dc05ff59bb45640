"""Persisted documents: a request names one instead of sending it.

Automatic persisted queries by Apollo's protocol, and trusted documents, which a manifest names:
by `extensions.persistedQuery.sha256Hash`, or by `documentId` of GraphQL over HTTP's appendix.

A client may send a document to one process and name it to another: where there is a Redis, all of
them know it.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from cachetools import LRUCache

from bff.http.errors import RequestError

VERSION = 1
SHA256 = "sha256:"
MAX_KEPT_CHARACTERS = 2_000_000
OVERHEAD = 200  # characters that a document takes beside its text
SHARED_FOR_S = 7 * 24 * 3600

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
WRONG_HASH = "PERSISTED_QUERY_HASH_MISMATCH"
NOT_LISTED = "PERSISTED_QUERY_NOT_IN_LIST"
NOT_TRUSTED = "QUERY_NOT_IN_SAFELIST"


class Values(Protocol):
    """What all processes know. It may be away, and then knows nothing."""

    async def get(self, key: str) -> str | None: ...
    async def put(self, key: str, value: str, lasting_s: int) -> None: ...


class UnknownDocumentError(RequestError):
    """Apollo's clients look for its message, and then send the document."""

    def __init__(self, key: str) -> None:
        super().__init__("PersistedQueryNotFound", NOT_FOUND, 200)
        self.key = key


class PersistedDocuments:
    """`trusted`: documents by their ids. With `only`, no other is run."""

    def __init__(
        self, trusted: Mapping[str, str], *, only: bool = False, shared: Values | None = None
    ) -> None:
        by_hash = {sha256(text): text for text in trusted.values()}
        by_id = {one.removeprefix(SHA256): text for one, text in trusted.items()}
        self._trusted = by_hash | by_id
        self._texts = frozenset(trusted.values())
        self._only = only
        self._shared = shared
        self._sharing: set[asyncio.Task[None]] = set()
        self._sent: LRUCache[str, str] = LRUCache(MAX_KEPT_CHARACTERS, _size)

    def text(self, query: str | None, key: str | None) -> str:
        """The document of a request, which has at least one of the two. Raises RequestError."""
        if query is None:
            return self._stored(key)
        if self._only and query not in self._texts:
            raise RequestError(
                "Only the operations of the server's manifest are run", NOT_TRUSTED, 403
            )
        if key is not None and self._trusted.get(key) != query:
            self._keep(query, key)
        return query

    def _stored(self, key: str | None) -> str:
        if key is None:
            raise RequestError("query must be a document")
        text: str | None = self._trusted.get(key)
        if text is None and self._only:
            raise RequestError(f"{key:.100} is not in the server's manifest", NOT_LISTED, 404)
        if text is None:
            text = self._sent.get(key)
        if text is None:
            raise UnknownDocumentError(key)
        return text

    async def fetch(self, key: str) -> bool:
        """Whether another process knows the document: then this one does, from now on."""
        text = await self._shared.get(_shared_key(key)) if self._shared else None
        if text is None or sha256(text) != key:
            return False
        self._sent[key] = text
        return True

    def _keep(self, query: str, key: str) -> None:
        if sha256(query) != key:
            raise RequestError("sha256Hash is not the SHA-256 of query", WRONG_HASH)
        if self._only or key in self._sent or _size(query) > MAX_KEPT_CHARACTERS:
            return
        self._sent[key] = query
        if self._shared:
            sharing = self._shared.put(_shared_key(key), query, SHARED_FOR_S)
            task = asyncio.ensure_future(sharing)
            self._sharing.add(task)
            task.add_done_callback(self._sharing.discard)


def key_of(payload: Mapping[str, Any]) -> str | None:
    """The id or hash that stands for the document, None without one. Raises RequestError."""
    document_id = payload.get("documentId")
    if document_id is None:
        return _hash((payload.get("extensions") or {}).get("persistedQuery"))
    if not isinstance(document_id, str):
        raise RequestError("documentId must be a string")
    if payload.get("query") is not None:
        raise RequestError("documentId stands for a query: send one of them")
    return document_id.removeprefix(SHA256)


def _hash(persisted: object) -> str | None:
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or not isinstance(persisted.get("sha256Hash"), str):
        raise RequestError("persistedQuery must be an object with version and sha256Hash")
    if persisted.get("version") != VERSION:
        raise RequestError(f"persistedQuery.version must be {VERSION}")
    key: str = persisted["sha256Hash"]
    return key.removeprefix(SHA256)


def sha256(text: str) -> str:
    """Of its UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _shared_key(key: str) -> str:
    return f"document:{key}"


def _size(text: str) -> int:
    return len(text) + OVERHEAD
