"""Frames, by uvicorn: whoever does not read or does not answer costs the program little."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

FAREWELL_S = 3.0
MAX_PIECES = 1_000  # of one message


class Wire(WebSocketsSansIOProtocol):
    """`_pong`: the one that is owed to a peer that does not read."""

    _pong = b""

    def handle_cont(self, event: Frame) -> None:
        """Empty pieces add nothing to the length that is bounded, and yet each is kept."""
        if self.close_sent:
            return
        super().handle_cont(event)
        if len(self.frames) >= MAX_PIECES:
            self._fail(CloseCode.MESSAGE_TOO_BIG, "too many pieces")

    def send_receive_event_to_app(self) -> None:
        """No text's traceback goes to the log, which anybody could fill with it."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self._fail(CloseCode.INVALID_DATA, "text must be UTF-8")
        else:
            super().send_receive_event_to_app()

    def _fail(self, code: CloseCode, reason: str) -> None:
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        """Whoever pings without reading is owed the last pong alone (RFC 6455, 5.5.3): what the
        transport is given beyond its room, it keeps without bound."""
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
        """Without the farewell that a peer may find when it wakes: clients take a 1011 for a
        server at fault, and do not come back."""
        self.transport.abort()

    def shutdown(self) -> None:
        """Who has said that it leaves is told nothing more, and no farewell is waited for long."""
        if self.conn.close_rcvd:
            self.transport.close()
        else:
            super().shutdown()
        self.loop.call_later(FAREWELL_S, self.transport.abort)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
