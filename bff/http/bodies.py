"""Bodies of requests, read no further than they may be long."""

from collections.abc import AsyncIterable, AsyncIterator

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from bff.http.errors import BodyTooLargeError


def check_length(headers: Headers, max_bytes: int) -> None:
    """Raises BodyTooLargeError for a body that is announced to be longer."""
    if int(headers.get("content-length", "0")) > max_bytes:
        raise BodyTooLargeError(max_bytes)


async def read_body(receive: Receive, max_bytes: int) -> bytes:
    """Raises BodyTooLargeError, ClientDisconnect where the rest never comes."""
    message = await receive()
    body = message.get("body", b"")
    if message.get("more_body") or message["type"] != "http.request" or len(body) > max_bytes:
        chunks = bounded_chunks(_chunks(message, receive), max_bytes)
        return b"".join([chunk async for chunk in chunks])
    return bytes(body)


async def _chunks(message: Message, receive: Receive) -> AsyncIterator[bytes]:
    """From this message on. Raises ClientDisconnect."""
    while message["type"] == "http.request":
        yield message.get("body", b"")
        if not message.get("more_body"):
            return
        message = await receive()
    raise ClientDisconnect


async def bounded_chunks(chunks: AsyncIterable[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """Raises BodyTooLargeError before the first chunk that goes beyond `max_bytes`."""
    read_bytes = 0
    async for chunk in chunks:
        read_bytes += len(chunk)
        if read_bytes > max_bytes:
            raise BodyTooLargeError(max_bytes)
        yield chunk
