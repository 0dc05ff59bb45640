"""Bodies are read to their end or to their limit, never beyond."""

from collections.abc import AsyncIterator, Sequence

import pytest
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message

from bff.http.bodies import bounded_chunks, check_length, read_body
from bff.http.errors import BodyTooLargeError

GONE: Message = {"type": "http.disconnect"}


class Client:
    """Sends these messages; `received` of them have been taken."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages
        self.received = 0

    async def receive(self) -> Message:
        self.received += 1
        return self._messages[self.received - 1]


def client(*chunks: bytes, ends: bool = True) -> Client:
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
    ]
    if ends:
        messages[-1]["more_body"] = False
    return Client([*messages, GONE])


@pytest.mark.parametrize(
    "chunks", [[b""], [b"123456"], [b"12", b"34", b"56"], [b"", b"123", b"", b"456", b""]]
)
async def test_a_body_up_to_the_limit_is_read_to_its_end(chunks: list[bytes]) -> None:
    sender = client(*chunks)
    assert await read_body(sender.receive, 6) == b"".join(chunks)
    assert sender.received == len(chunks)


@pytest.mark.parametrize(
    ("chunks", "received"),
    [([b"1234567"], 1), ([b"1234", b"567"], 2), ([b"1234", b"567", b"890"], 2)],
)
async def test_beyond_the_limit_no_more_is_read(chunks: list[bytes], received: int) -> None:
    sender = client(*chunks)
    with pytest.raises(BodyTooLargeError, match="at most 6 bytes") as refused:
        await read_body(sender.receive, 6)
    assert (refused.value.status, sender.received) == (413, received)


@pytest.mark.parametrize("chunks", [[b"12"], [b"12", b"34"]])
async def test_a_client_that_goes_in_the_middle_is_an_error(chunks: list[bytes]) -> None:
    with pytest.raises(ClientDisconnect):
        await read_body(client(*chunks, ends=False).receive, 6)


async def test_a_client_that_has_gone_before_is_an_error() -> None:
    with pytest.raises(ClientDisconnect):
        await read_body(Client([GONE]).receive, 6)


async def test_a_message_may_have_no_body() -> None:
    assert await read_body(Client([{"type": "http.request"}]).receive, 6) == b""


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_chunks_come_as_they_are_until_the_limit() -> None:
    chunks = bounded_chunks(stream(b"123", b"456", b"7"), 6)
    assert [await anext(chunks) for _ in range(2)] == [b"123", b"456"]
    with pytest.raises(BodyTooLargeError):
        await anext(chunks)


@pytest.mark.parametrize("length", [None, "0", "6"])
def test_a_length_up_to_the_limit_is_taken(length: str | None) -> None:
    check_length(Headers({"content-length": length} if length else {}), 6)


def test_a_length_beyond_the_limit_is_refused_before_the_body_comes() -> None:
    with pytest.raises(BodyTooLargeError):
        check_length(Headers({"content-length": "7"}), 6)
