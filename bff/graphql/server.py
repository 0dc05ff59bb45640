"""What HTTP and the websocket share: the engine, the shopper's context, and the metrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Scope

from bff.core import spans
from bff.domain.evidence.links import Links, Signer, base_of
from bff.graphql.context import Context
from bff.graphql.engine.engine import WITH_ONE_RESPONSE, Engine, GraphQLRequest, Stream
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.metrics import Metrics, Transport
from bff.graphql.operation_spans import traced_operation
from bff.http.auth import Tokens
from bff.http.request_ids import SHOPPER
from bff.locale.language import Language
from bff.services import Services


@dataclass(frozen=True)
class GraphQLServer:
    """`signer` signs links to photos."""

    services: Services
    tokens: Tokens
    signer: Signer
    engine: Engine
    metrics: Metrics

    async def execute(
        self,
        transport: Transport,
        request: GraphQLRequest,
        context: Context,
        allowed: Iterable[OperationType] = WITH_ONE_RESPONSE,
    ) -> GraphQLResponse:
        """Counted and timed. Raises OperationError."""
        started = perf_counter()
        running = self.engine.execute(request, context, allowed)
        if spans.tracer is not None:
            running = traced_operation(spans.tracer, transport, running)
        response = await running
        self.metrics.count_response(transport, response, perf_counter() - started)
        return response

    async def begin(
        self, transport: Transport, request: GraphQLRequest, context: Context
    ) -> GraphQLResponse | Stream:
        """An operation of any kind, counted and timed. Raises OperationError."""
        started = perf_counter()
        beginning = self.engine.begin(request, context)
        if spans.tracer is not None:
            beginning = traced_operation(spans.tracer, transport, beginning)
        result = await beginning
        seconds = perf_counter() - started
        if isinstance(result, GraphQLResponse):
            self.metrics.count_response(transport, result, seconds)
        else:
            self.metrics.count_subscription(transport, seconds)
        return result

    def context(self, scope: Scope, shopper_id: str | None, language: Language) -> Context:
        """For one operation or one event. `scope`: the connection that it came by."""
        services = self.services
        scope[SHOPPER] = shopper_id
        return Context(
            services.db,
            partial(self._links, scope),
            shopper_id,
            language,
            self.metrics.count_refusal,
        )

    def base(self, scope: Scope) -> str:
        """What links begin with."""
        public = self.services.settings.public_base
        return base_of(public, str(HTTPConnection(scope).base_url))

    def _links(self, scope: Scope) -> Links:
        return Links(self.signer, self.base(scope))
