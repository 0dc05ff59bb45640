"""What HTTP and the websocket share: who asks, what is asked, and what runs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Scope

from bff.domain.evidence.links import Links, Signer, base_of
from bff.graphql.context import Context
from bff.graphql.engine.execution import (
    ANSWERED_ONCE,
    Engine,
    GraphQLRequest,
    GraphQLResponse,
    Stream,
)
from bff.graphql.http.request_parser import RequestParser
from bff.graphql.metrics import Metrics, Transport
from bff.http.auth import Tokens
from bff.locale.language import Language
from bff.services import Services

Headers = Mapping[bytes, bytes]


@dataclass(frozen=True)
class GraphQLServer:
    """`signer` signs links to photos."""

    services: Services
    tokens: Tokens
    signer: Signer
    engine: Engine
    parser: RequestParser
    metrics: Metrics

    async def answer(
        self,
        transport: Transport,
        asked: GraphQLRequest,
        context: Context,
        allowed: Iterable[OperationType] = ANSWERED_ONCE,
    ) -> GraphQLResponse:
        """Counted and timed. Raises WrongRequestError."""
        started = perf_counter()
        answer = await self.engine.answer(asked, context, allowed)
        self.metrics.answered(transport, answer, perf_counter() - started)
        return answer

    async def begin(
        self, transport: Transport, asked: GraphQLRequest, context: Context
    ) -> GraphQLResponse | Stream:
        """Likewise, where there may be more to come."""
        started = perf_counter()
        begun = await self.engine.begin(asked, context)
        seconds = perf_counter() - started
        if isinstance(begun, GraphQLResponse):
            self.metrics.answered(transport, begun, seconds)
        else:
            self.metrics.followed(transport, seconds)
        return begun

    def context(self, scope: Scope, shopper_id: str | None, language: Language) -> Context:
        """For one operation or one event. `scope`: the connection that it came by."""
        services = self.services
        return Context(services.db, partial(self._links, scope), shopper_id, language)

    def base(self, scope: Scope) -> str:
        """What links begin with."""
        public = self.services.settings.public_base
        return base_of(public, str(HTTPConnection(scope).base_url))

    def _links(self, scope: Scope) -> Links:
        return Links(self.signer, self.base(scope))


def headers_of(scope: Scope) -> Headers:
    """By their names in lower case; of those that come more than once, one list of their values.

    So RFC 9110 (5.2) has it, for what is a list; what is none is then good for nothing.
    """
    raw: list[tuple[bytes, bytes]] = scope["headers"]
    found = dict(raw)
    return found if len(found) == len(raw) else _joined(raw)


def _joined(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    found: dict[bytes, bytes] = {}
    for name, value in raw:
        found[name] = b"%b, %b" % (found[name], value) if name in found else value
    return found


def text_of(headers: Headers, name: bytes) -> str | None:
    value: Any = headers.get(name)
    return None if value is None else value.decode("latin-1")
