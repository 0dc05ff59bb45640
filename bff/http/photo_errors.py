"""Why a photo is not taken or not given, as phones read it over HTTP."""

from dataclasses import dataclass, field

from bff.core.faults import CODE as FAULT
from bff.core.faults import log_fault
from bff.db.errors import DatabaseUnavailableError
from bff.domain.evidence.links import BadLinkError, ExpiredLinkError
from bff.domain.evidence.model import (
    MAX_BYTES,
    MAX_SIDE,
    UPLOAD_S,
    PictureRefusal,
    PictureRefusedError,
)
from bff.domain.evidence.object_store import ObjectStoreError
from bff.domain.evidence.refusals import (
    PhotoLimitReached,
    PhotoUploadedError,
    UploadClosedError,
)
from bff.domain.returns.refusals import ReturnTakesNoPhotos
from bff.http.errors import RequestError
from bff.locale.language import Language
from bff.locale.messages import N_, Fact, translate

RETRY_S = 30


@dataclass(frozen=True, slots=True)
class ErrorDescription:
    """`message` is translated, with its `facts`, into the client's language."""

    status: int
    code: str
    message: str
    facts: dict[str, Fact] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class PhotoRequestError(Exception):
    def __init__(self, description: ErrorDescription) -> None:
        super().__init__(description.code)
        self.description = description


NOT_OURS = ErrorDescription(403, "LINK_NOT_OURS", N_("The link is not one of ours."))
EXPIRED = ErrorDescription(410, "LINK_EXPIRED", N_("The link has expired: ask for a new one."))
UPLOADED = ErrorDescription(
    409, "PHOTO_UPLOADED", N_("A photo was uploaded with this link already: ask for a new one.")
)
ENDED = ErrorDescription(
    409, "RETURN_TAKES_NO_PHOTOS", N_("The return has ended: it takes no photos any more.")
)
REMOVED = ErrorDescription(410, "PHOTO_REMOVED", N_("The photo was removed."))
TOO_LARGE = ErrorDescription(
    413,
    "PHOTO_TOO_LARGE",
    N_("A photo has at most {megabytes} MB."),
    {"megabytes": MAX_BYTES // 1_000_000},
)
ENCODED = ErrorDescription(
    415, "PHOTO_ENCODED", N_("Please upload the photo as it is, not compressed again.")
)
TOO_SLOW = ErrorDescription(
    408,
    "UPLOAD_TOO_SLOW",
    N_("The upload took too long: it must be done within {seconds} seconds."),
    {"seconds": UPLOAD_S},
)
UNAVAILABLE = ErrorDescription(
    503,
    "PHOTOS_UNAVAILABLE",
    N_("Photos cannot be reached just now: please try again later."),
    headers={"retry-after": str(RETRY_S)},
)
LIMIT_MESSAGE = N_("A return takes at most {most} photos.")
FAULT_MESSAGE = N_("Something went wrong here. Fault {id}.")

PICTURE_MESSAGES = {
    PictureRefusal.NOT_A_PICTURE: N_("This is no JPEG, PNG, WebP or HEIC picture."),
    PictureRefusal.DAMAGED: N_("The picture cannot be read: it is damaged or incomplete."),
    PictureRefusal.TOO_MANY_PIXELS: N_("A photo has at most {megapixels} megapixels."),
    PictureRefusal.TOO_LONG_A_SIDE: N_("A photo's sides have at most {pixels} pixels."),
    PictureRefusal.TOO_COSTLY: N_(
        "The picture is too complex: save it smaller, or as a plain JPEG."
    ),
}
BY_EXCEPTION: dict[type[Exception], ErrorDescription] = {
    BadLinkError: NOT_OURS,
    ExpiredLinkError: EXPIRED,
    UploadClosedError: EXPIRED,
    PhotoUploadedError: UPLOADED,
    ReturnTakesNoPhotos: ENDED,
    ObjectStoreError: UNAVAILABLE,
    DatabaseUnavailableError: UNAVAILABLE,
}


def describe(error: Exception, path: str) -> ErrorDescription:
    """A fault, and a store that cannot be reached, is logged with the path."""
    if isinstance(error, PhotoRequestError):
        return error.description
    if isinstance(error, PictureRefusedError):
        megapixels = error.most_pixels // 1_000_000
        facts: dict[str, Fact] = {"megapixels": megapixels, "pixels": MAX_SIDE}
        message = PICTURE_MESSAGES[error.refusal]
        return ErrorDescription(422, f"PHOTO_{error.refusal}", message, facts)
    if isinstance(error, PhotoLimitReached):
        return ErrorDescription(409, error.code, LIMIT_MESSAGE, {"most": error.most})
    description = BY_EXCEPTION.get(type(error))
    if description and description is not UNAVAILABLE:
        return description
    fault_id = log_fault(error, path=path)
    return description or ErrorDescription(500, FAULT, FAULT_MESSAGE, {"id": fault_id})


def localize(
    description: ErrorDescription, language: Language, headers: dict[str, str]
) -> RequestError:
    message = translate(language, description.message, **description.facts)
    headers = headers | description.headers
    return RequestError(message, description.code, description.status, headers=headers)
