"""Every error of a photo has a status, a code of its own and a message in both languages."""

import re

import pytest

from bff.domain.evidence.links import BadLinkError
from bff.domain.evidence.model import PictureRefusal, PictureRefusedError
from bff.domain.evidence.object_store import ObjectStoreError
from bff.http import photo_errors
from bff.http.photo_errors import (
    NOT_OURS,
    TOO_LARGE,
    UNAVAILABLE,
    ErrorDescription,
    PhotoRequestError,
    describe,
    localize,
)

PATH = "/photos/{size}/{signature}"
NAMED = [each for each in vars(photo_errors).values() if isinstance(each, ErrorDescription)]
REFUSED = [describe(PictureRefusedError(refusal), PATH) for refusal in PictureRefusal]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_a_code_has_one_message() -> None:
    codes = [error.code for error in (*NAMED, *REFUSED)]
    assert len(codes) == len(set(codes)) > 10


@pytest.mark.parametrize("error", [*NAMED, *REFUSED], ids=lambda error: error.code)
def test_an_error_is_read_in_both_languages(error: ErrorDescription) -> None:
    english, chinese = (localize(error, "en", {}).message, localize(error, "zh", {}).message)
    assert "{" not in english + chinese
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)


def test_only_a_store_that_is_not_there_is_no_error_of_the_client() -> None:
    others = [error for error in (*NAMED, *REFUSED) if error is not UNAVAILABLE]
    assert {error.status // 100 for error in others} == {4}
    assert UNAVAILABLE.status == 503


def test_a_refused_picture_says_why_in_its_code() -> None:
    assert {error.status for error in REFUSED} == {422}
    assert {error.code for error in REFUSED} == {f"PHOTO_{one}" for one in PictureRefusal}


def test_an_exception_is_described_by_its_kind() -> None:
    assert describe(PhotoRequestError(TOO_LARGE), PATH) is TOO_LARGE
    assert describe(BadLinkError(), PATH) is NOT_OURS
    assert describe(ObjectStoreError(), PATH) is UNAVAILABLE


def test_any_other_exception_is_a_masked_fault() -> None:
    fault = describe(RuntimeError("secret"), PATH)
    assert fault.status == 500
    assert "secret" not in localize(fault, "en", {}).message
    assert str(fault.facts["id"]) in localize(fault, "en", {}).message


def test_the_headers_are_those_of_all_and_its_own() -> None:
    error = localize(UNAVAILABLE, "en", {"x-content-type-options": "nosniff"})
    assert error.status == 503
    assert error.headers == {"x-content-type-options": "nosniff", "retry-after": "30"}
