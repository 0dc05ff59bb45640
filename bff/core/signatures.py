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


class SignatureError(Exception):
    """Why a message is not taken for the partner's, in words for its sender."""


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message as it came: its three headers, and the body as text."""

    id: str | None
    timestamp: str | None
    signature: str | None
    body: str


class Keys:
    """One secret, or several while one takes another's place: each of them is accepted."""

    def __init__(self, secrets: str) -> None:
        self._hooks = [Webhook(secret) for secret in split_secrets(secrets)]

    def headers(self, message_id: str, at: datetime, body: str) -> dict[str, str]:
        signatures = [hook.sign(message_id, at, body) for hook in self._hooks]
        seconds = str(int(at.timestamp()))
        return {ID: message_id, TIMESTAMP: seconds, SIGNATURE: " ".join(signatures)}

    def verify(self, message: SignedMessage, now: datetime) -> str:
        """The message's id. Raises SignatureError."""
        message_id, at = _identifier(message.id), _moment(message.timestamp, now)
        received = (message.signature or "").encode().split()
        expected = [hook.sign(message_id, at, message.body).encode() for hook in self._hooks]
        # All are compared: the time that it takes says nothing of which one matches.
        matches = [hmac.compare_digest(one, other) for one in received for other in expected]
        if not any(matches):
            raise SignatureError(f"{SIGNATURE}: none of the signatures is this partner's")
        return message_id


def _identifier(text: str | None) -> str:
    if not text or not IDENTIFIER.fullmatch(text):
        raise SignatureError(f"{ID}: expected 1 to 128 visible ASCII characters")
    return text


def _moment(text: str | None, now: datetime) -> datetime:
    if not text or not SECONDS.fullmatch(text):
        raise SignatureError(f"{TIMESTAMP}: expected seconds since 1970, a whole number")
    at = datetime.fromtimestamp(int(text), UTC)
    if abs(now - at) > TOLERANCE:
        raise SignatureError(
            f"{TIMESTAMP}: expected a moment at most {TOLERANCE.seconds} seconds from now, "
            f"which is {int(now.timestamp())} here"
        )
    return at


def split_secrets(secrets: str) -> list[str]:
    return [secret.strip() for secret in secrets.split(",")]


def valid_secrets(secrets: str) -> str:
    """The same, if each secret in it can be one. Raises ValueError."""
    for secret in split_secrets(secrets):
        if not secret.startswith(PREFIX) or _length(secret.removeprefix(PREFIX)) not in KEY_BYTES:
            raise ValueError(EXPECTED)
    return secrets


def _length(encoded: str) -> int:
    try:
        return len(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        return 0


def readable_secret(words: str) -> str:
    """For demonstrations and tests: anybody can derive it."""
    return PREFIX + base64.b64encode(words.encode()).decode()
