"""What links to photos begin with, and what each is good for."""

from datetime import timedelta

import pytest

from bff.domain.evidence.links import (
    UPLOAD,
    BadLinkError,
    ExpiredLinkError,
    Links,
    Signer,
    base_of,
    viewing,
)
from bff.domain.evidence.model import VIEW_LIFETIME, Photo, Size
from tests.support.world import START

SECRET = "a secret of the tests, long enough to be one"
SECOND = timedelta(seconds=1)
SIGNER = Signer(SECRET)


def photo() -> Photo:
    return Photo("pho_1", "sho_1", "ret_1", START, START + 15 * 60 * SECOND, None, None, None, None)


def signature(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize(
    ("public_url", "request_base", "base"),
    [
        (None, "http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        (None, "ws://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        (None, "wss://shop.example/", "https://shop.example"),
        ("https://shop.example/bff/", "http://10.0.0.1/", "https://shop.example/bff"),
    ],
)
def test_links_begin_as_requests_come_or_as_it_is_set(
    public_url: str | None, request_base: str, base: str
) -> None:
    assert base_of(public_url, request_base) == base


def test_an_upload_link_expires_with_its_place() -> None:
    link = signature(Links(SIGNER, "").upload(photo()))
    expires_at = photo().expires_at
    assert SIGNER.read(UPLOAD, link, expires_at - SECOND).photo_id == "pho_1"
    with pytest.raises(ExpiredLinkError):
        SIGNER.read(UPLOAD, link, expires_at)


@pytest.mark.parametrize("seconds", [0, 1, 450, 899])
def test_a_link_to_a_photo_is_good_for_its_lifetime_to_twice_that(seconds: int) -> None:
    now = START + seconds * SECOND
    link = signature(Links(SIGNER, "").view(photo(), Size.PHOTO, now))
    assert SIGNER.read(viewing(Size.PHOTO), link, now + VIEW_LIFETIME).photo_id == "pho_1"
    with pytest.raises(ExpiredLinkError):
        SIGNER.read(viewing(Size.PHOTO), link, now + 2 * VIEW_LIFETIME)


def test_a_link_is_good_for_one_thing_and_of_one_secret() -> None:
    link = signature(Links(SIGNER, "").view(photo(), Size.PHOTO, START))
    for signer, purpose in (
        (SIGNER, viewing(Size.THUMBNAIL)),
        (SIGNER, UPLOAD),
        (Signer(SECRET + "!"), viewing(Size.PHOTO)),
    ):
        with pytest.raises(BadLinkError):
            signer.read(purpose, link, START)
