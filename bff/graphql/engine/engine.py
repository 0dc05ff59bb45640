"""Executes an operation: by its compiled plan where it has one, by graphql-core in any case."""

from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Protocol, cast

import orjson
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLSchema,
    MiddlewareManager,
    OperationType,
    create_source_event_stream,
    execute,
)

from bff.core.faults import is_unavailable
from bff.graphql.engine.documents import Documents, Operation, OperationNotAllowedError
from bff.graphql.engine.plan.plan import Plan, PlannedOperation
from bff.graphql.engine.plan.runtime import Run
from bff.graphql.engine.plan.sources import Host
from bff.graphql.engine.response import (
    GraphQLResponse,
    fault_response,
    invalid_response,
    response_of,
)

WITH_ONE_RESPONSE = frozenset({OperationType.QUERY, OperationType.MUTATION})
READ_ONLY = frozenset({OperationType.QUERY})


class RenewableContext(Protocol):
    """What resolvers get as their context."""

    def renew(self) -> None:
        """Forget what was loaded: the operation is executed again."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """A subscription that has begun: its events come from `source`.

    `key`: two subscriptions with equal sources, keys and audiences have equal responses. It holds
    as long as `operation` is kept.
    """

    source: AsyncIterable[Any]
    operation: Operation
    request: GraphQLRequest
    key: tuple[Any, ...]
    engine: "Engine"

    async def response(self, event: Any, context: RenewableContext) -> GraphQLResponse:
        """To one event, in a context of its own: nothing that was loaded for another event."""
        return await self.engine.execute_event(self.operation, self.request, context, event)


class Engine:
    """`host` None: graphql-core executes everything.

    An operation is planned when it comes again after `runs_first` times: what never comes again
    costs no more than without plans.
    """

    def __init__(self, schema: GraphQLSchema, host: Host | None, *, runs_first: int = 1) -> None:
        self._schema = schema
        self._host = host
        self._runs_first = runs_first
        self._documents = Documents(schema)

    async def execute(
        self,
        request: GraphQLRequest,
        context: RenewableContext,
        allowed: Iterable[OperationType] = WITH_ONE_RESPONSE,
    ) -> GraphQLResponse:
        """Raises OperationError."""
        operation = self._operation(request, allowed)
        if isinstance(operation, GraphQLResponse):
            return operation
        return await self._run(operation, request, context)

    async def begin(
        self, request: GraphQLRequest, context: RenewableContext
    ) -> GraphQLResponse | Stream:
        """An operation of any kind. Raises OperationError."""
        operation = self._operation(request, OperationType)
        if isinstance(operation, GraphQLResponse):
            return operation
        if operation.kind is not OperationType.SUBSCRIPTION:
            return await self._run(operation, request, context)
        source = await self._source(operation, request, context)
        if isinstance(source, ExecutionResult):
            return response_of(source, operation.kind, operation.name)
        return Stream(source, operation, request, _stream_key(operation, request), self)

    async def execute_event(
        self, operation: Operation, request: GraphQLRequest, context: RenewableContext, event: Any
    ) -> GraphQLResponse:
        return await self._run(operation, request, context, event)

    def _operation(
        self, request: GraphQLRequest, allowed: Iterable[OperationType]
    ) -> Operation | GraphQLResponse:
        """A response where the document or the name of the operation stands against it."""
        document = self._documents.read(request.query)
        if document.ast is None:
            return invalid_response(document.errors)
        try:
            operation = document.operation(request.operation_name)
        except GraphQLError as error:
            return invalid_response(document.errors or [error])
        if operation.kind not in allowed:
            raise OperationNotAllowedError(operation.kind)
        return invalid_response(document.errors) if document.errors else operation

    async def _source(
        self, operation: Operation, request: GraphQLRequest, context: RenewableContext
    ) -> AsyncIterable[Any] | ExecutionResult:
        executor = Executor.build(
            self._schema,
            operation.document,
            context_value=context,
            raw_variable_values=cast("dict[str, Any]", request.variables),
            operation_name=operation.name,
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        source = create_source_event_stream(executor)
        return await source if isawaitable(source) else cast("AsyncIterable[Any]", source)

    async def _run(
        self,
        operation: Operation,
        request: GraphQLRequest,
        context: RenewableContext,
        root: Any = None,
    ) -> GraphQLResponse:
        effects: Mapping[str, Any] = {}
        if planned := self._planned(operation, request, context):
            plan, run = planned
            try:
                body = orjson.dumps({"data": await plan.data(run, root)})
                return GraphQLResponse(body, planned=True, kind=operation.kind, name=operation.name)
            except Exception as error:  # noqa: BLE001 - whatever it is, graphql-core says what, and where
                if operation.kind is OperationType.QUERY and is_unavailable(error):
                    return fault_response(error, operation.kind, operation.name)
                context.renew()
                effects = run.effects
        result = execute(
            self._schema,
            operation.document,
            root,
            context,
            cast("dict[str, Any]", request.variables),
            operation.name,
            middleware=MiddlewareManager(RecalledEffects(effects)) if effects else None,
        )
        result = await result if isawaitable(result) else result
        return response_of(result, operation.kind, operation.name)

    def _planned(
        self, operation: Operation, request: GraphQLRequest, context: RenewableContext
    ) -> tuple[Plan, Run] | None:
        """None: graphql-core has to execute it."""
        if self._host is None:
            return None
        operation.runs += 1
        if operation.planned is None and operation.runs > self._runs_first:
            self._plan(operation, self._host)
        planned = operation.planned
        if not planned:
            return None
        fields = planned.fields
        try:
            return planned.begin(context, request.variables)
        except Exception:  # noqa: BLE001 - likewise
            return None
        finally:
            if planned.fields != fields:
                self._documents.weigh(request.query)

    def _plan(self, operation: Operation, host: Host) -> None:
        try:
            operation.planned = PlannedOperation(
                self._schema, host, operation.document, operation.node
            )
        except Exception:  # noqa: BLE001 - likewise
            operation.planned = False


class RecalledEffects:
    """Middleware for graphql-core: a mutation that is done has its value, or raises again."""

    def __init__(self, effects: Mapping[str, Any]) -> None:
        self._effects = effects

    def resolve(self, resolver: Any, parent: Any, info: Any, **arguments: Any) -> Any:
        if info.path.prev is not None or info.path.key not in self._effects:
            return resolver(parent, info, **arguments)
        value = self._effects[info.path.key]
        if isinstance(value, Exception):
            raise value
        return value


def _stream_key(operation: Operation, request: GraphQLRequest) -> tuple[Any, ...]:
    variables = request.variables or {}
    values = {name: variables[name] for name in operation.event_variables if name in variables}
    # As a string: orjson's bytes keep the whole buffer that they were written in.
    text = orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode() if values else ""
    return (id(operation), text)
