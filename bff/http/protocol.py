"""What is changed in uvicorn's protocols: limits on what a peer can make the program keep."""

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

MAX_HEAD_BYTES = 65_536
# A photo may take a minute to come, and another to be read to its end where it is refused.
MAX_REQUEST_S = 150.0
MAX_FRAGMENTS = 1_000  # of one websocket message
CLOSE_TIMEOUT_S = 3.0
TOO_LARGE = b"431 Request Header Fields Too Large"
UNREADABLE = b"400 Bad Request"
TOO_SLOW = b"408 Request Timeout"


class HttpProtocol(HttpToolsProtocol):
    """Limits the length of a request's head, and the time that a request may take to come.

    uvicorn's own keeps URL, headers and trailers of any length, and waits for more of them.
    """

    _idle_bytes = 0  # since the request last began, brought some of its body or ended
    _timer: TimerHandle | None = None  # while a request is waited for, or for its end

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > MAX_HEAD_BYTES:
            self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        self._idle_bytes = 0
        if self._timer is None:
            self._start_timer()
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._idle_bytes = 0
        self._stop_timer()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """A handshake that the websocket's parser cannot read it neither answers nor gives up."""
        super().handle_websocket_upgrade()
        protocol: Any = self.transport.get_protocol()
        if protocol.conn.handshake_exc:
            self._refuse(UNREADABLE)

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(MAX_REQUEST_S, self._refuse, TOO_SLOW)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            response = b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(response % status)
            self.transport.close()


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A peer that does not read, or does not answer, costs the program little.

    `_pong`: the one that is owed to a peer that does not read.
    """

    _pong = b""

    def handle_cont(self, event: Frame) -> None:
        """Empty fragments add nothing to the length that is bounded, and yet each is kept."""
        if self.close_sent:
            return
        super().handle_cont(event)
        if len(self.frames) >= MAX_FRAGMENTS:
            self._fail(CloseCode.MESSAGE_TOO_BIG, "too many pieces")

    def send_receive_event_to_app(self) -> None:
        """Text that is not UTF-8 would fill the log with tracebacks."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self._fail(CloseCode.INVALID_DATA, "text must be UTF-8")
        else:
            super().send_receive_event_to_app()

    def _fail(self, code: CloseCode, reason: str) -> None:
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        """A peer that pings without reading is owed the last pong alone (RFC 6455, 5.5.3): the
        transport keeps what it is given beyond its buffer without bound."""
        if self.writable.is_set():
            super().handle_ping()
        elif pongs := self.conn.data_to_send():
            self._pong = pongs[-1]

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._pong:
            self.transport.write(self._pong)
            self._pong = b""

    def keepalive_timeout(self) -> None:
        """Without a close frame that a peer may find when it wakes: clients take a 1011 for a
        server at fault, and do not come back."""
        self.transport.abort()

    def shutdown(self) -> None:
        """A peer that has sent its close frame is sent no more; others have little time for it.

        They come back, to another process or to the next one: 1001 says that this one goes.
        """
        if self.conn.close_rcvd:
            self.transport.close()
        elif self.handshake_complete and not self.close_sent:
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.GOING_AWAY})
            self.conn.send_close(CloseCode.GOING_AWAY)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()
        else:
            super().shutdown()
        self.loop.call_later(CLOSE_TIMEOUT_S, self.transport.abort)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
