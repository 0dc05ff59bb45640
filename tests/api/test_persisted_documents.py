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
from tests.support.hostile import (
    GRAPHQL_JSON,
    JSON,
    NODE,
    VIEWER,
    Shown,
    is_told,
    message_for,
    phone,
    shared,
)
from tests.support.persisted import NOT_FOUND, code_of, got, hash_of, persisted, sent


def viewer(test: str) -> str:
    """A document that no other test has sent."""
    return f"# {test}\n{{ viewer {{ id }} }}"


@shared
async def test_an_unknown_hash_is_told_and_known_once_it_came_with_its_query(shown: Shown) -> None:
    document = viewer("unknown, then known")
    stands = persisted(hash_of(document))
    data = {"data": {"viewer": {"id": shown.shopper}}}
    for ask in (sent, got):
        unknown = await ask(shown, **stands)
        assert (unknown.status_code, unknown.json()) == (200, NOT_FOUND)
        assert unknown.headers["cache-control"] == "no-store"
    assert (await sent(shown, query=document, **stands)).json() == data
    for ask in (sent, got):
        assert (await ask(shown, **stands)).json() == data
    by_id = await sent(shown, documentId=f"sha256:{hash_of(document)}")
    assert by_id.json() == data


@shared
async def test_an_unknown_hash_is_200_for_who_asks_for_the_new_type_too(shown: Shown) -> None:
    """Phones' clients look no further than a status that is not 2xx."""
    accept = {"Accept": f"{GRAPHQL_JSON}, {JSON};q=0.9"}
    unknown = await got(shown, accept, **persisted(hash_of(viewer("never sent"))))
    assert (unknown.status_code, unknown.json()) == (200, NOT_FOUND)
    assert unknown.headers["content-type"] == JSON


@shared
async def test_variables_and_a_name_go_with_a_hash(shown: Shown) -> None:
    document = f"query Other {{ __typename }} query Node{NODE.removeprefix('query')}"
    asked = {"variables": {"id": shown.shopper}, "operationName": "Node"}
    await got(shown, query=document, **persisted(hash_of(document)), **asked)
    for ask in (sent, got):
        answer = await ask(shown, **persisted(hash_of(document)), **asked)
        assert answer.json() == {"data": {"node": {"id": shown.shopper}}}


@shared
async def test_a_hash_of_another_document_is_refused_and_not_remembered(shown: Shown) -> None:
    right, wrong = viewer("right"), viewer("wrong")
    answer = await sent(shown, query=wrong, **persisted(hash_of(right)))
    assert (answer.status_code, code_of(answer)) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert is_told(answer)
    assert (await sent(shown, **persisted(hash_of(right)))).json() == NOT_FOUND
    assert (await sent(shown, **persisted(hash_of(wrong)))).json() == NOT_FOUND


@shared
@pytest.mark.parametrize(
    "payload",
    [
        persisted("x", version=2),
        persisted("x", version=None),
        persisted(1),
        persisted(None),
        {"extensions": {"persistedQuery": "x"}},
        {"extensions": {"persistedQuery": []}},
        {"extensions": {}},
        {"extensions": [], "query": "{ __typename }"},
        {"documentId": "x", "query": "{ __typename }"},
        {"query": "", **persisted("x")},
    ],
    ids=str,
)
async def test_what_stands_for_nothing_is_400(shown: Shown, payload: dict[str, Any]) -> None:
    for ask in (sent, got):
        answer = await ask(shown, **payload)
        assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")
        assert is_told(answer)


@shared
async def test_many_at_once_are_each_answered_or_told_to_send_the_query(shown: Shown) -> None:
    """Some ask before the document is known, some after; whoever sends it is always answered."""
    document = viewer("at once")
    stands, data = persisted(hash_of(document)), {"data": {"viewer": {"id": shown.shopper}}}
    asking = [sent(shown, **stands) for _ in range(20)]
    telling = [sent(shown, query=document, **stands) for _ in range(20)]
    mixed = [one for pair in zip(asking, telling, strict=True) for one in pair]
    answers = [answer.json() for answer in await asyncio.gather(*mixed)]
    assert all(answer in (data, NOT_FOUND) for answer in answers[0::2])
    assert all(answer == data for answer in answers[1::2])
    assert (await sent(shown, **stands)).json() == data


@shared
async def test_over_a_websocket_it_is_the_same(shown: Shown) -> None:
    document = viewer("over a websocket")
    stands = persisted(hash_of(document))
    told = {"id": "q", "type": "error", "payload": NOT_FOUND["errors"]}
    data = {"data": {"viewer": {"id": shown.shopper}}}
    async with phone(shown) as socket:
        await socket.send(type="subscribe", id="q", payload=stands)
        assert await message_for(socket, "q") == told
        wrong = {"query": document, **persisted("x")}
        await socket.send(type="subscribe", id="q", payload=wrong)
        [error] = (await message_for(socket, "q"))["payload"]
        assert error["extensions"] == {"code": "PERSISTED_QUERY_HASH_MISMATCH"}
        for payload in ({"query": document, **stands}, stands):
            await socket.send(type="subscribe", id="q", payload=payload)
            assert (await message_for(socket, "q"))["payload"] == data
            assert (await message_for(socket, "q"))["type"] == "complete"
    assert (await got(shown, **stands)).json() == data


def test_ids_of_a_manifest_may_have_their_prefix() -> None:
    """Whatever the text was when a build tool took its hash."""
    kept = PersistedDocuments({"sha256:abc": VIEWER, "x-app:1": NODE}, only=True)
    told = {"documentId": "sha256:abc"}, persisted("sha256:abc"), persisted("abc")
    assert [kept.text(None, key_of(one)) for one in told] == [VIEWER] * 3
    assert kept.text(None, key_of({"documentId": "x-app:1"})) == NODE


def test_what_clients_send_is_bounded_by_size_and_the_oldest_goes() -> None:
    kept = PersistedDocuments({})
    each = 50_000
    many = 2 * MAX_KEPT_CHARACTERS // each
    texts = [f"#{number}".ljust(each, "x") for number in range(many)]
    for text in texts:
        kept.text(text, sha256(text))
    known = [text for text in texts if _is_known(kept, text)]
    assert known == texts[-(MAX_KEPT_CHARACTERS // (each + OVERHEAD)) :]


def test_what_is_larger_than_all_that_is_kept_is_run_and_forgotten() -> None:
    kept, huge = PersistedDocuments({}), "#" * MAX_KEPT_CHARACTERS
    assert kept.text(huge, sha256(huge)) == huge
    assert not _is_known(kept, huge)


def _is_known(kept: PersistedDocuments, text: str) -> bool:
    with suppress(RequestError):
        return kept.text(None, sha256(text)) == text
    return False
