"""Between a server and its PostgreSQL: what goes over the wire is counted.

The frontend's messages are those of PostgreSQL's protocol, version 3: a byte for the kind, and a
length that counts itself.
"""

import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.support.servers.postgresql import USER

SOCKET = ".s.PGSQL.5432"
HEAD = 5
MAX_READ_BYTES = 65_536
EXECUTE, QUERY, SYNC, FLUSH = b"E", b"Q", b"S", b"H"
LISTEN = b"LISTEN "


@dataclass(frozen=True, slots=True)
class Counts:
    """`round_trips`: how often the server was waited for."""

    statements: int
    round_trips: int

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(self.statements - other.statements, self.round_trips - other.round_trips)


class Messages:
    """Of one connection, from the one who asks. Its first has no kind."""

    def __init__(self) -> None:
        self.kinds: Counter[bytes] = Counter()
        self.listens = False
        self._rest = b"\0"  # a kind for the first

    def take(self, data: bytes) -> None:
        data, at = self._rest + data, 0
        while len(data) >= at + HEAD:
            end = at + 1 + int.from_bytes(data[at + 1 : at + HEAD])
            if len(data) < end:
                break
            self.kinds[data[at : at + 1]] += 1
            self.listens = self.listens or LISTEN in data[at:end]
            at = end
        self._rest = data[at:]


class CountingProxy:
    """`folder`: where it has its socket. Connections that listen for wake-ups are not counted."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.folder = folder
        self._target = target / SOCKET
        self._connections: list[Messages] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self.folder), safe='/')}"

    def counts(self) -> Counts:
        """Of all connections so far."""
        kinds = sum((one.kinds for one in self._connections if not one.listens), Counter[bytes]())
        waits = kinds[QUERY] + kinds[SYNC] + kinds[FLUSH]
        return Counts(kinds[QUERY] + kinds[EXECUTE], waits)

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._target))
                messages = Messages()
                self._connections.append(messages)
                self._pump(client, server, messages)
                self._pump(server, client)

    def _pump(
        self, source: socket.socket, sink: socket.socket, messages: Messages | None = None
    ) -> None:
        def run() -> None:
            with suppress(OSError):  # the other end is gone
                while data := source.recv(MAX_READ_BYTES):
                    if messages:
                        messages.take(data)
                    sink.sendall(data)
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

        threading.Thread(target=run, daemon=True).start()
