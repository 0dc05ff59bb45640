"""Headers of an ASGI connection, by name."""

from collections.abc import Iterable, Mapping

from starlette.types import Scope

Headers = Mapping[bytes, bytes]


def headers_of(scope: Scope) -> Headers:
    """By their names in lower case. The values of a name that comes more than once are joined as
    a list (RFC 9110, 5.2), which for a header that is no list is then no valid value."""
    raw: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(raw)
    return headers if len(headers) == len(raw) else _joined(raw)


def _joined(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    headers: dict[bytes, bytes] = {}
    for name, value in raw:
        headers[name] = b"%b, %b" % (headers[name], value) if name in headers else value
    return headers


def text_of(headers: Headers, name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")
