"""What a client has asked for over its socket and is under way, each on its own."""

import asyncio
from typing import cast

from starlette.types import Message

from bff.db.events import EventSource
from bff.graphql.engine.documents import WrongRequestError
from bff.graphql.engine.execution import GraphQLRequest, GraphQLResponse, Stream, broken
from bff.graphql.metrics import WEBSOCKET
from bff.graphql.subscriptions.channel import Channel
from bff.graphql.websocket import messages
from bff.graphql.websocket.client import Client
from bff.graphql.websocket.messages import Payload
from bff.graphql.websocket.open_sockets import OpenSockets
from bff.graphql.websocket.send_queue import SendQueue


class Operations:
    """A task each, except for subscriptions that are under way: those only have a channel."""

    __slots__ = ("_client", "_out", "_sockets", "_under_way")

    def __init__(self, sockets: OpenSockets, client: Client, out: SendQueue) -> None:
        self._sockets = sockets
        self._client = client
        self._out = out
        self._under_way: dict[str, UnderWay] = {}

    def __contains__(self, operation_id: str) -> bool:
        return operation_id in self._under_way

    def __len__(self) -> int:
        return len(self._under_way)

    def begin(self, operation_id: str, asked: GraphQLRequest) -> None:
        self._under_way[operation_id] = asyncio.create_task(self._run(operation_id, asked))

    def complete(self, operation_id: str) -> asyncio.Task[None] | None:
        """The client wants no more of it. What is cancelled, where it has a task."""
        ended = self._under_way.pop(operation_id, None)
        if isinstance(ended, SocketSubscriber):
            self._sockets.leave(ended)
            return None
        if ended:
            ended.cancel()
        return ended

    def drop(self) -> list[asyncio.Task[None]]:
        """All of them."""
        ended = [self.complete(one) for one in tuple(self._under_way)]
        return [one for one in ended if one]

    def send(self, frame: Message) -> None:
        if not self._out.push(frame):
            self._sockets.counts.dropped_as_slow += 1
            self._out.close(messages.TOO_SLOW, "Too slow: come back with your last cursor")
            self.drop()

    def push(self, frame: Message) -> None:
        """An event."""
        self._sockets.counts.events_pushed += 1
        self.send(frame)

    async def room(self, operation_id: str) -> None:
        """Raises CancelledError where it was given up meanwhile."""
        await self._out.room()
        if not self._is_mine(operation_id):
            raise asyncio.CancelledError

    def finish(self, operation_id: str, ended: "UnderWay", *last: Message) -> None:
        """It has come to its end by itself, unless it was given up before."""
        if self._under_way.get(operation_id) is not ended:
            return
        del self._under_way[operation_id]
        if isinstance(ended, SocketSubscriber):
            self._sockets.leave(ended)
        for frame in last:
            self.send(frame)

    async def _run(self, operation_id: str, asked: GraphQLRequest) -> None:
        try:
            await self.room(operation_id)  # or answers gather that nobody reads
            begun = await self._sockets.server.begin(WEBSOCKET, asked, self._client.context())
            if isinstance(begun, Stream):
                await self._follow(operation_id, begun)
            else:
                await self._answer(operation_id, begun)
        except WrongRequestError as error:
            self._sockets.server.metrics.failed(WEBSOCKET, fault=False)
            self._finish(operation_id, messages.error(operation_id, [{"message": str(error)}]))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is masked
            self._sockets.server.metrics.failed(WEBSOCKET, fault=True)
            self._finish(operation_id, *_last(operation_id, Payload(broken(error))))

    async def _answer(self, operation_id: str, answer: GraphQLResponse) -> None:
        await self.room(operation_id)
        if answer.refused:
            self._finish(operation_id, messages.error(operation_id, answer.refused))
        else:
            self._finish(operation_id, *_last(operation_id, Payload(answer)))

    async def _follow(self, operation_id: str, stream: Stream) -> None:
        after = cast("EventSource", stream.source).after
        subscriber = SocketSubscriber(self, operation_id, after)
        await self._sockets.follow(stream, self._client.audience(), subscriber)
        if self._is_mine(operation_id):
            self._under_way[operation_id] = subscriber
        else:
            self._sockets.leave(subscriber)

    def _finish(self, operation_id: str, *last: Message) -> None:
        if self._is_mine(operation_id):
            self.finish(operation_id, self._under_way[operation_id], *last)

    def _is_mine(self, operation_id: str) -> bool:
        """Whether this task still runs it. A cancelled one may go on: a task group that fails in
        the same moment forgets that it was cancelled, and by now another may go by the id."""
        return self._under_way.get(operation_id) is asyncio.current_task()


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


UnderWay = asyncio.Task[None] | SocketSubscriber


def _last(operation_id: str, payload: Payload) -> tuple[Message, Message]:
    return payload.next(operation_id), messages.complete(operation_id)
