"""The engine: which executor an operation goes to, and what is done once whoever executes it."""

from collections.abc import AsyncIterator
from typing import Any, cast

import orjson
import pytest
from graphql import OperationType

from bff.graphql.engine.documents import OperationError, OperationNotAllowedError
from bff.graphql.engine.engine import READ_ONLY, Engine, GraphQLRequest, Stream
from bff.graphql.engine.response import GraphQLResponse
from tests.support.plan_schema import SCHEMA, Book, Shelf, ShopHost

BOOKS = GraphQLRequest("{ books { name } }")


class RenewingShelf(Shelf):
    """Counts how often it was renewed."""

    renewed = 0

    def renew(self) -> None:
        self.renewed += 1


def shelf() -> RenewingShelf:
    return RenewingShelf([Book("one"), Book("two", kind=None)])


async def test_an_operation_is_planned_when_it_comes_again() -> None:
    engine = Engine(SCHEMA, ShopHost(), runs_first=2)
    responses = [await engine.execute(BOOKS, shelf()) for _ in range(4)]
    assert [one.planned for one in responses] == [False, False, True, True]
    assert {one.body for one in responses} == {
        b'{"data":{"books":[{"name":"one"},{"name":"two"}]}}'
    }
    assert {one.kind for one in responses} == {OperationType.QUERY}


async def test_without_a_host_nothing_is_planned() -> None:
    engine = Engine(SCHEMA, None, runs_first=0)
    responses = [await engine.execute(BOOKS, shelf()) for _ in range(3)]
    assert not any(one.planned for one in responses)


async def test_a_plan_that_fails_is_answered_by_graphql_core_with_a_renewed_context() -> None:
    engine, context = Engine(SCHEMA, ShopHost(), runs_first=0), shelf()
    response = await engine.execute(GraphQLRequest("{ books { kind } }"), context)
    assert (response.planned, context.renewed) == (False, 1)
    assert response.errors[0]["path"] == ["books", 1, "kind"]


async def test_what_has_no_plan_is_not_planned_again() -> None:
    engine, request = (
        Engine(SCHEMA, ShopHost(), runs_first=0),
        GraphQLRequest("{ __schema { __typename } }"),
    )
    responses = [await engine.execute(request, shelf()) for _ in range(2)]
    assert [one.planned for one in responses] == [False, False]
    assert responses[0].errors == ()


async def test_a_mutation_whose_plan_fails_is_done_once() -> None:
    engine, context = Engine(SCHEMA, ShopHost(), runs_first=0), shelf()
    response = await engine.execute(
        GraphQLRequest('mutation { write(name: "odd") { name kind } }'), context
    )
    assert response.errors[0]["path"] == ["write", "kind"]
    assert context.written == ["odd"]


async def test_the_mutations_own_exception_is_raised_again_by_graphql_core() -> None:
    engine, context = Engine(SCHEMA, ShopHost(), runs_first=0), shelf()
    response = await engine.execute(
        GraphQLRequest('mutation { write(name: "bad") { name } }'), context
    )
    assert response.outcome == "fault"
    assert context.written == ["bad"]


@pytest.mark.parametrize(
    "query", ["{ books {", "{ nope }", "query A { books { name } } query B { void { name } }"]
)
async def test_what_cannot_be_executed_has_errors_and_no_data(query: str) -> None:
    response = await Engine(SCHEMA, None).execute(GraphQLRequest(query), shelf())
    assert not response.executed
    assert "data" not in orjson.loads(response.body)


async def test_an_operation_of_another_kind_is_refused_before_its_errors() -> None:
    engine = Engine(SCHEMA, None)
    with pytest.raises(OperationNotAllowedError):
        await engine.execute(
            GraphQLRequest('mutation { write(name: "1") { nope } }'), shelf(), READ_ONLY
        )
    with pytest.raises(OperationNotAllowedError):
        await engine.execute(GraphQLRequest("subscription { published { name } }"), shelf())
    with pytest.raises(OperationError):
        await engine.begin(GraphQLRequest("{ books { name } }", operation_name="A"), shelf())


async def test_a_subscription_begins_as_a_stream_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    async def published(*_: Any) -> AsyncIterator[Book]:
        yield Book("new")

    subscription: Any = SCHEMA.subscription_type
    monkeypatch.setattr(subscription.fields["published"], "subscribe", published)
    engine = Engine(SCHEMA, ShopHost(), runs_first=0)
    stream = await engine.begin(GraphQLRequest("subscription { published { name } }"), shelf())
    assert isinstance(stream, Stream)
    [response] = [await stream.response(event, shelf()) async for event in stream.source]
    assert response == GraphQLResponse(
        b'{"data":{"published":{"name":"new"}}}', planned=True, kind=OperationType.SUBSCRIPTION
    )


async def test_a_subscription_that_cannot_begin_is_a_response(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def published(*_: Any) -> AsyncIterator[Book]:
        raise ValueError("secret")

    subscription: Any = SCHEMA.subscription_type
    monkeypatch.setattr(subscription.fields["published"], "subscribe", published)
    request = GraphQLRequest("subscription { published { name } }")
    response = await Engine(SCHEMA, None).begin(request, shelf())
    assert isinstance(response, GraphQLResponse)
    assert b"secret" not in response.body
    assert response.outcome == "fault"


async def test_streams_are_equal_by_the_variables_that_matter_to_an_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def published(*_: Any) -> AsyncIterator[Book]:
        yield Book("new")

    subscription: Any = SCHEMA.subscription_type
    monkeypatch.setattr(subscription.fields["published"], "subscribe", published)
    engine = Engine(SCHEMA, None)
    query = "subscription($l: Int, $m: Int = 1) { published { rated(least: $l) slow(times: $m) } }"
    requests: list[dict[str, int]] = [{"l": 1}, {"l": 1}, {"l": 2}, {}]
    streams = [
        cast("Stream", await engine.begin(GraphQLRequest(query, one), shelf())) for one in requests
    ]
    first, same, other, none = (stream.key for stream in streams)
    assert first == same
    assert len({first, other, none}) == 3
