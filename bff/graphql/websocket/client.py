"""The client of a socket, by its handshake and then by its init message."""

import sys
from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

from bff.graphql.context import Context
from bff.graphql.server import GraphQLServer
from bff.graphql.subscriptions.subscribers import Audience
from bff.http.auth import TokenError, bearer
from bff.http.headers import Headers, text_of
from bff.locale.language import negotiate


class Client:
    """By its token, once that has come."""

    __slots__ = ("_expires_at", "_language", "_scope", "_server", "_shopper_id", "_token")

    def __init__(self, server: GraphQLServer, scope: Scope, headers: Headers) -> None:
        """Raises TokenError for a token that is not valid."""
        self._server = server
        self._scope = scope
        self._token = bearer(text_of(headers, b"authorization"))
        self._shopper_id = server.tokens.shopper_of(self._token) if self._token else None
        self._language = negotiate(text_of(headers, b"accept-language"))
        self._expires_at = 0.0  # in seconds since 1970

    def introduce(self, payload: Mapping[str, Any]) -> None:
        """By `Authorization` or `token`, which override the handshake's, and `Accept-Language`.

        Raises TokenError.
        """
        headers = {key.lower(): value for key, value in payload.items() if isinstance(value, str)}
        token = headers.get("token") or bearer(headers.get("authorization")) or self._token
        if token is None:
            raise TokenError("Show a token in the init message")
        self._token = None
        self._shopper_id = sys.intern(self._server.tokens.shopper_of(token))
        self._expires_at = self._server.tokens.expiry_of(token)
        if language := headers.get("accept-language") or headers.get("acceptlanguage"):
            self._language = negotiate(language)

    def left_s(self) -> float:
        """Seconds that its token is still good for. Raises TokenError from then on."""
        return self._server.tokens.left_s(self._shopper_id or "", self._expires_at)

    def context(self) -> Context:
        """For one operation or one event."""
        return self._server.context(self._scope, self._shopper_id, self._language)

    def audience(self) -> Audience:
        base = sys.intern(self._server.base(self._scope))
        return Audience(self._shopper_id, self._language, base, self.context)
