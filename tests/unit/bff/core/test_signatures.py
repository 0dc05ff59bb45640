"""Signatures of webhooks: by any of our secrets, within five minutes, of the body as it came."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from bff.core.signatures import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    TOLERANCE,
    Keys,
    SignatureError,
    SignedMessage,
    readable_secret,
    valid_secrets,
)
from tests.support.world import START

OLD, NEW, OTHER = (readable_secret(f"{name}: long enough for a key") for name in ("a", "b", "c"))
BODY = '{"type": "x"}'


def signed(secrets: str = OLD) -> SignedMessage:
    headers = Keys(secrets).headers("evt_1", START, BODY)
    return SignedMessage(headers[ID], headers[TIMESTAMP], headers[SIGNATURE], BODY)


def test_a_signature_is_the_librarys_own() -> None:
    headers = Keys(OLD).headers("evt_1", datetime.now(UTC), BODY)  # it looks at the system's clock
    assert Webhook(OLD).verify(BODY, headers) == {"type": "x"}


@pytest.mark.parametrize("secrets", [OLD, f"{NEW},{OLD}", f"{OLD} , {NEW}"])
def test_each_of_several_secrets_verifies(secrets: str) -> None:
    assert Keys(secrets).verify(signed(), START) == "evt_1"
    assert Keys(OLD).verify(signed(secrets), START) == "evt_1"


@pytest.mark.parametrize("offset", [TOLERANCE, -TOLERANCE])
def test_a_moment_within_the_tolerance_is_taken(offset: timedelta) -> None:
    assert Keys(OLD).verify(signed(), START + offset) == "evt_1"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": None}, "webhook-id: expected 1 to 128 visible ASCII characters"),
        ({"id": "with space"}, "webhook-id: expected 1 to 128 visible ASCII characters"),
        ({"id": "x" * 129}, "webhook-id: expected 1 to 128 visible ASCII characters"),
        ({"timestamp": None}, "webhook-timestamp: expected seconds since 1970, a whole number"),
        ({"timestamp": "1.5"}, "webhook-timestamp: expected seconds since 1970, a whole number"),
        ({"timestamp": "1"}, "webhook-timestamp: expected a moment at most 300 seconds from now"),
        ({"signature": None}, "webhook-signature: none of the signatures is this partner's"),
        ({"signature": "v1,ä"}, "webhook-signature: none of the signatures is this partner's"),
        ({"id": "evt_2"}, "webhook-signature: none of the signatures is this partner's"),
        ({"body": BODY + " "}, "webhook-signature: none of the signatures is this partner's"),
    ],
)
def test_what_is_not_signed_so_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SignatureError, match=f"^{message}"):
        Keys(OLD).verify(replace(signed(), **changes), START)


def test_another_secret_is_refused() -> None:
    with pytest.raises(SignatureError):
        Keys(f"{OLD},{NEW}").verify(signed(OTHER), START)


def test_a_moment_beyond_the_tolerance_is_refused() -> None:
    late = START + TOLERANCE + timedelta(seconds=1)
    with pytest.raises(SignatureError, match=f"which is {int(late.timestamp())} here"):
        Keys(OLD).verify(signed(), late)


def test_secrets_that_can_be_keys_are_taken_as_they_are() -> None:
    assert valid_secrets(f"{OLD}, {NEW}") == f"{OLD}, {NEW}"


@pytest.mark.parametrize(
    "secrets",
    ["", OLD.removeprefix("whsec_"), "whsec_c2hvcnQ=", "whsec_no base64", f"{OLD},"],
    ids=["none", "no prefix", "too short", "no base64", "an empty one"],
)
def test_a_secret_that_can_be_no_key_is_refused(secrets: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes in base64"):
        valid_secrets(secrets)
