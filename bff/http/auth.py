"""Shoppers' tokens: signed, expiring."""

from datetime import timedelta

import jwt
from cachetools import LRUCache

from bff.core.clock import Clock, SystemClock

ALGORITHM = "HS256"
AUDIENCE = "express-return-bff"
SCHEME = "bearer"
MAX_CACHED_TOKENS = 10_000


class TokenError(Exception):
    """Why a token is not good, in words for its bearer."""


class Tokens:
    """By the system's clock: a demonstration's shifted time neither ages nor rejuvenates them.

    Signatures that were verified are remembered: another secret takes another process.
    `revoked`: shoppers whose tokens are good no more.
    """

    def __init__(self, secret: str, lifetime: timedelta, clock: Clock | None = None) -> None:
        self._secret = secret
        self._lifetime = lifetime
        self._clock = clock or SystemClock()
        self.revoked: frozenset[str] = frozenset()
        self._verified: LRUCache[str, tuple[str, float]] = LRUCache(MAX_CACHED_TOKENS)

    def issue(self, shopper_id: str) -> str:
        now = self._clock.now()
        claims = {"sub": shopper_id, "aud": AUDIENCE, "iat": now, "exp": now + self._lifetime}
        return jwt.encode(claims, self._secret, ALGORITHM)

    def shopper_of(self, token: str) -> str:
        """The shopper's id. Raises TokenError."""
        shopper_id, expires_at = self._claims(token)
        self.left_s(shopper_id, expires_at)
        return shopper_id

    def expiry_of(self, token: str) -> float:
        """In seconds since 1970. Raises TokenError for one that was never good."""
        return self._claims(token)[1]

    @property
    def lifetime(self) -> timedelta:
        return self._lifetime

    def left_s(self, shopper_id: str, expires_at: float) -> float:
        """Seconds until the expiry of a shopper's token. Raises TokenError from then on, and where
        it was revoked."""
        if shopper_id in self.revoked:
            raise TokenError("the token's shopper was erased")
        left_s = expires_at - self._clock.now().timestamp()
        if left_s <= 0:
            raise TokenError("the token has expired")
        return left_s

    def _claims(self, token: str) -> tuple[str, float]:
        claims = self._verified.get(token)
        if claims is None:
            claims = self._verified[token] = self._verify(token)
        return claims

    def _verify(self, token: str) -> tuple[str, float]:
        """The shopper's id, and when it expires, in seconds since 1970. Raises TokenError."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                [ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
            )
            return str(claims["sub"]), float(claims["exp"])
        except (jwt.InvalidTokenError, TypeError, ValueError) as error:
            raise TokenError("the token is not one of ours") from error


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header, None without one. Raises TokenError."""
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        raise TokenError("Authorization must be: Bearer TOKEN")
    return token.strip()
