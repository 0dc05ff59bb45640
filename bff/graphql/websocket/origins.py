"""Which pages may open a websocket: a browser lets any page try, and names its origin."""

from collections.abc import Iterable

from strawberry.http.websocket_origin import (
    is_same_origin,
    normalize_allowed_origins,
    normalize_origin,
)

from bff.http.headers import Headers, text_of

ANY = "*"


class Origins:
    def __init__(self, allowed: Iterable[str]) -> None:
        """Raises ValueError for text that is no origin."""
        self._allowed = normalize_allowed_origins(allowed)

    def admit(self, headers: Headers) -> bool:
        """Whether the page may; a client that names no origin is no browser."""
        origin = text_of(headers, b"origin")
        if origin is None or headers.get(b"sec-fetch-site") == b"same-origin":
            return True
        if is_same_origin(origin, text_of(headers, b"host")) or ANY in self._allowed:
            return True
        return normalize_origin(origin) in self._allowed
