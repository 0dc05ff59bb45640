"""What the audit of the npm package graphql-http asks, as far as nothing else here does.

https://github.com/graphql/graphql-http#audits
"""

import json
from itertools import product
from typing import Any

import pytest

from tests.support.raw_client import GRAPHQL_JSON, JSON, http_client, is_error_response, send
from tests.support.shared_world import SharedWorld, shared_loop

ACCEPTED = (JSON, GRAPHQL_JSON)
OF_EACH_TYPE: dict[str, Any] = {
    "string": "x",
    "number": 0,
    "boolean": False,
    "array": [],
    "object": {"a": 1},
}
PARAMETERS = {
    "query": "string",
    "operationName": "string",
    "documentId": "string",
    "variables": "object",
    "extensions": "object",
}
TYPE_OF = "query Type($name: String!) { __type(name: $name) { name } }"
TYPENAME: dict[str, Any] = {"query": "query A { __typename }"}
WELL_FORMED: dict[str, dict[str, Any]] = {
    "alone": TYPENAME,
    "operationName": TYPENAME | {"operationName": "A"},
    "variables": {"query": TYPE_OF, "variables": {"name": "跑步🏃"}},
    "extensions": TYPENAME | {"extensions": {"clientLibrary": {"name": "phone"}}},
    "nothing": TYPENAME | dict.fromkeys(("operationName", "variables", "extensions", "documentId")),
    "what nobody knows": TYPENAME | {"id": 1, "onError": "NULL"},
}


@shared_loop
@pytest.mark.parametrize("name", WELL_FORMED)
@pytest.mark.parametrize("accept", ACCEPTED)
@pytest.mark.parametrize("kind", [JSON, f"{JSON}; charset=utf-8", f"{JSON};charset=UTF-8"])
async def test_a_well_formed_request_is_answered(
    shared: SharedWorld, kind: str, accept: str, name: str
) -> None:
    body = json.dumps(WELL_FORMED[name], ensure_ascii=False).encode()
    answer = await send(shared, body, Accept=accept, **{"Content-Type": kind})
    assert answer.status_code == 200
    assert list(json.loads(answer.content.decode("utf-8"))) == ["data"]


@shared_loop
@pytest.mark.parametrize(
    ("parameter", "given"),
    [
        (parameter, given)
        for (parameter, right), given in product(PARAMETERS.items(), OF_EACH_TYPE)
        if given != right
    ],
)
async def test_a_parameter_of_the_wrong_type_is_400_and_named(
    shared: SharedWorld, parameter: str, given: str
) -> None:
    body = json.dumps(TYPENAME | {parameter: OF_EACH_TYPE[given]}).encode()
    for accept in ACCEPTED:
        answer = await send(shared, body, Accept=accept)
        assert answer.status_code == 400
        assert is_error_response(answer)
        assert answer.json()["errors"][0]["message"].startswith(f"{parameter} must be ")


@shared_loop
async def test_a_body_without_a_content_type_is_415(shared: SharedWorld) -> None:
    async with http_client(shared.world) as http:
        answer = await http.post("/graphql", content=json.dumps(TYPENAME).encode())
    assert answer.status_code == 415
    assert is_error_response(answer)
