"""GraphQL over HTTP, by the specification: valid requests, and invalid ones."""

import json
from urllib.parse import urlencode

import httpx
import pytest

from bff.db.tables import returns
from tests.support.database import count
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.raw_client import (
    GRAPHQL_JSON,
    INVALID_REQUESTS,
    JSON,
    NODE,
    VIEWER,
    http_client,
    is_error_response,
    json_body,
    post,
    send,
)
from tests.support.shared_world import SharedWorld, shared_loop
from tests.support.world import START, World

BODY = json_body(VIEWER, {})


async def get(shared: SharedWorld, accept: str = JSON, **params: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {shared.token}", "Accept": accept}
    async with http_client(shared.world) as http:
        return await http.get("/graphql", params=params, headers=headers)


@shared_loop
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (JSON, JSON),
        ("*/*", JSON),
        (GRAPHQL_JSON, f"{GRAPHQL_JSON}; charset=utf-8"),
        ("", JSON),
        ("application/*", JSON),
        (f"{JSON}, {GRAPHQL_JSON};q=0.9", JSON),
        (f"{GRAPHQL_JSON};q=0, */*", JSON),
        (f"text/html, {JSON};q=0.1", JSON),
        (f"{GRAPHQL_JSON}, {JSON};q=0.9", f"{GRAPHQL_JSON}; charset=utf-8"),
        (f"{JSON};q=0, */*", f"{GRAPHQL_JSON}; charset=utf-8"),
        (f"multipart/mixed;deferSpec=1, {JSON}, {GRAPHQL_JSON}", f"{GRAPHQL_JSON}; charset=utf-8"),
    ],
)
async def test_a_valid_request_is_200(shared: SharedWorld, accept: str, kind: str) -> None:
    answer = await send(shared, BODY, Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.json() == {"data": {"viewer": {"id": shared.shopper}}}


@pytest.mark.parametrize("accept", ["text/plain", "text/event-stream", f"{JSON};q=0", "*/*;q=0"])
async def test_a_client_that_accepts_no_json_gets_406_before_any_effect(
    server: World, accept: str
) -> None:
    shopper = await create_shopper(server.db)
    [line] = await create_order(server.db, shopper, received_at=START)
    shared = SharedWorld(server, shopper)
    answers = [
        await send(shared, json_body(ONE_TAP, {"key": "k", "line": line}), Accept=accept),
        await get(shared, accept, query=VIEWER),
    ]
    assert [answer.status_code for answer in answers] == [406, 406]
    assert all(is_error_response(answer) for answer in answers)
    assert await count(server.db, returns) == 0


@shared_loop
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (GRAPHQL_JSON, f"{GRAPHQL_JSON}; charset=utf-8"),
        (f"{GRAPHQL_JSON}, {JSON};q=0.9", f"{GRAPHQL_JSON}; charset=utf-8"),
        (JSON, JSON),
        ("*/*", JSON),
    ],
)
async def test_a_request_error_is_in_the_accepted_media_type(
    shared: SharedWorld, accept: str, kind: str
) -> None:
    """Clients read no errors in plain JSON that is no 200: any proxy may have written it."""
    wrong = {"query": VIEWER, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}}
    answers = {
        400: await send(shared, json.dumps(wrong).encode(), Accept=accept),
        401: await send(shared, BODY, Accept=accept, Authorization="Bearer x"),
        405: await get(shared, accept, query="mutation { __typename }"),
        415: await send(shared, BODY, Accept=accept, **{"Content-Type": "text/plain"}),
    }
    for status, answer in answers.items():
        assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
        assert is_error_response(answer)


@shared_loop
@pytest.mark.parametrize("name", INVALID_REQUESTS)
async def test_an_invalid_operation_is_400_without_data(shared: SharedWorld, name: str) -> None:
    document, variables = INVALID_REQUESTS[name]
    for accept, status in ((GRAPHQL_JSON, 400), (JSON, 200)):
        answer = await send(shared, json_body(document, variables), Accept=accept)
        assert answer.status_code == status
        assert is_error_response(answer)


@shared_loop
async def test_a_partial_failure_is_200_with_data_and_errors(shared: SharedWorld) -> None:
    body = json_body("{ viewer { id } pickupSlots { id } }", {})
    for accept in (GRAPHQL_JSON, JSON):
        answer = await send(shared, body, Accept=accept)
        assert answer.status_code == 200
        assert answer.json()["data"] == {"viewer": {"id": shared.shopper}, "pickupSlots": None}
        [error] = answer.json()["errors"]
        assert (error["path"], error["extensions"]["argument"]) == (["pickupSlots"], "returnId")


@shared_loop
async def test_a_query_may_be_sent_by_get(shared: SharedWorld) -> None:
    plain = await get(shared, query=VIEWER)
    named = await get(
        shared, query="query A { __typename } query B { viewer { id } }", operationName="B"
    )
    varied = await get(shared, query=NODE, variables=json.dumps({"id": shared.shopper}))
    assert plain.json() == named.json() == {"data": {"viewer": {"id": shared.shopper}}}
    assert varied.json() == {"data": {"node": {"id": shared.shopper}}}


@shared_loop
async def test_an_empty_url_parameter_counts_as_absent(shared: SharedWorld) -> None:
    empty = dict.fromkeys(("operationName", "variables", "extensions", "documentId"), "")
    answer = await get(shared, query=VIEWER, **empty)
    assert answer.json() == {"data": {"viewer": {"id": shared.shopper}}}


@shared_loop
@pytest.mark.parametrize("name", ["query", "operationName", "variables"])
async def test_a_repeated_url_parameter_is_refused(shared: SharedWorld, name: str) -> None:
    """One program would read the first of them and another the last."""
    good = {"query": "query A { __typename }", "operationName": "A", "variables": "{}"}
    pairs = [*good.items(), (name, good[name]), ("other", "1"), ("other", "2")]
    async with http_client(shared.world) as http:
        answer = await http.get(f"/graphql?{urlencode(pairs)}")
    assert answer.status_code == 400
    assert is_error_response(answer)
    assert f"{name} is given more than once" in answer.text


@shared_loop
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"query": ""},
        {"query": VIEWER, "variables": "{"},
        {"query": VIEWER, "variables": "[1]"},
        {"query": VIEWER, "variables": '"x"'},
        {"query": VIEWER, "operationName": "Nope"},
        {"query": "subscription { refundUpdates(returnId: 1) { at } }"},
    ],
    ids=str,
)
async def test_an_invalid_get_is_400(shared: SharedWorld, params: dict[str, str]) -> None:
    answer = await get(shared, **params)
    assert answer.status_code == 400
    assert is_error_response(answer)


async def test_a_mutation_by_get_is_refused_without_effect(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line] = await create_order(server.db, shopper, received_at=START)
    variables = json.dumps({"key": "k", "line": line})
    answer = await get(SharedWorld(server, shopper), query=ONE_TAP, variables=variables)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert is_error_response(answer)
    assert await count(server.db, returns) == 0


@shared_loop
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_405(shared: SharedWorld, method: str) -> None:
    async with http_client(shared.world) as http:
        answer = await http.request(method, "/graphql", content=BODY)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert is_error_response(answer)


@shared_loop
@pytest.mark.parametrize(
    "shown_token",
    [
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer é.é.é",
        "Basic YTpi",
        "x",
        "Bearer x y",
        "Token x",
    ],
)
async def test_an_invalid_token_is_401(shared: SharedWorld, shown_token: str) -> None:
    headers = {b"Authorization": shown_token.encode(), b"Content-Type": JSON.encode()}
    async with http_client(shared.world) as http:
        answers = [
            await http.post("/graphql", content=BODY, headers=headers),
            await http.get("/graphql", params={"query": VIEWER}, headers=headers),
        ]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert is_error_response(answer)
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


@shared_loop
async def test_header_lines_of_one_name_are_one_list(shared: SharedWorld) -> None:
    """Proxies may split a list; what can be given once only is refused (RFC 9110, 5.2 and 5.3)."""
    known = (await get(shared, query=VIEWER)).headers["etag"]
    split = [("If-None-Match", '"other"'), ("If-None-Match", known)]
    accepts = [("Accept", "text/plain"), ("Accept", GRAPHQL_JSON)]
    other = SharedWorld(shared.world, "sho_other")
    tokens = [("Authorization", f"Bearer {one.token}") for one in (shared, other)]
    async with http_client(shared.world) as http:
        again = await http.get("/graphql", params={"query": VIEWER}, headers=[tokens[0], *split])
        typed = await http.get("/graphql", params={"query": VIEWER}, headers=[tokens[0], *accepts])
        both = await http.get("/graphql", params={"query": VIEWER}, headers=tokens)
    assert (again.status_code, again.headers["etag"]) == (304, known)
    assert typed.headers["content-type"].startswith(GRAPHQL_JSON)
    assert both.status_code == 401


@shared_loop
async def test_without_a_token_there_is_no_viewer(shared: SharedWorld) -> None:
    tap = {"key": "k", "line": "oli_x-1"}
    document = "query($id: ID!) { node(id: $id) { id } __schema { queryType { name } } }"
    async with http_client(shared.world) as http:
        viewer = (await post(http, BODY)).json()
        mutation = (await post(http, json_body(ONE_TAP, tap))).json()
        node = (await post(http, json_body(document, {"id": shared.shopper}))).json()
    assert viewer["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert mutation["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert (viewer["data"], mutation["data"]) == (None, {"oneTapReturn": None})
    assert node == {"data": {"node": None, "__schema": {"queryType": {"name": "Query"}}}}


@shared_loop
async def test_health_needs_no_token(shared: SharedWorld) -> None:
    async with http_client(shared.world) as http:
        answer = await http.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


@shared_loop
async def test_there_is_no_explorer_by_default(shared: SharedWorld) -> None:
    async with http_client(shared.world) as http:
        answer = await http.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 404
