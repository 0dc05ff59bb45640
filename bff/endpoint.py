"""The GraphQL view: who asks, how much they may send, and how mistakes are told."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.parse_content_type import parse_content_type
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.execution import ExecutionResult
from strawberry.types.unset import UNSET, UnsetType

from bff.auth import TokenError, Tokens, bearer
from bff.context import Context
from bff.evidence.links import Links, Signer, base_of
from bff.faults import CODE as FAULT
from bff.faults import log_fault
from bff.locale.language import negotiate
from bff.schema import schema
from bff.services import Services
from bff.socket import FORBIDDEN, INIT_TIMEOUT, Socket

Explorer = Callable[[], HTMLResponse]

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"


class Answer(Response):
    """`executed`: whether the document was good enough to be run."""

    executed = True


class Endpoint(GraphQL[Context, None]):
    """`/graphql` over HTTP and graphql-transport-ws; `explorer` makes GraphiQL's page."""

    graphql_transport_ws_handler_class = Socket

    def __init__(self, services: Services, tokens: Tokens, explorer: Explorer | None) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if explorer else None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=INIT_TIMEOUT,
            max_subscriptions_per_connection=services.settings.max_subscriptions,
            allowed_origins=services.settings.allowed_origins,
        )
        self._services = services
        self._tokens = tokens
        self._signer = Signer(services.settings.token_secret)
        self._explorer = explorer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._talk(scope, receive, send)
            return
        most = self._services.settings.max_body_bytes
        request = Request(scope, _limited(receive, most))
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except TokenError as error:
            await send({"type": "websocket.close", "code": FORBIDDEN, "reason": str(error)})

    async def _answer(self, request: Request) -> Response:
        try:
            return _negotiated(request, await self.run(request))
        except TokenError as error:
            response = _problem(401, str(error), "UNAUTHENTICATED")
            response.headers["www-authenticate"] = 'Bearer error="invalid_token"'
            return response
        except HTTPException as error:
            response = _problem(error.status_code, error.reason, "BAD_REQUEST")
            if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                response.headers["allow"] = "GET, POST"
            return response
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it is masked
            fault_id = log_fault(error, path=request.url.path)
            return _problem(
                500, f"Something went wrong here. Fault {fault_id}.", FAULT, id=fault_id
            )

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        """Raises TokenError for a token that is shown and not good."""
        language = negotiate(request.headers.get("accept-language"))
        token = bearer(request.headers.get("authorization"))
        shopper_id = self._tokens.shopper_of(token) if token else None
        services = self._services
        base = base_of(services.settings.public_base, str(request.base_url))
        links = Links(self._signer, base)
        return Context(services.db, services.book, links, shopper_id, language, token=token)

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """The init payload may carry `Authorization` (or `token`) and `Accept-Language`."""
        payload = {key.lower(): value for key, value in (context.connection_params or {}).items()}
        try:
            shown = _text(payload, "token") or bearer(_text(payload, "authorization"))
            context.token = shown or context.token
            if context.token is None:
                raise ConnectionRejectionError
            context.shopper_id = self._tokens.shopper_of(context.token)
        except TokenError as error:
            raise ConnectionRejectionError from error
        if language := _text(payload, "accept-language") or _text(payload, "acceptlanguage"):
            context.language = negotiate(language)
        return cast("UnsetType", UNSET)

    async def outlived(self, context: Context) -> str:
        """Returns once the shopper's token is not good any more: why."""
        return await self._tokens.outlived(context.token or "")

    async def render_graphql_ide(self, request: Request) -> Response:
        return self._explorer() if self._explorer else Response(status_code=404)

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        kind, _ = parse_content_type(request.content_type or "")
        if request.method == "POST" and kind != JSON:
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type must be {JSON}")
        return await super().parse_http_body(request)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def parse_json(self, data: str | bytes) -> Any:
        parsed = super().parse_json(data)
        if not isinstance(parsed, dict):
            raise HTTPException(400, "The body and its variables must be JSON objects")
        if not isinstance(parsed.get("operationName"), str | None):
            raise HTTPException(400, "operationName must be a string")
        return parsed

    def encode_json(self, data: object) -> str:
        # A string: bytes would leave the websocket as binary frames.
        return orjson.dumps(data).decode()

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        answer = await super().process_result(request, result)
        if not _was_executed(result):
            del answer["data"]
        return answer

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        answer = Answer(self.encode_json(response_data), media_type=JSON)
        answer.executed = "data" in response_data
        return answer


def _was_executed(result: ExecutionResult) -> bool:
    """Not where the document or its variables were refused: such errors are of no field."""
    return result.data is not None or any(error.path for error in result.errors or ())


def _negotiated(request: Request, response: Response) -> Response:
    """By GraphQL over HTTP: what was not executed is a 400, for those who ask for the new type."""
    if isinstance(response, Answer) and GRAPHQL_JSON in request.headers.get("accept", ""):
        response.headers["content-type"] = f"{GRAPHQL_JSON}; charset=utf-8"
        response.status_code = 200 if response.executed else 400
    return response


def _problem(status: int, message: str, code: str, **facts: str) -> Response:
    body = {"errors": [{"message": message, "extensions": {"code": code, **facts}}]}
    return Response(orjson.dumps(body), status, media_type=JSON)


def _text(payload: Mapping[str, object], name: str) -> str | None:
    value = payload.get(name)
    return value if isinstance(value, str) else None


def _limited(receive: Receive, most: int) -> Receive:
    """Raises HTTPException 413 for a body that goes on beyond `most` bytes."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413, f"The body is too large: at most {most} bytes")
        return message

    return counted
