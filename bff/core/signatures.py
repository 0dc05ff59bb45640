"""Signatures of webhooks, in and out, by the Standard Webhooks specification.

The library makes and compares the signature. Its own check of the moment reads the
system's clock, so the moment is checked here, by the clock that the program goes by.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
EXPECTED = f"{PREFIX} and 24 to 64 bytes in base64; several with commas between them"
TOLERANCE = timedelta(minutes=5)
IDENTIFIER = re.compile(r"[\x21-\x7e]{1,128}")
SECONDS = re.compile(r"[0-9]{1,11}")
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class NotSignedError(Exception):
    """Why a message is not taken for the partner's; fit to be told to whoever sent it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as it came: its three headers, and the body as text."""

    id: str | None
    timestamp: str | None
    signature: str | None
    body: str


class Keys:
    """One secret, or several while one takes another's place: each of them is good."""

    def __init__(self, secrets: str) -> None:
        self._hooks = [Webhook(secret) for secret in split(secrets)]

    def headers(self, message_id: str, at: datetime, body: str) -> dict[str, str]:
        signatures = [hook.sign(message_id, at, body) for hook in self._hooks]
        seconds = str(int(at.timestamp()))
        return {ID: message_id, TIMESTAMP: seconds, SIGNATURE: " ".join(signatures)}

    def verify(self, message: Signed, now: datetime) -> str:
        """The message's id. Raises NotSignedError."""
        message_id, at = _identifier(message.id), _moment(message.timestamp, now)
        given = (message.signature or "").encode().split()
        expected = [hook.sign(message_id, at, message.body).encode() for hook in self._hooks]
        good = [hmac.compare_digest(one, other) for one in given for other in expected]
        if not any(good):
            raise NotSignedError(f"{SIGNATURE}: none of the signatures is this partner's")
        return message_id


def _identifier(given: str | None) -> str:
    if not given or not IDENTIFIER.fullmatch(given):
        raise NotSignedError(f"{ID}: expected 1 to 128 visible ASCII characters")
    return given


def _moment(given: str | None, now: datetime) -> datetime:
    if not given or not SECONDS.fullmatch(given):
        raise NotSignedError(f"{TIMESTAMP}: expected seconds since 1970, a whole number")
    at = datetime.fromtimestamp(int(given), UTC)
    if abs(now - at) > TOLERANCE:
        told = f"at most {TOLERANCE.seconds} seconds from now, which is {int(now.timestamp())} here"
        raise NotSignedError(f"{TIMESTAMP}: expected a moment {told}")
    return at


def split(secrets: str) -> list[str]:
    return [secret.strip() for secret in secrets.split(",")]


def checked(secrets: str) -> str:
    """The same, if each secret in it can be one. Raises ValueError."""
    for secret in split(secrets):
        if not secret.startswith(PREFIX) or _length(secret.removeprefix(PREFIX)) not in KEY_BYTES:
            raise ValueError(EXPECTED)
    return secrets


def _length(encoded: str) -> int:
    try:
        return len(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        return 0


def readable_secret(words: str) -> str:
    """A secret that everybody may know."""
    return PREFIX + base64.b64encode(words.encode()).decode()
