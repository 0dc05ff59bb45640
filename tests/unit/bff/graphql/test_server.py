"""What both transports use: the engine, counted, and a context for each operation."""

from pathlib import Path
from typing import Any

import pytest

from bff.app import server_of
from bff.graphql.engine.documents import OperationError
from bff.graphql.engine.engine import GraphQLRequest, Stream
from bff.graphql.metrics import HTTP, WEBSOCKET
from bff.graphql.server import GraphQLServer
from tests.support.factories import create_shopper
from tests.support.world import World, open_world

SCOPE: dict[str, Any] = {
    "type": "http",
    "scheme": "https",
    "path": "/graphql",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"here.example")],
}
TYPENAME = GraphQLRequest("{ __typename }")


def count(server: GraphQLServer, transport: str, operation: str, outcome: str) -> float:
    labels = {"transport": transport, "operation": operation, "outcome": outcome}
    return server.metrics.registry.get_sample_value("bff_operations_total", labels) or 0


async def test_each_response_is_counted_by_its_outcome(db_folder: Path) -> None:
    services = await open_world(db_folder, executor="plan")
    server = server_of(services)
    for _ in range(2):
        await server.execute(HTTP, TYPENAME, server.context(SCOPE, None, "en"))
    await server.begin(WEBSOCKET, GraphQLRequest("{ nope }"), server.context(SCOPE, None, "en"))
    assert count(server, HTTP, "query", "graphql-core") == 1
    assert count(server, HTTP, "query", "planned") == 1
    assert count(server, WEBSOCKET, "none", "refused") == 1
    await services.db.close()


async def test_a_subscription_is_counted_when_it_begins(world: World) -> None:
    server = server_of(world.services)
    shopper = await create_shopper(world.db)
    request = GraphQLRequest("subscription { starLevelChanges { cursor } }")
    stream = await server.begin(WEBSOCKET, request, server.context(SCOPE, shopper, "en"))
    assert isinstance(stream, Stream)
    assert count(server, WEBSOCKET, "subscription", "graphql-core") == 1


async def test_what_is_not_executed_at_all_is_left_to_the_transport(world: World) -> None:
    server = server_of(world.services)
    request = GraphQLRequest("{ __typename }", operation_name="A")
    with pytest.raises(OperationError):
        await server.execute(HTTP, request, server.context(SCOPE, None, "en"))
    assert count(server, HTTP, "query", "graphql-core") == 0


def test_links_begin_with_the_connections_own_address(world: World) -> None:
    server = server_of(world.services)
    assert server.base(SCOPE) == "https://here.example"
    assert server.context(SCOPE, "sho_1", "zh").shopper_id == "sho_1"
