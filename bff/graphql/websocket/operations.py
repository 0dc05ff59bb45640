"""A client's active operations over its socket."""

import asyncio
from typing import cast

from starlette.types import Message

from bff.core.faults import is_unavailable
from bff.db.events import EventSource
from bff.graphql.engine.documents import OperationError
from bff.graphql.engine.engine import GraphQLRequest, Stream
from bff.graphql.engine.response import GraphQLResponse, Outcome, fault_response
from bff.graphql.metrics import WEBSOCKET
from bff.graphql.subscriptions.channel import Channel
from bff.graphql.websocket import messages
from bff.graphql.websocket.client import Client
from bff.graphql.websocket.messages import Payload
from bff.graphql.websocket.open_sockets import OpenSockets
from bff.graphql.websocket.send_queue import SendQueue


class Operations:
    """Each has a task; a subscription only until it is in its channel."""

    __slots__ = ("_active", "_client", "_queue", "_sockets")

    def __init__(self, sockets: OpenSockets, client: Client, queue: SendQueue) -> None:
        self._sockets = sockets
        self._client = client
        self._queue = queue
        self._active: dict[str, ActiveOperation] = {}

    def __contains__(self, operation_id: str) -> bool:
        return operation_id in self._active

    def __len__(self) -> int:
        return len(self._active)

    def begin(self, operation_id: str, request: GraphQLRequest) -> None:
        self._active[operation_id] = asyncio.create_task(self._run(operation_id, request))

    def complete(self, operation_id: str) -> asyncio.Task[None] | None:
        """The client wants no more of it. Its task, cancelled, where it has one."""
        operation = self._active.pop(operation_id, None)
        if isinstance(operation, SocketSubscriber):
            self._sockets.leave(operation)
            return None
        if operation:
            operation.cancel()
        return operation

    def drop(self) -> list[asyncio.Task[None]]:
        """All of them."""
        tasks = [self.complete(operation_id) for operation_id in tuple(self._active)]
        return [task for task in tasks if task]

    def send(self, frame: Message) -> None:
        if not self._queue.push(frame):
            self._sockets.counts.dropped_as_slow += 1
            self._queue.close(messages.TOO_SLOW, "Too slow: come back with your last cursor")
            self.drop()

    def push(self, frame: Message) -> None:
        """An event."""
        self._sockets.counts.events_pushed += 1
        self.send(frame)

    async def room(self, operation_id: str) -> None:
        """Raises CancelledError where the operation was given up meanwhile."""
        await self._queue.room()
        if not self._is_current(operation_id):
            raise asyncio.CancelledError

    def finish(self, operation_id: str, operation: "ActiveOperation", *last: Message) -> None:
        """It has ended by itself, unless it was given up before."""
        if self._active.get(operation_id) is not operation:
            return
        del self._active[operation_id]
        if isinstance(operation, SocketSubscriber):
            self._sockets.leave(operation)
        for frame in last:
            self.send(frame)

    async def _run(self, operation_id: str, request: GraphQLRequest) -> None:
        server = self._sockets.server
        try:
            await self.room(operation_id)  # or responses gather that nobody reads
            result = await server.begin(WEBSOCKET, request, self._client.context())
            if isinstance(result, Stream):
                await self._follow(operation_id, result)
            else:
                await self._respond(operation_id, result)
        except OperationError as error:
            server.metrics.count_failure(WEBSOCKET, "refused")
            self._finish(operation_id, messages.error(operation_id, [{"message": str(error)}]))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is masked
            outcome: Outcome = "unavailable" if is_unavailable(error) else "fault"
            server.metrics.count_failure(WEBSOCKET, outcome)
            self._finish(operation_id, *_last(operation_id, Payload(fault_response(error))))

    async def _respond(self, operation_id: str, response: GraphQLResponse) -> None:
        await self.room(operation_id)
        if response.executed:
            self._finish(operation_id, *_last(operation_id, Payload(response)))
        else:
            self._finish(operation_id, messages.error(operation_id, response.errors))

    async def _follow(self, operation_id: str, stream: Stream) -> None:
        after = cast("EventSource", stream.source).after
        subscriber = SocketSubscriber(self, operation_id, after)
        await self._sockets.follow(stream, self._client.audience(), subscriber)
        if self._is_current(operation_id):
            self._active[operation_id] = subscriber
        else:
            self._sockets.leave(subscriber)

    def _finish(self, operation_id: str, *last: Message) -> None:
        if self._is_current(operation_id):
            self.finish(operation_id, self._active[operation_id], *last)

    def _is_current(self, operation_id: str) -> bool:
        """Whether this task still runs it. A cancelled one may go on: a task group that fails in
        the same moment forgets that it was cancelled, and by now another may go by the id."""
        return self._active.get(operation_id) is asyncio.current_task()


class SocketSubscriber:
    """One subscription, as its channel sees it."""

    __slots__ = ("_id", "_operations", "channel", "cursor")

    channel: Channel[Payload]

    def __init__(self, operations: Operations, operation_id: str, cursor: int) -> None:
        self._operations = operations
        self._id = operation_id
        self.cursor = cursor

    def push(self, payload: Payload) -> None:
        self._operations.push(payload.next(self._id))

    async def deliver(self, payload: Payload) -> None:
        await self._operations.room(self._id)
        self.push(payload)

    def end(self, payload: Payload) -> None:
        self._operations.finish(self._id, self, *_last(self._id, payload))


ActiveOperation = asyncio.Task[None] | SocketSubscriber


def _last(operation_id: str, payload: Payload) -> tuple[Message, Message]:
    return payload.next(operation_id), messages.complete(operation_id)
