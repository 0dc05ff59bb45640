"""Bodies that are no GraphQL request: each gets an error that names what is wrong."""

import gzip
from collections.abc import AsyncIterator

import pytest

from tests.support.raw_client import JSON, VIEWER, http_client, is_error_response, json_body, send
from tests.support.shared_world import SharedWorld, shared_loop

BODY = json_body(VIEWER, {})
MOST = 100_000
INVALID_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "words": b"viewer",
    "bad UTF-8": b'{"query": "\xff"}',
    "half a surrogate": b'{"query": "{ node(id: \\"\\ud800\\") { id } }"}',
    "UTF-16": '{"query": "{ viewer { id } }"}'.encode("utf-16"),
    "null": b"null",
    "number": b"1",
    "string": b'"{ viewer { id } }"',
    "list": b"[]",
    "batch": b"[%b, %b]" % (BODY, BODY),
    "no query": b"{}",
    "null query": b'{"query": null}',
    "empty query": b'{"query": ""}',
    "query of another type": b'{"query": ["{ viewer { id } }"]}',
    "variables of another type": b'{"query": "{ viewer { id } }", "variables": []}',
    "variables in a string": b'{"query": "{ viewer { id } }", "variables": "{}"}',
    "name of another type": b'{"query": "{ viewer { id } }", "operationName": 1}',
    "extensions of another type": b'{"query": "{ viewer { id } }", "extensions": "x"}',
    "unknown operation": b'{"query": "query A { viewer { id } }", "operationName": "B"}',
    "no operation": b'{"query": "fragment A on Query { viewer { id } }"}',
    "subscription": b'{"query": "subscription { refundUpdates(returnId: 1) { at } }"}',
    "deep list": b"[" * 50_000,
    "deep object": b'{"query":' * 10_000,
    "deep variables": b'{"query": "{ __typename }", "variables": {"a":' + b"[" * 5_000,
    "a number too long": b'{"query": "{ viewer { id } }", "variables": {"a": %b}}' % (b"9" * 9_000),
    "not a number": b'{"query": "{ viewer { id } }", "variables": {"a": NaN}}',
}


@shared_loop
@pytest.mark.parametrize("name", INVALID_BODIES)
async def test_an_invalid_body_is_400_with_a_message(shared: SharedWorld, name: str) -> None:
    answer = await send(shared, INVALID_BODIES[name])
    assert answer.status_code == 400
    assert is_error_response(answer)


@shared_loop
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "text/application/json",
        "application/json-seq",
        ";;;",
        "",
    ],
)
async def test_another_content_type_is_refused(shared: SharedWorld, kind: str) -> None:
    answer = await send(shared, BODY, **{"Content-Type": kind})
    assert answer.status_code == 415
    assert is_error_response(answer)


@shared_loop
@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
async def test_an_encoded_body_is_refused(shared: SharedWorld, coding: str) -> None:
    """And one that only says so, before anybody takes it for what it is not."""
    for body in (gzip.compress(BODY), BODY):
        answer = await send(shared, body, **{"Content-Encoding": coding})
        assert answer.status_code == 415
        assert is_error_response(answer)
        assert "Content-Encoding must be identity" in answer.text
    assert (await send(shared, BODY, **{"Content-Encoding": "Identity"})).status_code == 200


@shared_loop
async def test_json_may_name_its_charset(shared: SharedWorld) -> None:
    kind = "application/json; charset=utf-8"
    assert (await send(shared, BODY, **{"Content-Type": kind})).status_code == 200


@shared_loop
async def test_a_body_may_have_the_maximum_size_and_no_more(shared: SharedWorld) -> None:
    allowed = BODY + b" " * (MOST - len(BODY))
    assert (await send(shared, allowed)).status_code == 200
    for body in (allowed + b" ", allowed * 5):
        answer = await send(shared, body)
        assert answer.status_code == 413
        assert is_error_response(answer)


@shared_loop
async def test_an_endless_body_is_cut_off(shared: SharedWorld) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50 * MOST:
            sent += 10_000
            yield b" " * 10_000

    async with http_client(shared.world) as http:
        headers = {"Content-Type": JSON}
        answer = await http.post("/graphql", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert is_error_response(answer)
