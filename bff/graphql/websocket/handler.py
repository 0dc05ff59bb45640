"""graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md"""

from starlette.types import Receive, Scope, Send

from bff.graphql.http.request_parser import RequestParser
from bff.graphql.server import GraphQLServer
from bff.graphql.subscriptions.hub import Hub
from bff.graphql.websocket import messages
from bff.graphql.websocket.client import Client
from bff.graphql.websocket.connection import ClientConnection
from bff.graphql.websocket.messages import PROTOCOL, Payload
from bff.graphql.websocket.open_sockets import Counts, OpenSockets
from bff.graphql.websocket.origins import Origins
from bff.http.auth import TokenError
from bff.http.headers import headers_of


class WebSocketHandler:
    def __init__(self, server: GraphQLServer, parser: RequestParser) -> None:
        hub = Hub(server.services.db, Payload, server.metrics.count_push)
        self._sockets = OpenSockets(server, parser, hub)
        self._origins = Origins(server.services.settings.allowed_origins)

    @property
    def counts(self) -> Counts:
        return self._sockets.counts

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        connection = await self._connect(scope, send)
        if connection:
            await connection.serve(receive)

    async def _connect(self, scope: Scope, send: Send) -> ClientConnection | None:
        """None where it was refused."""
        headers = headers_of(scope)
        if not self._origins.admit(headers):
            await send({"type": "websocket.close"})
            return None
        protocol = PROTOCOL if PROTOCOL in scope["subprotocols"] else None
        await send({"type": "websocket.accept", "subprotocol": protocol})
        if protocol is None:
            await _close(send, messages.NO_PROTOCOL, "Subprotocol not acceptable")
            return None
        try:
            client = Client(self._sockets.server, scope, headers)
        except TokenError as error:
            await _close(send, messages.FORBIDDEN, str(error))
            return None
        return ClientConnection(self._sockets, client, send)


async def _close(send: Send, code: int, reason: str) -> None:
    await send({"type": "websocket.close", "code": code, "reason": reason})
