"""Requests with a hash or an id in place of a document."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.raw_client import JSON, http_client, send
from tests.support.shared_world import SharedWorld

NONE: Mapping[str, str] = {}
NOT_FOUND = {
    "errors": [
        {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    ]
}


def hash_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def persisted_query(key: object, version: object = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": key}}}


async def post_payload(shared: SharedWorld, **payload: Any) -> httpx.Response:
    return await send(shared, json.dumps(payload).encode())


async def get_payload(
    shared: SharedWorld, headers: Mapping[str, str] = NONE, /, **payload: Any
) -> httpx.Response:
    """As a phone that GETs what stands for a query: objects are JSON in the URL."""
    params = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in payload.items()
    }
    own = {"Authorization": f"Bearer {shared.token}", "Accept": JSON, **headers}
    async with http_client(shared.world) as http:
        return await http.get("/graphql", params=params, headers=own)


def error_code(answer: httpx.Response) -> str:
    [error] = answer.json()["errors"]
    return str(error["extensions"]["code"])
