"""Bodies of requests, read no further than they may be long."""

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from bff.http.errors import RequestError


async def read_body(receive: Receive, most: int) -> bytes:
    """Raises RequestError beyond `most` bytes, ClientDisconnect where the rest never comes."""
    message = await receive()
    body = message.get("body", b"")
    if message.get("more_body") or message["type"] != "http.request" or len(body) > most:
        return await _rest(message, receive, most)
    return bytes(body)


async def _rest(message: Message, receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > most:
            raise RequestError(f"The body is too large: at most {most} bytes", status=413)
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()
