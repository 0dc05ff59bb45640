"""Spans of operations; where nothing collects them, nothing is called for them."""

import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from bff.app import server_of
from bff.core import spans
from bff.graphql import operation_spans
from bff.graphql.engine.engine import GraphQLRequest
from bff.graphql.metrics import HTTP
from bff.graphql.server import GraphQLServer
from bff.http import request_spans
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.spans import collected_spans
from tests.support.world import START, World
from tests.unit.bff.graphql.test_server import SCOPE

MODULES = (spans, operation_spans, request_spans)
HOME = "{ viewer { id starLevel { level } orders { nodes { lines { id } } } } }"


async def execute(server: GraphQLServer, shopper: str, document: str, **variables: object) -> None:
    context = server.context(SCOPE, shopper, "en")
    response = await server.execute(HTTP, GraphQLRequest(document, variables), context)
    assert response.errors == ()


async def calls(
    server: GraphQLServer, shopper: str, document: str, **variables: object
) -> Counter[str]:
    """Of functions about spans, by their names."""
    files = {str(Path(module.__file__ or "")) for module in MODULES}
    seen: Counter[str] = Counter()

    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename in files:
            seen[frame.f_code.co_name] += 1

    sys.setprofile(look)
    try:
        await execute(server, shopper, document, **variables)
    finally:
        sys.setprofile(None)
    return seen


async def test_an_operation_without_a_name_is_named_by_its_kind(world: World) -> None:
    server, shopper = server_of(world.services), await create_shopper(world.db)
    with collected_spans() as found:
        await execute(server, shopper, HOME)
    assert found.named("query").attributes == {
        "graphql.operation.type": "query",
        "graphql.operation.outcome": "graphql-core",
    }


async def test_where_nothing_collects_spans_nothing_is_called_for_them(world: World) -> None:
    """A tap looks once for each call to a partner whether there is a trace to remember."""
    server, shopper = server_of(world.services), await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    assert await calls(server, shopper, HOME) == {}
    assert await calls(server, shopper, HOME) == {}
    tap = {"key": "k", "line": line, "pickup": {}}
    assert await calls(server, shopper, ONE_TAP, **tap) == {"traceparent": 1}
    with collected_spans():
        assert (await calls(server, shopper, HOME))["traced_operation"]
