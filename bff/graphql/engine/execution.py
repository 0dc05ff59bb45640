"""Running an operation: by its compiled plan where there is one, by graphql-core in any case."""

from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Literal, cast

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

from bff.graphql.context import Context
from bff.graphql.engine.documents import Documents, NotAllowedHereError, Operation
from bff.graphql.engine.errors import masked
from bff.graphql.engine.plan.plan import Plan, PlannedOperation
from bff.graphql.engine.plan.runtime import Run
from bff.graphql.engine.plan.sources import Host

ANSWERED_ONCE = frozenset({OperationType.QUERY, OperationType.MUTATION})
ONLY_READING = frozenset({OperationType.QUERY})


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client wants to be run."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class GraphQLResponse:
    """`body`: the response in JSON. `refused`: why the document or its variables were not run.

    `kind` is the operation's, None where there was none to run.
    """

    body: bytes
    errors: tuple[Mapping[str, Any], ...] = ()
    executed: bool = True
    planned: bool = False
    kind: OperationType | None = None

    @property
    def refused(self) -> tuple[Mapping[str, Any], ...]:
        return () if self.executed else self.errors


@dataclass(frozen=True, slots=True)
class Stream:
    """A subscription under way: what happens, and how each of it is shown.

    `key`: of two who follow the same thing and may see the same, both are shown the same under
    the same key. It holds as long as `operation` is kept.
    """

    source: AsyncIterable[Any]
    operation: Operation
    asked: GraphQLRequest
    key: tuple[Any, ...]
    engine: "Engine"

    async def shown(self, happened: Any, context: Context) -> GraphQLResponse:
        """With a context of its own: nothing that was loaded for another event."""
        return await self.engine.event(self.operation, self.asked, context, happened)


class Engine:
    """`host` None: everything by graphql-core.

    An operation is planned when it is asked for once more after `runs_first` times: what never
    comes again costs no more than without plans.
    """

    def __init__(self, schema: GraphQLSchema, host: Host | None, *, runs_first: int = 1) -> None:
        self._schema = schema
        self._host = host
        self._runs_first = runs_first
        self._documents = Documents(schema)

    async def answer(
        self,
        asked: GraphQLRequest,
        context: Context,
        allowed: Iterable[OperationType] = ANSWERED_ONCE,
    ) -> GraphQLResponse:
        """Raises WrongRequestError."""
        operation = self._operation(asked, allowed)
        if isinstance(operation, GraphQLResponse):
            return operation
        return await self._executed(operation, asked, context)

    async def begin(self, asked: GraphQLRequest, context: Context) -> GraphQLResponse | Stream:
        """Any operation. Raises WrongRequestError."""
        operation = self._operation(asked, OperationType)
        if isinstance(operation, GraphQLResponse):
            return operation
        if operation.kind is OperationType.SUBSCRIPTION:
            return await self._stream(operation, asked, context)
        return await self._executed(operation, asked, context)

    async def _stream(
        self, operation: Operation, asked: GraphQLRequest, context: Context
    ) -> GraphQLResponse | Stream:
        """The answer where nothing can be followed."""
        source = await self._source(operation, asked, context)
        if isinstance(source, ExecutionResult):
            return answered(source, operation.kind)
        return Stream(source, operation, asked, _key(operation, asked), self)

    async def event(
        self, operation: Operation, asked: GraphQLRequest, context: Context, happened: Any
    ) -> GraphQLResponse:
        return await self._executed(operation, asked, context, happened)

    def _operation(
        self, asked: GraphQLRequest, allowed: Iterable[OperationType]
    ) -> Operation | GraphQLResponse:
        document = self._documents.read(asked.query)
        if document.ast is None:
            return refused(document.errors)
        try:
            operation = document.operation(asked.operation_name)
        except GraphQLError as error:
            return refused(document.errors or [error])
        if operation.kind not in allowed:
            raise NotAllowedHereError(operation.kind)
        return refused(document.errors) if document.errors else operation

    async def _source(
        self, operation: Operation, asked: GraphQLRequest, context: Context
    ) -> AsyncIterable[Any] | ExecutionResult:
        built = Executor.build(
            self._schema,
            operation.document,
            context_value=context,
            raw_variable_values=cast("dict[str, Any]", asked.variables),
            operation_name=operation.name,
        )
        if isinstance(built, list):
            return ExecutionResult(None, built)
        source = create_source_event_stream(built)
        return await source if isawaitable(source) else cast("AsyncIterable[Any]", source)

    async def _executed(
        self, operation: Operation, asked: GraphQLRequest, context: Context, root: Any = None
    ) -> GraphQLResponse:
        begun = self._begun(operation, asked, context)
        if begun is None:
            return await self._by_core(operation, asked, context, root)
        plan, run = begun
        try:
            body = orjson.dumps({"data": await plan.data(run, root)})
            return GraphQLResponse(body, planned=True, kind=operation.kind)
        except Exception:  # noqa: BLE001 - whatever went wrong, graphql-core says what, and where
            context.renew()
            return await self._by_core(operation, asked, context, root, run.effects)

    def _begun(
        self, operation: Operation, asked: GraphQLRequest, context: Context
    ) -> tuple[Plan, Run] | None:
        """None: graphql-core has to answer."""
        planned = self._planned(operation)
        if planned is None:
            return None
        fields = planned.fields
        try:
            return planned.begin(context, asked.variables)
        except Exception:  # noqa: BLE001 - likewise
            return None
        finally:
            if planned.fields != fields:
                self._documents.weigh(asked.query)

    def _planned(self, operation: Operation) -> PlannedOperation | None:
        if self._host is None:
            return None
        operation.runs += 1
        if operation.planned is None and operation.runs > self._runs_first:
            operation.planned = self._made(operation, self._host)
        return operation.planned or None

    def _made(self, operation: Operation, host: Host) -> PlannedOperation | Literal[False]:
        try:
            return PlannedOperation(self._schema, host, operation.document, operation.node)
        except Exception:  # noqa: BLE001 - likewise
            return False

    async def _by_core(
        self,
        operation: Operation,
        asked: GraphQLRequest,
        context: Context,
        root: Any,
        done: Mapping[str, Any] | None = None,
    ) -> GraphQLResponse:
        result = execute(
            self._schema,
            operation.document,
            root,
            context,
            cast("dict[str, Any]", asked.variables),
            operation.name,
            middleware=MiddlewareManager(Recalled(done)) if done else None,
        )
        return answered(await result if isawaitable(result) else result, operation.kind)


class Recalled:
    """What mutations have come to is not done again, but shown."""

    def __init__(self, done: Mapping[str, Any]) -> None:
        self._done = done

    def resolve(self, proceed: Any, parent: Any, info: Any, **given: Any) -> Any:
        if info.path.prev is not None or info.path.key not in self._done:
            return proceed(parent, info, **given)
        value = self._done[info.path.key]
        if isinstance(value, Exception):
            raise value
        return value


def _key(operation: Operation, asked: GraphQLRequest) -> tuple[Any, ...]:
    given, names = asked.variables or {}, operation.event_variables
    counted = {name: given[name] for name in names if name in given}
    # As a string, for orjson's bytes keep the room that they were written in.
    written = orjson.dumps(counted, option=orjson.OPT_SORT_KEYS).decode() if counted else ""
    return (id(operation), written)


def refused(errors: Iterable[GraphQLError]) -> GraphQLResponse:
    return answered(ExecutionResult(None, list(errors)))


def broken(error: Exception) -> GraphQLResponse:
    """Of a stream that cannot go on: a fault that stands at no field."""
    found = masked(GraphQLError(str(error), original_error=error)).formatted
    return GraphQLResponse(orjson.dumps({"data": None, "errors": [found]}), (found,))


def answered(result: ExecutionResult, kind: OperationType | None = None) -> GraphQLResponse:
    errors = tuple(masked(error).formatted for error in result.errors or ())
    # What was not executed has errors that stand at no field.
    executed = result.data is not None or any("path" in error for error in errors)
    body: dict[str, Any] = {"data": result.data} if executed else {}
    if errors:
        body["errors"] = errors
    told = cast("tuple[Mapping[str, Any], ...]", errors)
    return GraphQLResponse(orjson.dumps(body), told, executed, kind=kind)
