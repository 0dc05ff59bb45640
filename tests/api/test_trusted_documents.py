"""Trusted documents: found by their ids; by a setting, the only ones that run."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from graphql import get_introspection_query

from bff.graphql.http.manifest import FORMAT
from tests.support.documents import ONE_TAP, WATCH
from tests.support.factories import create_shopper
from tests.support.minimal_mutations import CANCEL
from tests.support.persisted_documents import (
    NOT_FOUND,
    error_code,
    get_payload,
    hash_of,
    persisted_query,
    post_payload,
)
from tests.support.raw_client import initialised_socket, is_error_response, message_for
from tests.support.return_steps import tap_return
from tests.support.shared_world import SharedWorld, shared_loop
from tests.support.world import FakeClock, World, open_world, serving

ME = "query Me { viewer { id } }"
ELSE = "{ viewer { __typename } }"
TRUSTED = {
    "Me": (ME, "query"),
    "OneTap": (ONE_TAP, "mutation"),
    "Do": (CANCEL, "mutation"),
    "Watch": (WATCH, "subscription"),
}


def manifest(folder: Path) -> Path:
    operations = [
        {"id": f"id-{name}", "name": name, "type": kind, "body": body}
        for name, (body, kind) in TRUSTED.items()
    ]
    folder.mkdir()
    path = folder / "manifest.json"
    path.write_text(json.dumps({"format": FORMAT, "version": 1, "operations": operations}))
    return path


async def trusting(folder: Path, *, only: bool) -> AsyncIterator[SharedWorld]:
    listed = manifest(folder)
    clock = FakeClock()
    services = await open_world(folder, clock=clock, operations=listed, operations_only=only)
    async with serving(services) as base:
        world = World(services, clock, base)
        yield SharedWorld(world, await create_shopper(services.db))
    await services.db.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def also(module_folder: Path) -> AsyncIterator[SharedWorld]:
    async for one in trusting(module_folder / "also", only=False):
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def only(module_folder: Path) -> AsyncIterator[SharedWorld]:
    async for one in trusting(module_folder / "only", only=True):
        yield one


@shared_loop
async def test_a_trusted_document_is_known_by_id_by_hash_and_by_text(
    also: SharedWorld, only: SharedWorld
) -> None:
    for shared in (also, only):
        ways = [
            persisted_query("id-Me"),
            persisted_query(hash_of(ME)),
            {"documentId": "id-Me"},
            {"documentId": f"sha256:{hash_of(ME)}"},
            {"query": ME},
            {"query": ME, **persisted_query("id-Me")},
            {"query": ME, **persisted_query(hash_of(ME))},
        ]
        for payload in ways:
            for ask in (post_payload, get_payload):
                answer = await ask(shared, **payload)
                assert answer.json() == {"data": {"viewer": {"id": shared.shopper}}}


@shared_loop
async def test_other_documents_may_be_sent_beside_a_manifest(also: SharedWorld) -> None:
    assert (await post_payload(also, query=ELSE)).json() == {
        "data": {"viewer": {"__typename": "Shopper"}}
    }
    assert (await post_payload(also, **persisted_query(hash_of(ELSE)))).json() == NOT_FOUND


@shared_loop
@pytest.mark.parametrize("document", [ELSE, f"{ME} ", "{", get_introspection_query()])
async def test_with_trusted_documents_alone_others_are_refused(
    only: SharedWorld, document: str
) -> None:
    for ask in (post_payload, get_payload):
        plain = await ask(only, query=document)
        hashed = await ask(only, query=document, **persisted_query(hash_of(document)))
        by_hash = await ask(only, **persisted_query(hash_of(document)))
        for answer in (plain, hashed):
            assert (answer.status_code, error_code(answer)) == (403, "QUERY_NOT_IN_SAFELIST")
        assert (by_hash.status_code, error_code(by_hash)) == (404, "PERSISTED_QUERY_NOT_IN_LIST")
        assert all(is_error_response(answer) for answer in (plain, hashed, by_hash))


@shared_loop
async def test_a_trusted_mutation_is_accepted_by_post_alone(only: SharedWorld) -> None:
    payload = {"documentId": "id-Do", "variables": {"key": "k", "return": "ret_x"}}
    answer = await post_payload(only, **payload)
    assert answer.json()["data"]["returnCancel"]["__typename"] == "NotFound"
    refused = await get_payload(only, **payload)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")


@shared_loop
async def test_a_websocket_runs_trusted_documents_and_refuses_others(only: SharedWorld) -> None:
    return_id = await tap_return(only.world, only.shopper)
    watch = {"documentId": "id-Watch", "variables": {"returnId": return_id}}
    refused = {
        "QUERY_NOT_IN_SAFELIST": {"query": f"{WATCH} ", "variables": watch["variables"]},
        "PERSISTED_QUERY_NOT_IN_LIST": persisted_query(hash_of(f"{WATCH} ")),
    }
    async with initialised_socket(only) as socket:
        for code, payload in refused.items():
            await socket.send(type="subscribe", id=code, payload=payload)
            message = await message_for(socket, code)
            assert (message["type"], message["payload"][0]["extensions"]) == (
                "error",
                {"code": code},
            )
        await socket.send(type="subscribe", id="w", payload=watch)
        first = (await message_for(socket, "w"))["payload"]["data"]["refundUpdates"]
    assert first["event"] == "RETURN_OPENED"
