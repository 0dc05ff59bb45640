"""Shoppers' tokens: signed, expiring."""

from datetime import timedelta

import jwt

from bff.core.clock import Clock, SystemClock

ALGORITHM = "HS256"
AUDIENCE = "express-return-bff"
SCHEME = "bearer"


class TokenError(Exception):
    """Why a token is not good, fit to be shown to its bearer."""


class Tokens:
    """By the system's clock: a demonstration's shifted time neither ages nor rejuvenates them."""

    def __init__(self, secret: str, lifetime: timedelta, clock: Clock | None = None) -> None:
        self._secret = secret
        self._lifetime = lifetime
        self._clock = clock or SystemClock()

    def issue(self, shopper_id: str) -> str:
        now = self._clock.now()
        claims = {"sub": shopper_id, "aud": AUDIENCE, "iat": now, "exp": now + self._lifetime}
        return jwt.encode(claims, self._secret, ALGORITHM)

    def shopper_of(self, token: str) -> str:
        """The shopper's id. Raises TokenError."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                [ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
            )
            expires_at = float(claims["exp"])
        except (jwt.InvalidTokenError, TypeError, ValueError) as error:
            raise TokenError("the token is not one of ours") from error
        if expires_at <= self._clock.now().timestamp():
            raise TokenError("the token has expired")
        return str(claims["sub"])


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header, None without one. Raises TokenError."""
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        raise TokenError("Authorization must be: Bearer TOKEN")
    return token.strip()
