"""GraphQL over HTTP, as the specification has it, for those who keep to it and those who don't."""

import json
from urllib.parse import urlencode

import httpx
import pytest

from bff.db.tables import returns
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.hostile import (
    GRAPHQL_JSON,
    JSON,
    NODE,
    NOT_RUN,
    VIEWER,
    Shown,
    body_of,
    count,
    is_told,
    post,
    send,
    shared,
    wire,
)
from tests.support.world import START, World

BODY = body_of(VIEWER, {})


async def get(shown: Shown, accept: str = JSON, **params: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {shown.token}", "Accept": accept}
    async with wire(shown.world) as http:
        return await http.get("/graphql", params=params, headers=headers)


@shared
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
async def test_what_is_asked_well_is_200(shown: Shown, accept: str, kind: str) -> None:
    answer = await send(shown, BODY, Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.json() == {"data": {"viewer": {"id": shown.shopper}}}


@pytest.mark.parametrize("accept", ["text/plain", "text/event-stream", f"{JSON};q=0", "*/*;q=0"])
async def test_who_accepts_no_json_is_told_406_before_anything_is_done(
    server: World, accept: str
) -> None:
    shopper = await create_shopper(server.db)
    [line] = await create_order(server.db, shopper, received_at=START)
    shown = Shown(server, shopper)
    answers = [
        await send(shown, body_of(ONE_TAP, {"key": "k", "line": line}), Accept=accept),
        await get(shown, accept, query=VIEWER),
    ]
    assert [answer.status_code for answer in answers] == [406, 406]
    assert all(is_told(answer) for answer in answers)
    assert await count(server.db, returns) == 0


@shared
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (GRAPHQL_JSON, f"{GRAPHQL_JSON}; charset=utf-8"),
        (f"{GRAPHQL_JSON}, {JSON};q=0.9", f"{GRAPHQL_JSON}; charset=utf-8"),
        (JSON, JSON),
        ("*/*", JSON),
    ],
)
async def test_what_stands_against_a_request_is_told_in_the_type_asked_for(
    shown: Shown, accept: str, kind: str
) -> None:
    """Clients read no errors in plain JSON that is no 200: any proxy may have written it."""
    wrong = {"query": VIEWER, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}}
    answers = {
        400: await send(shown, json.dumps(wrong).encode(), Accept=accept),
        401: await send(shown, BODY, Accept=accept, Authorization="Bearer x"),
        405: await get(shown, accept, query="mutation { __typename }"),
        415: await send(shown, BODY, Accept=accept, **{"Content-Type": "text/plain"}),
    }
    for status, answer in answers.items():
        assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
        assert is_told(answer)


@shared
@pytest.mark.parametrize("name", NOT_RUN)
async def test_what_is_not_run_is_400_without_data(shown: Shown, name: str) -> None:
    document, variables = NOT_RUN[name]
    for accept, status in ((GRAPHQL_JSON, 400), (JSON, 200)):
        answer = await send(shown, body_of(document, variables), Accept=accept)
        assert answer.status_code == status
        assert is_told(answer)


@shared
async def test_what_fails_in_part_is_200_with_both(shown: Shown) -> None:
    body = body_of("{ viewer { id } pickupSlots { id } }", {})
    for accept in (GRAPHQL_JSON, JSON):
        answer = await send(shown, body, Accept=accept)
        assert answer.status_code == 200
        assert answer.json()["data"] == {"viewer": {"id": shown.shopper}, "pickupSlots": None}
        [error] = answer.json()["errors"]
        assert (error["path"], error["extensions"]["argument"]) == (["pickupSlots"], "returnId")


@shared
async def test_queries_may_be_got(shown: Shown) -> None:
    plain = await get(shown, query=VIEWER)
    named = await get(
        shown, query="query A { __typename } query B { viewer { id } }", operationName="B"
    )
    varied = await get(shown, query=NODE, variables=json.dumps({"id": shown.shopper}))
    assert plain.json() == named.json() == {"data": {"viewer": {"id": shown.shopper}}}
    assert varied.json() == {"data": {"node": {"id": shown.shopper}}}


@shared
async def test_what_is_empty_in_a_url_is_not_given(shown: Shown) -> None:
    empty = dict.fromkeys(("operationName", "variables", "extensions", "documentId"), "")
    answer = await get(shown, query=VIEWER, **empty)
    assert answer.json() == {"data": {"viewer": {"id": shown.shopper}}}


@shared
@pytest.mark.parametrize("name", ["query", "operationName", "variables"])
async def test_what_is_given_twice_in_a_url_is_refused(shown: Shown, name: str) -> None:
    """One program would read the first of them and another the last."""
    good = {"query": "query A { __typename }", "operationName": "A", "variables": "{}"}
    pairs = [*good.items(), (name, good[name]), ("other", "1"), ("other", "2")]
    async with wire(shown.world) as http:
        answer = await http.get(f"/graphql?{urlencode(pairs)}")
    assert answer.status_code == 400
    assert is_told(answer)
    assert f"{name} is given more than once" in answer.text


@shared
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
async def test_what_cannot_be_got_is_400(shown: Shown, params: dict[str, str]) -> None:
    answer = await get(shown, **params)
    assert answer.status_code == 400
    assert is_told(answer)


async def test_a_mutation_that_is_got_does_nothing(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line] = await create_order(server.db, shopper, received_at=START)
    variables = json.dumps({"key": "k", "line": line})
    answer = await get(Shown(server, shopper), query=ONE_TAP, variables=variables)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert is_told(answer)
    assert await count(server.db, returns) == 0


@shared
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_405(shown: Shown, method: str) -> None:
    async with wire(shown.world) as http:
        answer = await http.request(method, "/graphql", content=BODY)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert is_told(answer)


@shared
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
async def test_a_bad_token_is_401(shown: Shown, shown_token: str) -> None:
    headers = {b"Authorization": shown_token.encode(), b"Content-Type": JSON.encode()}
    async with wire(shown.world) as http:
        answers = [
            await http.post("/graphql", content=BODY, headers=headers),
            await http.get("/graphql", params={"query": VIEWER}, headers=headers),
        ]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert is_told(answer)
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


@shared
async def test_a_header_in_several_lines_is_one_list(shown: Shown) -> None:
    """Proxies may split a list; what can be given once only is refused (RFC 9110, 5.2 and 5.3)."""
    known = (await get(shown, query=VIEWER)).headers["etag"]
    split = [("If-None-Match", '"other"'), ("If-None-Match", known)]
    accepts = [("Accept", "text/plain"), ("Accept", GRAPHQL_JSON)]
    other = Shown(shown.world, "sho_other")
    tokens = [("Authorization", f"Bearer {one.token}") for one in (shown, other)]
    async with wire(shown.world) as http:
        again = await http.get("/graphql", params={"query": VIEWER}, headers=[tokens[0], *split])
        typed = await http.get("/graphql", params={"query": VIEWER}, headers=[tokens[0], *accepts])
        both = await http.get("/graphql", params={"query": VIEWER}, headers=tokens)
    assert (again.status_code, again.headers["etag"]) == (304, known)
    assert typed.headers["content-type"].startswith(GRAPHQL_JSON)
    assert both.status_code == 401


@shared
async def test_without_a_token_nothing_is_anybodys(shown: Shown) -> None:
    tap = {"key": "k", "line": "oli_x-1"}
    document = "query($id: ID!) { node(id: $id) { id } __schema { queryType { name } } }"
    async with wire(shown.world) as http:
        viewer = (await post(http, BODY)).json()
        mutation = (await post(http, body_of(ONE_TAP, tap))).json()
        node = (await post(http, body_of(document, {"id": shown.shopper}))).json()
    assert viewer["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert mutation["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert (viewer["data"], mutation["data"]) == (None, {"oneTapReturn": None})
    assert node == {"data": {"node": None, "__schema": {"queryType": {"name": "Query"}}}}


@shared
async def test_health_needs_no_token(shown: Shown) -> None:
    async with wire(shown.world) as http:
        answer = await http.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


@shared
async def test_there_is_no_explorer_unless_it_is_asked_for(shown: Shown) -> None:
    async with wire(shown.world) as http:
        answer = await http.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 404
