"""What a client sends in place of a document."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.hostile import JSON, Shown, send, wire

NONE: Mapping[str, str] = {}
NOT_FOUND = {
    "errors": [
        {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    ]
}


def hash_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def persisted(key: object, version: object = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": key}}}


async def sent(shown: Shown, **payload: Any) -> httpx.Response:
    return await send(shown, json.dumps(payload).encode())


async def got(shown: Shown, headers: Mapping[str, str] = NONE, /, **payload: Any) -> httpx.Response:
    """As a phone that GETs what stands for a query: objects are JSON in the URL."""
    params = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in payload.items()
    }
    own = {"Authorization": f"Bearer {shown.token}", "Accept": JSON, **headers}
    async with wire(shown.world) as http:
        return await http.get("/graphql", params=params, headers=own)


def code_of(answer: httpx.Response) -> str:
    [error] = answer.json()["errors"]
    return str(error["extensions"]["code"])
