"""Requests as they come in: read no further than their heads may be long, and no longer."""

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 65_536
# A photo may take a minute to come, and another to be read to its end where it is refused.
MAX_REQUEST_S = 150.0
TOO_LARGE = b"431 Request Header Fields Too Large"
UNREADABLE = b"400 Bad Request"
TOO_SLOW = b"408 Request Timeout"


class BoundedRequests(HttpToolsProtocol):
    """uvicorn's own keeps whatever URL, headers and trailers come, and waits for more of them."""

    _idle_bytes = 0  # since the request last began, brought some of its body or ended
    _timer: TimerHandle | None = None  # while a request is waited for, or for its end

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > MAX_HEAD_BYTES:
            self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        self._idle_bytes = 0
        if self._timer is None:
            self._wait()
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._idle_bytes = 0
        self._wait_no_more()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """A handshake that the websocket's parser cannot read it neither answers nor gives up."""
        super().handle_websocket_upgrade()
        protocol: Any = self.transport.get_protocol()
        if protocol.conn.handshake_exc:
            self._refuse(UNREADABLE)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(MAX_REQUEST_S, self._refuse, TOO_SLOW)

    def _wait_no_more(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            told = b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(told % status)
            self.transport.close()
