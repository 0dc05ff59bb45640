"""Automatic persisted queries, by Apollo's protocol."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from bff.graphql.http.persisted_documents import (
    MAX_KEPT_CHARACTERS,
    OVERHEAD,
    PersistedDocuments,
    key_of,
    sha256,
)
from bff.http.errors import RequestError
from tests.support.persisted_documents import (
    NOT_FOUND,
    error_code,
    get_payload,
    hash_of,
    persisted_query,
    post_payload,
)
from tests.support.raw_client import (
    GRAPHQL_JSON,
    JSON,
    NODE,
    VIEWER,
    initialised_socket,
    is_error_response,
    message_for,
)
from tests.support.shared_world import SharedWorld, shared_loop


def viewer(test: str) -> str:
    """A document that no other test has sent."""
    return f"# {test}\n{{ viewer {{ id }} }}"


@shared_loop
async def test_a_hash_is_unknown_until_it_comes_with_its_query(
    shared: SharedWorld,
) -> None:
    document = viewer("unknown, then known")
    stands = persisted_query(hash_of(document))
    data = {"data": {"viewer": {"id": shared.shopper}}}
    for ask in (post_payload, get_payload):
        unknown = await ask(shared, **stands)
        assert (unknown.status_code, unknown.json()) == (200, NOT_FOUND)
        assert unknown.headers["cache-control"] == "no-store"
    assert (await post_payload(shared, query=document, **stands)).json() == data
    for ask in (post_payload, get_payload):
        assert (await ask(shared, **stands)).json() == data
    by_id = await post_payload(shared, documentId=f"sha256:{hash_of(document)}")
    assert by_id.json() == data


@shared_loop
async def test_an_unknown_hash_is_200_in_the_new_media_type_too(
    shared: SharedWorld,
) -> None:
    """Phones' clients look no further than a status that is not 2xx."""
    accept = {"Accept": f"{GRAPHQL_JSON}, {JSON};q=0.9"}
    unknown = await get_payload(shared, accept, **persisted_query(hash_of(viewer("never sent"))))
    assert (unknown.status_code, unknown.json()) == (200, NOT_FOUND)
    assert unknown.headers["content-type"] == JSON


@shared_loop
async def test_a_hash_takes_variables_and_an_operation_name(shared: SharedWorld) -> None:
    document = f"query Other {{ __typename }} query Node{NODE.removeprefix('query')}"
    rest = {"variables": {"id": shared.shopper}, "operationName": "Node"}
    await get_payload(shared, query=document, **persisted_query(hash_of(document)), **rest)
    for ask in (post_payload, get_payload):
        answer = await ask(shared, **persisted_query(hash_of(document)), **rest)
        assert answer.json() == {"data": {"node": {"id": shared.shopper}}}


@shared_loop
async def test_a_hash_of_another_document_is_refused_and_not_stored(
    shared: SharedWorld,
) -> None:
    right, wrong = viewer("right"), viewer("wrong")
    answer = await post_payload(shared, query=wrong, **persisted_query(hash_of(right)))
    assert (answer.status_code, error_code(answer)) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert is_error_response(answer)
    assert (await post_payload(shared, **persisted_query(hash_of(right)))).json() == NOT_FOUND
    assert (await post_payload(shared, **persisted_query(hash_of(wrong)))).json() == NOT_FOUND


@shared_loop
@pytest.mark.parametrize(
    "payload",
    [
        persisted_query("x", version=2),
        persisted_query("x", version=None),
        persisted_query(1),
        persisted_query(None),
        {"extensions": {"persistedQuery": "x"}},
        {"extensions": {"persistedQuery": []}},
        {"extensions": {}},
        {"extensions": [], "query": "{ __typename }"},
        {"documentId": "x", "query": "{ __typename }"},
        {"query": "", **persisted_query("x")},
    ],
    ids=str,
)
async def test_an_invalid_persisted_query_is_400(
    shared: SharedWorld, payload: dict[str, Any]
) -> None:
    for ask in (post_payload, get_payload):
        answer = await ask(shared, **payload)
        assert (answer.status_code, error_code(answer)) == (400, "BAD_REQUEST")
        assert is_error_response(answer)


@shared_loop
async def test_requests_at_once_get_the_result_or_persisted_query_not_found(
    shared: SharedWorld,
) -> None:
    """Some come before it is stored, some after; those with the query are always answered."""
    document = viewer("at once")
    stands, data = persisted_query(hash_of(document)), {"data": {"viewer": {"id": shared.shopper}}}
    asking = [post_payload(shared, **stands) for _ in range(20)]
    telling = [post_payload(shared, query=document, **stands) for _ in range(20)]
    mixed = [one for pair in zip(asking, telling, strict=True) for one in pair]
    answers = [answer.json() for answer in await asyncio.gather(*mixed)]
    assert all(answer in (data, NOT_FOUND) for answer in answers[0::2])
    assert all(answer == data for answer in answers[1::2])
    assert (await post_payload(shared, **stands)).json() == data


@shared_loop
async def test_a_websocket_accepts_hashes_too(shared: SharedWorld) -> None:
    document = viewer("over a websocket")
    stands = persisted_query(hash_of(document))
    error = {"id": "q", "type": "error", "payload": NOT_FOUND["errors"]}
    data = {"data": {"viewer": {"id": shared.shopper}}}
    async with initialised_socket(shared) as socket:
        await socket.send(type="subscribe", id="q", payload=stands)
        assert await message_for(socket, "q") == error
        wrong = {"query": document, **persisted_query("x")}
        await socket.send(type="subscribe", id="q", payload=wrong)
        [error] = (await message_for(socket, "q"))["payload"]
        assert error["extensions"] == {"code": "PERSISTED_QUERY_HASH_MISMATCH"}
        for payload in ({"query": document, **stands}, stands):
            await socket.send(type="subscribe", id="q", payload=payload)
            assert (await message_for(socket, "q"))["payload"] == data
            assert (await message_for(socket, "q"))["type"] == "complete"
    assert (await get_payload(shared, **stands)).json() == data


def test_a_document_id_may_have_the_sha256_prefix() -> None:
    """Whatever the text was when a build tool took its hash."""
    kept = PersistedDocuments({"sha256:abc": VIEWER, "x-app:1": NODE}, only=True)
    payloads = {"documentId": "sha256:abc"}, persisted_query("sha256:abc"), persisted_query("abc")
    assert [kept.text(None, key_of(one)) for one in payloads] == [VIEWER] * 3
    assert kept.text(None, key_of({"documentId": "x-app:1"})) == NODE


def test_stored_documents_are_bounded_by_size_and_the_oldest_is_dropped() -> None:
    kept = PersistedDocuments({})
    each = 50_000
    many = 2 * MAX_KEPT_CHARACTERS // each
    texts = [f"#{number}".ljust(each, "x") for number in range(many)]
    for text in texts:
        kept.text(text, sha256(text))
    known = [text for text in texts if _is_known(kept, text)]
    assert known == texts[-(MAX_KEPT_CHARACTERS // (each + OVERHEAD)) :]


def test_a_document_larger_than_the_store_is_run_and_not_stored() -> None:
    kept, huge = PersistedDocuments({}), "#" * MAX_KEPT_CHARACTERS
    assert kept.text(huge, sha256(huge)) == huge
    assert not _is_known(kept, huge)


def _is_known(kept: PersistedDocuments, text: str) -> bool:
    with suppress(RequestError):
        return kept.text(None, sha256(text)) == text
    return False
