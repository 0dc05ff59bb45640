"""Signed links: who has one may do the one thing it is for, until it expires."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

import jwt

from bff.domain.evidence.model import VIEW_LIFETIME, Photo, Size

ALGORITHM = "HS256"
PURPOSE = b"express-return-bff: links to photos"
UPLOAD = "photo-upload"
UPLOADS, PHOTOS = "/photos/uploads", "/photos"


class BadLinkError(Exception):
    """Not signed here, or for something else."""


class ExpiredLinkError(Exception):
    """Good once, but no longer."""


@dataclass(frozen=True, slots=True)
class Right:
    """To upload, or to see at a size; `expires_at` in seconds since 1970."""

    photo_id: str
    expires_at: int


class Signer:
    """With a key of its own, derived from the secret: no shopper's token opens a photo."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), PURPOSE, hashlib.sha256)

    def sign(self, purpose: str, photo_id: str, expires_at: int) -> str:
        claims = {"aud": purpose, "sub": photo_id, "exp": expires_at}
        return jwt.encode(claims, self._key, ALGORITHM)

    def read(self, purpose: str, signature: str, now: datetime) -> Right:
        """Raises BadLinkError or ExpiredLinkError."""
        try:
            claims = jwt.decode(
                signature,
                self._key,
                [ALGORITHM],
                audience=purpose,
                options={"require": ["sub", "exp"], "verify_exp": False},
            )
            right = Right(str(claims["sub"]), int(claims["exp"]))
        except (jwt.InvalidTokenError, TypeError, ValueError) as error:
            raise BadLinkError from error
        if right.expires_at <= now.timestamp():
            raise ExpiredLinkError
        return right


@dataclass(frozen=True, slots=True)
class Links:
    """`base`: what a phone's addresses begin with, without a slash at the end."""

    signer: Signer
    base: str

    def upload(self, photo: Photo) -> str:
        expires_at = int(photo.expires_at.timestamp())
        return f"{self.base}{UPLOADS}/{self.signer.sign(UPLOAD, photo.id, expires_at)}"

    def view(self, photo: Photo, size: Size, now: datetime) -> str:
        """Good for VIEW_LIFETIME to twice that: within a VIEW_LIFETIME all are the same link,
        so that a phone has the picture in its cache."""
        step = int(VIEW_LIFETIME.total_seconds())
        expires_at = (int(now.timestamp()) // step + 2) * step
        signature = self.signer.sign(viewing(size), photo.id, expires_at)
        return f"{self.base}{PHOTOS}/{size}/{signature}"


def viewing(size: Size) -> str:
    return f"photo-view:{size}"


def base_of(public_url: str | None, request_base: str) -> str:
    """What links begin with: as set, or else as the request's own URL, HTTP or websocket."""
    return re.sub(r"^ws", "http", public_url or request_base).rstrip("/")
