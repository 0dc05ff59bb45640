"""Documents that a request names by a hash or an id."""

import asyncio
from typing import Any

import pytest

from bff.graphql.http import persisted_documents
from bff.graphql.http.persisted_documents import (
    NOT_FOUND,
    NOT_LISTED,
    NOT_TRUSTED,
    WRONG_HASH,
    PersistedDocuments,
    key_of,
    sha256,
)
from bff.http.errors import RequestError

TEXT, OTHER = "{ __typename }", "{ a: __typename }"


def code(documents: PersistedDocuments, query: str | None, key: str | None) -> str:
    with pytest.raises(RequestError) as caught:
        documents.text(query, key)
    return caught.value.code


def test_a_document_that_was_sent_with_its_hash_is_named_by_it_later() -> None:
    documents = PersistedDocuments({})
    assert code(documents, None, sha256(TEXT)) == NOT_FOUND
    assert documents.text(TEXT, sha256(TEXT)) == TEXT
    assert documents.text(None, sha256(TEXT)) == TEXT
    assert documents.text(TEXT, None) == TEXT


def test_another_documents_hash_is_refused() -> None:
    documents = PersistedDocuments({})
    assert code(documents, TEXT, sha256(OTHER)) == WRONG_HASH
    assert code(documents, None, sha256(OTHER)) == NOT_FOUND


def test_a_trusted_document_is_named_by_its_id_or_its_hash() -> None:
    documents = PersistedDocuments({"sha256:me": TEXT}, only=True)
    for key in ("me", sha256(TEXT)):
        assert documents.text(None, key) == TEXT
    assert documents.text(TEXT, None) == TEXT
    assert code(documents, None, "you") == NOT_LISTED
    assert code(documents, OTHER, None) == NOT_TRUSTED
    assert code(documents, OTHER, sha256(OTHER)) == NOT_TRUSTED


def test_without_a_document_and_without_a_key_there_is_no_request() -> None:
    assert code(PersistedDocuments({}), None, None) == "BAD_REQUEST"


def test_what_is_sent_is_kept_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persisted_documents, "MAX_KEPT_CHARACTERS", 1_000)
    documents = PersistedDocuments({})
    texts = [f"{{ a{number}: __typename }}" for number in range(10)]
    for text in texts:
        documents.text(text, sha256(text))
    assert code(documents, None, sha256(texts[0])) == NOT_FOUND
    assert documents.text(None, sha256(texts[-1])) == texts[-1]
    large = "{ __typename } #" + "x" * 1_000
    assert documents.text(large, sha256(large)) == large
    assert code(documents, None, sha256(large)) == NOT_FOUND


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        ({}, None),
        ({"extensions": {}}, None),
        ({"documentId": "sha256:a"}, "a"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "b"}}}, "b"),
    ],
    ids=str,
)
def test_a_key_stands_for_the_document(payload: dict[str, Any], key: str | None) -> None:
    assert key_of(payload) == key


@pytest.mark.parametrize(
    "payload",
    [
        {"documentId": 1},
        {"documentId": "a", "query": TEXT},
        {"extensions": {"persistedQuery": "b"}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "b"}}},
    ],
    ids=str,
)
def test_a_key_of_the_wrong_form_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        key_of(payload)


class KnownToAll:
    """What processes share, and how often it was written."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.written = asyncio.Event()
        self.writes = 0

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def put(self, key: str, value: str, lasting_s: int) -> None:
        assert lasting_s > 0
        self.values[key] = value
        self.writes += 1
        self.written.set()


async def test_what_one_process_was_sent_the_others_fetch() -> None:
    shared = KnownToAll()
    one, other = (PersistedDocuments({}, shared=shared) for _ in range(2))
    assert one.text(TEXT, sha256(TEXT)) == TEXT
    assert one.text(TEXT, sha256(TEXT)) == TEXT
    await shared.written.wait()
    assert shared.writes == 1
    assert code(other, None, sha256(TEXT)) == NOT_FOUND
    assert await other.fetch(sha256(TEXT))
    assert other.text(None, sha256(TEXT)) == TEXT


async def test_what_is_shared_is_believed_only_where_it_is_what_its_hash_says() -> None:
    shared = KnownToAll()
    PersistedDocuments({}, shared=shared).text(TEXT, sha256(TEXT))
    await shared.written.wait()
    [key] = shared.values
    shared.values[key] = OTHER
    documents = PersistedDocuments({}, shared=shared)
    assert not await documents.fetch(sha256(TEXT))
    assert not await documents.fetch(sha256(OTHER))
    assert code(documents, None, sha256(TEXT)) == NOT_FOUND


async def test_where_the_manifest_alone_is_run_nothing_is_shared() -> None:
    shared = KnownToAll()
    documents = PersistedDocuments({"me": TEXT}, only=True, shared=shared)
    documents.text(TEXT, sha256(TEXT))
    await asyncio.sleep(0)
    assert shared.values == {}


async def test_without_others_nothing_is_fetched() -> None:
    assert not await PersistedDocuments({}).fetch(sha256(TEXT))
