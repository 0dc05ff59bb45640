"""One trace from a tap to the partner's answer: operation, statements, call, webhook."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from bff.app import worker_of
from bff.db.tables import returns
from tests.support.client import wait_until
from tests.support.database import table_removed
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.partner_servers import PartnerServer, accept, serve_partner
from tests.support.raw_client import http_client, json_body, post
from tests.support.spans import Spans, collected_spans, is_of
from tests.support.webhook_sender import open_sender
from tests.support.world import START, FakeClock, World, open_world, serving

TRACE = "0af7651916cd43dd8448eb211c80319c"
SENT = f"00-{TRACE}-b7ad6b7169203331-01"
HOME = "query Home { viewer { id returns { totalCount } } }"


@pytest.fixture
def spans() -> Iterator[Spans]:
    with collected_spans() as spans:
        yield spans


def trace_of(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}"


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


async def ask(world: World, shopper: str, document: str, **variables: object) -> None:
    async with http_client(world) as http:
        http.headers["traceparent"] = SENT
        await post(http, json_body(document, variables), world.token(shopper))


async def test_an_operation_and_its_statements_continue_the_requests_trace(
    server: World, spans: Spans
) -> None:
    shopper = await create_shopper(server.db)
    await ask(server, shopper, HOME)
    request, operation = spans.named("POST /graphql"), spans.named("query Home")
    assert (request.kind, trace_of(request)) == (SpanKind.SERVER, TRACE)
    assert attributes(request)["http.response.status_code"] == 200
    assert is_of(operation.parent, request)
    assert attributes(operation) == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "Home",
        "graphql.operation.outcome": "graphql-core",
    }
    statements = spans.beneath(operation)
    assert {one.name for one in statements} >= {"SELECT shoppers", "SELECT returns"}
    for one in statements:
        assert "SELECT" in str(attributes(one)["db.query.text"])
        assert shopper not in str(one.attributes)


async def test_a_faulty_operation_is_marked_without_its_words(server: World, spans: Spans) -> None:
    shopper = await create_shopper(server.db)
    async with table_removed(server.db, returns):
        await ask(server, shopper, HOME)
    operation = spans.named("query Home")
    assert attributes(operation)["graphql.operation.outcome"] == "fault"
    failed = [one for one in spans.all() if one.status.status_code is StatusCode.ERROR]
    assert operation in failed
    assert not any("no such table" in str(one.status.description) for one in failed)


async def test_over_a_websocket_operations_continue_the_handshakes_trace(
    server: World, spans: Spans
) -> None:
    shopper = await create_shopper(server.db)
    async with server.client(shopper) as app, app.socket(traceparent=SENT) as phone:
        await phone.subscribe(HOME)
        await phone.next()
        await phone.subscribe("subscription S { starLevelChanges { cursor } }", "s")
        await wait_until(lambda: "subscription S" in [one.name for one in spans.all()])
    assert trace_of(spans.named("query Home")) == TRACE
    subscription = spans.named("subscription S")
    assert attributes(subscription)["graphql.operation.outcome"] == "subscribed"


async def test_the_call_joins_the_taps_trace_and_the_webhook_links_to_it(
    db_folder: Path, spans: Spans
) -> None:
    courier = PartnerServer(accept)
    async with serve_partner(courier) as url:
        clock = FakeClock()
        world = World(await open_world(db_folder, clock=clock, courier_url=url), clock)
        async with serving(world.services) as world.base:
            shopper = await create_shopper(world.db)
            [line] = await create_order(world.db, shopper, received_at=START)
            await ask(world, shopper, ONE_TAP, key="k", line=line, pickup={})
            await work(world)
            async with open_sender(world) as sender:
                called = courier.bodies[0]["data"]
                data = {name: called[name] for name in ("pickupId", "courierCompany")}
                reported = await sender.post("courier", "pickup.accepted", data)
            assert reported.status_code == 200
        await world.db.close()
    call, request = spans.named("call pickup.requested"), spans.named("POST courier")
    assert (trace_of(call), trace_of(request)) == (TRACE, TRACE)
    assert is_of(request.parent, call)
    sent = courier.calls[0][0]["traceparent"]
    assert sent == f"00-{TRACE}-{request.context.span_id:016x}-01"
    webhook = spans.named("POST /webhooks")
    assert trace_of(webhook) != TRACE
    assert [f"{one.context.trace_id:032x}" for one in webhook.links] == [TRACE]


async def work(world: World) -> None:
    worker = worker_of(world.services)
    await worker.step()
    await worker.close()


async def test_what_no_request_causes_has_no_spans(world: World, spans: Spans) -> None:
    await world.work()
    assert spans.all() == ()
