"""Each error of a photo has a status and words; what is ours is a fault with an id."""

import pytest
from structlog.testing import capture_logs

from bff.core.faults import CODE as FAULT
from bff.domain.evidence.links import BadLinkError, ExpiredLinkError
from bff.domain.evidence.model import PictureRefusal, PictureRefusedError
from bff.domain.evidence.object_store import ObjectStoreError
from bff.domain.evidence.refusals import PhotoLimitReached, PhotoUploadedError, UploadClosedError
from bff.domain.returns.model import ReturnStatus
from bff.domain.returns.refusals import ReturnTakesNoPhotos
from bff.http.photo_errors import TOO_LARGE, PhotoRequestError, describe, localize

PATH = "/photos/uploads/{signature}"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadLinkError(), 403, "LINK_NOT_OURS"),
        (ExpiredLinkError(), 410, "LINK_EXPIRED"),
        (UploadClosedError(), 410, "LINK_EXPIRED"),
        (PhotoUploadedError(), 409, "PHOTO_UPLOADED"),
        (ReturnTakesNoPhotos(ReturnStatus.CLOSED), 409, "RETURN_TAKES_NO_PHOTOS"),
        (PhotoLimitReached(3), 409, "PHOTO_LIMIT_REACHED"),
        (PhotoRequestError(TOO_LARGE), 413, "PHOTO_TOO_LARGE"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_expected_error_is_no_fault(error: Exception, status: int, code: str) -> None:
    with capture_logs() as lines:
        description = describe(error, PATH)
    assert (description.status, description.code, lines) == (status, code, [])


@pytest.mark.parametrize("refusal", PictureRefusal)
def test_every_refused_picture_has_words_in_both_languages(refusal: PictureRefusal) -> None:
    description = describe(PictureRefusedError(refusal), PATH)
    assert (description.status, description.code) == (422, f"PHOTO_{refusal}")
    words = {localize(description, language, {}).message for language in ("en", "zh")}
    assert len(words) == 2
    assert not [message for message in words if "{" in message]


def test_a_store_that_cannot_be_reached_is_logged_and_may_be_tried_again() -> None:
    with capture_logs() as lines:
        description = describe(ObjectStoreError("down"), PATH)
    assert (description.status, description.headers) == (503, {"retry-after": "30"})
    assert [line["path"] for line in lines] == [PATH]


def test_a_fault_names_its_id_and_nothing_else() -> None:
    with capture_logs() as lines:
        description = describe(KeyError("secret"), PATH)
    [line] = lines
    error = localize(description, "en", {})
    assert (error.status, error.code) == (500, FAULT)
    assert error.message == f"Something went wrong here. Fault {line['fault_id']}."


def test_the_errors_own_headers_stand_beside_the_given_ones() -> None:
    with capture_logs():
        description = describe(ObjectStoreError("down"), PATH)
    error = localize(description, "en", {"cache-control": "no-store"})
    assert error.headers == {"cache-control": "no-store", "retry-after": "30"}
