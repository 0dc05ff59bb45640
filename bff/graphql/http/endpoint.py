"""GraphQL over HTTP, straight on ASGI."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from bff.graphql.context import Context
from bff.graphql.engine.engine import READ_ONLY
from bff.graphql.engine.response import Outcome
from bff.graphql.http.etag import with_etag
from bff.graphql.http.request_parser import RequestParser, parse_json
from bff.graphql.http.responses import (
    JSON,
    HttpResponse,
    content_type,
    failure_response,
    http_response,
)
from bff.graphql.metrics import HTTP
from bff.graphql.server import GraphQLServer
from bff.http.auth import bearer
from bff.http.bodies import read_body
from bff.http.errors import RequestError
from bff.http.headers import Headers, headers_of, text_of
from bff.locale.language import negotiate

Explorer = Callable[[], HTMLResponse]
OUTCOMES_BY_STATUS: Mapping[int, Outcome] = {500: "fault", 503: "unavailable"}
MAX_PARAMETERS = 20
IDENTITY = b"identity"
DOCUMENTS = frozenset({"query", "extensions", "documentId"})
OBJECTS = frozenset({"variables", "extensions"})
PARAMETERS = DOCUMENTS | OBJECTS | {"operationName"}


class Sockets(Protocol):
    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One websocket, from its handshake to its end."""


class Endpoint:
    """`/graphql` over HTTP; `sockets` serve its websockets, `explorer` makes GraphiQL's page."""

    def __init__(
        self,
        server: GraphQLServer,
        parser: RequestParser,
        sockets: Sockets,
        explorer: Explorer | None,
    ) -> None:
        self._server = server
        self._parser = parser
        self._sockets = sockets
        self._explorer = explorer
        self._max_body_bytes = server.services.settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets.serve(scope, receive, send)
            return
        headers = headers_of(scope)
        try:
            response = await self._respond(scope, headers, receive)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it is masked
            response = failure_response(error, scope["path"], headers.get(b"accept"))
            outcome = OUTCOMES_BY_STATUS.get(response.status, "refused")
            self._server.metrics.count_failure(HTTP, outcome)
        await response.send(send)

    async def _respond(self, scope: Scope, headers: Headers, receive: Receive) -> HttpResponse:
        match scope["method"]:
            case "POST":
                kind = content_type(headers.get(b"accept"))
                context = self._context(scope, headers)
                request = await self._parser.parse(await self._body(headers, receive))
                return http_response(await self._server.execute(HTTP, request, context), kind)
            case "GET" | "HEAD":  # whose body the server leaves out
                return await self._get(scope, headers)
        raise RequestError("GraphQL is asked by GET or POST", status=405)

    async def _get(self, scope: Scope, headers: Headers) -> HttpResponse:
        parameters = _parameters(scope["query_string"])
        if not DOCUMENTS & parameters.keys() and b"text/html" in headers.get(b"accept", b""):
            return self._page()
        kind = content_type(headers.get(b"accept"))
        context = self._context(scope, headers)
        payload: dict[str, Any] = dict(parameters)
        for name in OBJECTS & parameters.keys():
            payload[name] = parse_json(parameters[name], name)
        request = await self._parser.parse(payload)
        result = await self._server.execute(HTTP, request, context, READ_ONLY)
        response = http_response(result, kind)
        return with_etag(response, headers.get(b"if-none-match"), cacheable=not result.errors)

    async def _body(self, headers: Headers, receive: Receive) -> object:
        kind = headers.get(b"content-type", b"")
        if kind != JSON and kind.partition(b";")[0].strip().lower() != JSON:
            raise RequestError(f"Content-Type must be {JSON.decode()}", status=415)
        if headers.get(b"content-encoding", IDENTITY).lower() != IDENTITY:
            raise RequestError("Content-Encoding must be identity", status=415)
        return parse_json(await read_body(receive, self._max_body_bytes), "The body")

    def _context(self, scope: Scope, headers: Headers) -> Context:
        """Raises TokenError for a token that is not valid."""
        token = bearer(text_of(headers, b"authorization"))
        shopper_id = self._server.tokens.shopper_of(token) if token else None
        language = negotiate(text_of(headers, b"accept-language"))
        return self._server.context(scope, shopper_id, language)

    def _page(self) -> HttpResponse:
        if self._explorer is None:
            raise RequestError("There is no page here", code="NOT_FOUND", status=404)
        page = self._explorer()
        headers = [one for one in page.raw_headers if one[0] != b"content-length"]
        return HttpResponse(bytes(page.body), headers, page.status_code)


def _parameters(query_string: bytes) -> dict[str, str]:
    """Those of GraphQL; an empty one is left out, except `query`. Raises RequestError."""
    try:
        pairs = parse_qsl(
            query_string.decode("latin-1"),
            keep_blank_values=True,
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError as error:
        raise RequestError("There are too many parameters") from error
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            raise RequestError(f"{name} is given more than once")
        if name in PARAMETERS and (value or name == "query"):
            parameters[name] = value
    return parameters
