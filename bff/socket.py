"""graphql-transport-ws."""

from datetime import timedelta

from starlette.types import Receive, Scope, Send

from bff.edge.shared import Edge

FORBIDDEN = 4403
INIT_TIMEOUT = timedelta(seconds=10)


class Sockets:
    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    async def talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.close", "code": 1013, "reason": "Not yet"})
