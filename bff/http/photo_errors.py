"""Why a photo is not taken or not given, as phones read it over HTTP."""

from dataclasses import dataclass, field

from bff.core.faults import CODE as FAULT
from bff.core.faults import log_fault
from bff.domain.evidence.links import BadLinkError, ExpiredLinkError
from bff.domain.evidence.model import (
    ACCEPTED_TYPES,
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PIXELS,
    UPLOAD_S,
    Flaw,
    FlawError,
)
from bff.domain.evidence.object_store import StoreError
from bff.domain.evidence.refusals import PhotoUploadedError, UploadClosedError
from bff.domain.returns.refusals import ReturnTakesNoPhotos
from bff.http.errors import RequestError
from bff.locale.language import Language
from bff.locale.messages import N_, Fact, say

RETRY_S = 30


@dataclass(frozen=True, slots=True)
class PhotoErrorKind:
    """`message` is translated for the client, with `facts`."""

    status: int
    code: str
    message: str
    facts: dict[str, Fact] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class PhotoError(Exception):
    def __init__(self, kind: PhotoErrorKind) -> None:
        super().__init__(kind.code)
        self.kind = kind


NOT_OURS = PhotoErrorKind(403, "LINK_NOT_OURS", N_("The link is not one of ours."))
EXPIRED = PhotoErrorKind(410, "LINK_EXPIRED", N_("The link has expired: ask for a new one."))
UPLOADED = PhotoErrorKind(
    409, "PHOTO_UPLOADED", N_("A photo came under this link already: ask for a new one.")
)
ENDED = PhotoErrorKind(
    409, "RETURN_TAKES_NO_PHOTOS", N_("The return has ended: it takes no photos any more.")
)
TOO_LARGE = PhotoErrorKind(
    413, "PHOTO_TOO_LARGE", N_("A photo has at most {bytes} bytes."), {"bytes": MOST_BYTES}
)
WRONG_TYPE = PhotoErrorKind(
    415,
    "PHOTO_TYPE",
    N_("Content-Type is to be one of {types}."),
    {"types": ", ".join(ACCEPTED_TYPES)},
)
ENCODED = PhotoErrorKind(
    415, "PHOTO_ENCODED", N_("A photo is to come as it is, without Content-Encoding.")
)
TOO_SLOW = PhotoErrorKind(
    408,
    "UPLOAD_TOO_SLOW",
    N_("A photo is to come within {seconds} seconds."),
    {"seconds": UPLOAD_S},
)
UNAVAILABLE = PhotoErrorKind(
    503,
    "PHOTOS_UNAVAILABLE",
    N_("Photos cannot be reached just now: try again."),
    headers={"retry-after": str(RETRY_S)},
)
FAULT_MESSAGE = N_("Something went wrong here. Fault {id}.")

FLAWS = {
    Flaw.NOT_A_PICTURE: N_("This is no JPEG, PNG or WebP picture."),
    Flaw.DAMAGED: N_("The picture cannot be read: it is damaged or incomplete."),
    Flaw.TOO_MANY_PIXELS: N_("A photo has at most {megapixels} megapixels."),
    Flaw.TOO_LONG_A_SIDE: N_("A photo's sides have at most {pixels} pixels."),
    Flaw.TOO_COSTLY: N_("The picture takes too much to read: save it smaller, or as a plain JPEG."),
}
KINDS: dict[type[Exception], PhotoErrorKind] = {
    BadLinkError: NOT_OURS,
    ExpiredLinkError: EXPIRED,
    UploadClosedError: EXPIRED,
    PhotoUploadedError: UPLOADED,
    ReturnTakesNoPhotos: ENDED,
    StoreError: UNAVAILABLE,
}


def photo_error_kind(error: Exception, path: str) -> PhotoErrorKind:
    """A fault, and a store that cannot be reached, is logged with the path."""
    if isinstance(error, PhotoError):
        return error.kind
    if isinstance(error, FlawError):
        facts: dict[str, Fact] = {"megapixels": MOST_PIXELS // 1_000_000, "pixels": LONGEST_SIDE}
        return PhotoErrorKind(422, f"PHOTO_{error.flaw}", FLAWS[error.flaw], facts)
    kind = KINDS.get(type(error))
    if kind and kind is not UNAVAILABLE:
        return kind
    fault_id = log_fault(error, path=path)
    return kind or PhotoErrorKind(500, FAULT, FAULT_MESSAGE, {"id": fault_id})


def localize(kind: PhotoErrorKind, language: Language, headers: dict[str, str]) -> RequestError:
    message = say(language, kind.message, **kind.facts)
    return RequestError(message, kind.code, kind.status, headers=headers | kind.headers)
