"""Tokens: whose they are, until when, and what is none of ours."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from bff.http.auth import ALGORITHM, AUDIENCE, TokenError, Tokens, bearer
from bff.settings import DEMO_SECRET
from tests.support.world import FakeClock

SECRET = "a secret of the tests, long enough to be one"
ANOTHER = "another secret of the tests, as long as that"
HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)


def tokens(clock: FakeClock, secret: str = SECRET) -> Tokens:
    return Tokens(secret, HOUR, clock)


def signed(algorithm: str = ALGORITHM, secret: str | None = SECRET, **claims: Any) -> str:
    """A token that is good but for what is given; a claim of None is left out."""
    good = {"sub": "sho_1", "aud": AUDIENCE, "exp": NOW + HOUR} | claims
    present = {name: value for name, value in good.items() if value is not None}
    return jwt.encode(present, secret, algorithm)


def test_a_token_is_its_shoppers() -> None:
    ours = tokens(FakeClock(NOW))
    assert ours.shopper_of(ours.issue("sho_1")) == "sho_1"
    assert ours.shopper_of(signed()) == "sho_1"


@pytest.mark.parametrize(
    ("later", "good"),
    [
        (timedelta(), True),
        (HOUR - timedelta(seconds=1), True),
        (HOUR, False),
        (HOUR + timedelta(days=400), False),
    ],
)
def test_a_token_is_good_for_its_time(later: timedelta, good: bool) -> None:
    clock = FakeClock(NOW)
    token = tokens(clock).issue("sho_1")
    clock.advance(later)
    if good:
        assert tokens(clock).shopper_of(token) == "sho_1"
    else:
        with pytest.raises(TokenError, match="expired"):
            tokens(clock).shopper_of(token)


def test_a_token_of_a_clock_that_is_ahead_is_good() -> None:
    ahead, behind = FakeClock(NOW + HOUR / 2), FakeClock(NOW)
    assert tokens(behind).shopper_of(tokens(ahead).issue("sho_1")) == "sho_1"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("x", id="a letter"),
        pytest.param("a.b.c", id="dots"),
        pytest.param("..", id="only dots"),
        pytest.param("é.é.é", id="no ASCII"),
        pytest.param("\ud800", id="half a surrogate"),
        pytest.param("\x00", id="NUL"),
        pytest.param(signed()[:-2], id="cut short"),
        pytest.param(signed() + ".x", id="four parts"),
        pytest.param(signed(secret=ANOTHER), id="another secret"),
        pytest.param(signed(secret=DEMO_SECRET), id="the demonstration's secret"),
        pytest.param(signed("none", None), id="alg none"),
        pytest.param(signed("none", None).replace("none", "None"), id="alg None"),
        pytest.param(signed("HS384", SECRET * 2), id="another algorithm and secret"),
        pytest.param(signed("HS512", SECRET + SECRET), id="another algorithm"),
        pytest.param(signed(aud="another-bff"), id="another audience"),
        pytest.param(signed(aud=None), id="no audience"),
        pytest.param(signed(aud=[]), id="no audiences"),
        pytest.param(signed(sub=None), id="no subject"),
        pytest.param(signed(exp=None), id="no end"),
        pytest.param(signed(exp="never"), id="end in words"),
        pytest.param(signed(exp=[1]), id="end in a list"),
    ],
)
def test_what_is_not_ours_is_nobodys(token: str) -> None:
    with pytest.raises(TokenError, match="not one of ours"):
        tokens(FakeClock(NOW)).shopper_of(token)


@pytest.mark.parametrize("subject", [1, [], {}, True])
def test_a_subject_is_text(subject: Any) -> None:
    # jwt itself refuses to write such a token, but not to sign it.
    claims = {"sub": subject, "aud": AUDIENCE, "exp": (NOW + HOUR).timestamp()}
    token = jwt.api_jws.encode(json.dumps(claims).encode(), SECRET, ALGORITHM)
    with pytest.raises(TokenError, match="not one of ours"):
        tokens(FakeClock(NOW)).shopper_of(token)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("", None),
        ("Bearer abc", "abc"),
        ("bearer abc", "abc"),
        ("BEARER  abc ", "abc"),
    ],
)
def test_a_header_bears_a_token_or_is_missing(header: str | None, token: str | None) -> None:
    assert bearer(header) == token


@pytest.mark.parametrize("header", ["abc", "Bearer", "Bearer ", "Basic abc", "Bearerabc", " ", "é"])
def test_a_header_of_another_form_is_refused_with_the_right_one(header: str) -> None:
    with pytest.raises(TokenError, match="Authorization must be: Bearer TOKEN"):
        bearer(header)


def test_a_token_is_good_until_its_expiry() -> None:
    clock = FakeClock(NOW)
    ours = tokens(clock)
    expires_at = ours.expiry_of(ours.issue("sho_1"))
    clock.advance(HOUR - timedelta(seconds=1))
    assert ours.left_s("sho_1", expires_at) == 1
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenError, match="the token has expired"):
        ours.left_s("sho_1", expires_at)


def test_a_revoked_token_is_good_no_more() -> None:
    ours = tokens(FakeClock(NOW))
    token = ours.issue("sho_1")
    ours.revoked = frozenset({"sho_1"})
    with pytest.raises(TokenError, match="was erased"):
        ours.shopper_of(token)
    assert ours.shopper_of(ours.issue("sho_2")) == "sho_2"
