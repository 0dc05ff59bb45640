"""The ASGI application, and the routes that are neither GraphQL's nor a partner's."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from bff.core import spans
from bff.http.request_ids import current_scope
from bff.http.request_spans import traced_request


class Application(Starlette):
    """One path goes straight to its endpoint: looking through the routes takes longer than all
    that the endpoint does itself."""

    def __init__(
        self,
        path: str,
        endpoint: ASGIApp,
        routes: list[BaseRoute],
        lifespan: Lifespan["Application"],
    ) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self._path = path
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            current_scope.set(scope)
        if spans.tracer is not None and scope["type"] == "http":
            await traced_request(spans.tracer, self._serve, scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == self._path:
            await self._endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def root_route(path: str, *, explorer: bool) -> Route:
    """`/` leads to GraphiQL where there is one, and says where the API is where there is none."""

    async def answer(_request: Request) -> Response:
        if explorer:
            return RedirectResponse(path)
        return PlainTextResponse(f"There is no page here: the API is at {path}.\n", 404)

    return Route("/", answer)
