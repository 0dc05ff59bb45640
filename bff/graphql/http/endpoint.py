"""GraphQL over HTTP, straight on ASGI."""

from collections.abc import Callable
from http.client import INTERNAL_SERVER_ERROR
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from bff.graphql.context import Context
from bff.graphql.engine.execution import ONLY_READING
from bff.graphql.http.etag import kept
from bff.graphql.http.request_parser import read_json
from bff.graphql.http.responses import JSON, HttpResponse, problem, reply_of, type_of
from bff.graphql.metrics import HTTP
from bff.graphql.server import GraphQLServer, Headers, headers_of, text_of
from bff.http.auth import bearer
from bff.http.bodies import read_body
from bff.http.errors import RequestError
from bff.locale.language import negotiate

Explorer = Callable[[], HTMLResponse]
MAX_PARAMETERS = 20
IDENTITY = b"identity"
ASKING = frozenset({"query", "extensions", "documentId"})
OBJECTS = frozenset({"variables", "extensions"})
KNOWN = ASKING | OBJECTS | {"operationName"}


class Sockets(Protocol):
    async def talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All of one websocket, from its handshake to its end."""


class Endpoint:
    """`/graphql` over HTTP; `sockets` take websockets, `explorer` makes GraphiQL's page."""

    def __init__(self, server: GraphQLServer, sockets: Sockets, explorer: Explorer | None) -> None:
        self._server = server
        self._sockets = sockets
        self._explorer = explorer
        self._most_bytes = server.services.settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets.talk(scope, receive, send)
            return
        headers = headers_of(scope)
        try:
            reply = await self._reply(scope, headers, receive)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it is masked
            reply = problem(error, scope["path"], headers.get(b"accept"))
            self._server.metrics.failed(HTTP, fault=reply.status == INTERNAL_SERVER_ERROR)
        await reply.send(send)

    async def _reply(self, scope: Scope, headers: Headers, receive: Receive) -> HttpResponse:
        match scope["method"]:
            case "POST":
                kind = type_of(headers.get(b"accept"))
                context = self._context(scope, headers)
                payload = await self._posted(headers, receive)
                answer = await self._server.answer(HTTP, self._server.parser.read(payload), context)
                return reply_of(answer, kind)
            case "GET" | "HEAD":  # whose body the server leaves out
                return await self._got(scope, headers)
        raise RequestError("GraphQL is asked by GET or POST", status=405)

    async def _got(self, scope: Scope, headers: Headers) -> HttpResponse:
        parameters = _parameters(scope["query_string"])
        if not ASKING & parameters.keys() and b"text/html" in headers.get(b"accept", b""):
            return self._page()
        kind = type_of(headers.get(b"accept"))
        context = self._context(scope, headers)
        asked = self._server.parser.read(_payload(parameters))
        answer = await self._server.answer(HTTP, asked, context, ONLY_READING)
        return kept(reply_of(answer, kind), answer, headers.get(b"if-none-match"))

    async def _posted(self, headers: Headers, receive: Receive) -> object:
        kind = headers.get(b"content-type", b"")
        if kind != JSON and kind.partition(b";")[0].strip().lower() != JSON:
            raise RequestError(f"Content-Type must be {JSON.decode()}", status=415)
        if headers.get(b"content-encoding", IDENTITY).lower() != IDENTITY:
            raise RequestError("Content-Encoding must be identity", status=415)
        return read_json(await read_body(receive, self._most_bytes), "The body")

    def _context(self, scope: Scope, headers: Headers) -> Context:
        """Raises TokenError for a token that is shown and not good."""
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
    """Those that are known, but for optional ones that are empty. Raises RequestError."""
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
        if name in KNOWN and (value or name == "query"):
            parameters[name] = value
    return parameters


def _payload(parameters: dict[str, str]) -> dict[str, Any]:
    """As a body would have it: objects are JSON in the URL. Raises RequestError."""
    payload: dict[str, Any] = dict(parameters)
    for name in OBJECTS & parameters.keys():
        payload[name] = read_json(parameters[name], name)
    return payload
