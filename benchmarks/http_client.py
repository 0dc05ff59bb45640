"""A client that sends one request at a time; every peer must answer alike."""

import http.client
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from benchmarks.servers import Running
from benchmarks.wrk import headers

OPERATIONS = Path(__file__).with_name("operations")
PAGE = {"first": 20}
SHOWN = 160
PATIENCE_S = 60


class DifferentAnswerError(Exception):
    """A peer that answers otherwise isn't measured: where the answers part."""


def operation(name: str) -> str:
    return (OPERATIONS / f"{name}.graphql").read_text()


class HttpClient:
    """One connection, kept open."""

    def __init__(self, server: Running) -> None:
        self._server = server
        self._http = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)

    def body(self, method: str, path: str, token: str, content: object = None) -> bytes:
        """Raises DifferentError for anything but a 200."""
        self.send(method, path, token, content)
        return self.response_body()

    def send(self, method: str, path: str, token: str, content: object = None) -> None:
        sent = orjson.dumps(content) if content else None
        self._http.request(method, path, sent, headers(token))

    def response_body(self) -> bytes:
        answer = self._http.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise DifferentAnswerError(f"{self._server.peer.name}: {answer.status} {body.decode()}")
        return body

    def ask(self, document: str, token: str, **variables: object) -> bytes:
        return self.body("POST", "/graphql", token, {"query": document, "variables": variables})

    def home(self, token: str) -> bytes:
        peer = self._server.peer
        body = {"query": operation("home"), "variables": PAGE}
        content = body if peer.method == "POST" else None
        return self.body(peer.method, peer.path, token, content)

    def reopen(self) -> None:
        """Servers hang up on who was silent for a few seconds."""
        self._http.close()
        self._http.connect()

    def close(self) -> None:
        self._http.close()


@contextmanager
def http_client(server: Running) -> Iterator[HttpClient]:
    opened = HttpClient(server)
    try:
        yield opened
    finally:
        opened.close()


def canonical(body: bytes) -> bytes:
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)


def check_equal(servers: Sequence[Running], tokens: Sequence[str]) -> None:
    """Home's answers, byte for byte in canonical JSON. Raises DifferentError."""
    expected = _homes(servers[0], tokens)
    for server in servers[1:]:
        for right, other in zip(expected, _homes(server, tokens), strict=True):
            if right != other:
                raise DifferentAnswerError(_parting(servers[0], right, server, other))


def _homes(server: Running, tokens: Sequence[str]) -> list[bytes]:
    with http_client(server) as client:
        return [canonical(client.home(token)) for token in tokens]


def _parting(first: Running, right: bytes, second: Running, other: bytes) -> str:
    pairs = enumerate(zip(right, other, strict=False))
    at = next((place for place, (a, b) in pairs if a != b), min(len(right), len(other)))
    begin = max(at - SHOWN, 0)
    return (
        f"{first.peer.name} and {second.peer.name} answer differently, from byte {at} on:\n"
        f"{right[begin : at + SHOWN].decode(errors='replace')}\n"
        f"{other[begin : at + SHOWN].decode(errors='replace')}"
    )
