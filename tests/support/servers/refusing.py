"""A server that speaks PostgreSQL's protocol no further than to refuse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def refusing_server(code: str, message: str) -> AsyncIterator[str]:
    """The URL of one that answers whoever connects with PostgreSQL's `code` of the error."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wish = await reader.read(1024)
        if wish[4:8] == b"\x04\xd2\x16\x2f":  # for TLS
            writer.write(b"N")
            await reader.read(1024)
        fields = (b"SFATAL", f"C{code}".encode(), f"M{message}".encode(), b"")
        body = b"".join(field + b"\0" for field in fields)
        writer.write(b"E" + (len(body) + 4).to_bytes(4, "big") + body)
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"postgresql://shop:secret@127.0.0.1:{port}/bff"
