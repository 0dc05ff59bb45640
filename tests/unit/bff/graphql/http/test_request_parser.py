"""A request's parameters, checked."""

from typing import Any

import pytest

from bff.graphql.engine.engine import GraphQLRequest
from bff.graphql.http.persisted_documents import PersistedDocuments, sha256
from bff.graphql.http.request_parser import RequestParser, parse_json
from bff.http.errors import BAD_REQUEST, RequestError

TEXT = "{ __typename }"


def parse(payload: Any) -> GraphQLRequest:
    return RequestParser(PersistedDocuments({"me": TEXT})).read(payload)


def test_a_request_has_a_query_and_perhaps_more() -> None:
    assert parse({"query": TEXT}) == GraphQLRequest(TEXT)
    payload = {"query": TEXT, "variables": {"a": 1}, "operationName": "A", "unknown": 1}
    assert parse(payload) == GraphQLRequest(TEXT, {"a": 1}, "A")
    nulls = {"query": TEXT, "variables": None, "operationName": None, "extensions": None}
    assert parse(nulls) == GraphQLRequest(TEXT)


def test_a_persisted_document_is_named_instead_of_sent() -> None:
    assert parse({"documentId": "me"}) == GraphQLRequest(TEXT)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ([], "A request must be a JSON object"),
        (None, "A request must be a JSON object"),
        ({}, "query must be a document"),
        ({"query": 1}, "query must be a document"),
        ({"query": ""}, "query must be a document"),
        ({"query": TEXT, "variables": []}, "variables must be an object"),
        ({"query": TEXT, "operationName": 1}, "operationName must be a string"),
        ({"query": TEXT, "extensions": "x"}, "extensions must be an object"),
    ],
    ids=str,
)
def test_the_parameter_of_the_wrong_form_is_named(payload: Any, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse(payload)
    assert (caught.value.message, caught.value.code) == (message, BAD_REQUEST)


def test_what_is_no_json_is_named() -> None:
    assert parse_json(b'{"a": 1}', "The body") == {"a": 1}
    for text in (b"{", b"\xff", b"[" * 5_000):
        with pytest.raises(RequestError, match="The body must be JSON"):
            parse_json(text, "The body")


class KnownToAll:
    """What other processes were sent."""

    async def get(self, key: str) -> str | None:
        return TEXT if key == f"document:{sha256(TEXT)}" else None

    async def put(self, key: str, value: str, lasting_s: int) -> None: ...


async def test_a_document_that_only_another_process_was_sent_is_found() -> None:
    parser = RequestParser(PersistedDocuments({}, shared=KnownToAll()))
    assert await parser.parse({"documentId": sha256(TEXT)}) == GraphQLRequest(TEXT)
    assert parser.read({"documentId": sha256(TEXT)}) == GraphQLRequest(TEXT)
    with pytest.raises(RequestError, match="PersistedQueryNotFound"):
        await parser.parse({"documentId": sha256("{ other }")})
