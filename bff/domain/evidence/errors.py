"""What stands against uploading or seeing a photo, as it is told over HTTP."""

from dataclasses import dataclass, field

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
from bff.locale.messages import N_, Fact

RETRY_S = 30


@dataclass(frozen=True, slots=True)
class Problem:
    """`message` is told with `facts` in a client's language."""

    status: int
    code: str
    message: str
    facts: dict[str, Fact] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class ProblemError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


NOT_OURS = Problem(403, "LINK_NOT_OURS", N_("The link is not one of ours."))
EXPIRED = Problem(410, "LINK_EXPIRED", N_("The link has expired: ask for a new one."))
UPLOADED = Problem(
    409, "PHOTO_UPLOADED", N_("A photo came under this link already: ask for a new one.")
)
ENDED = Problem(
    409, "RETURN_TAKES_NO_PHOTOS", N_("The return has ended: it takes no photos any more.")
)
TOO_LARGE = Problem(
    413, "PHOTO_TOO_LARGE", N_("A photo has at most {bytes} bytes."), {"bytes": MOST_BYTES}
)
WRONG_TYPE = Problem(
    415,
    "PHOTO_TYPE",
    N_("Content-Type is to be one of {types}."),
    {"types": ", ".join(ACCEPTED_TYPES)},
)
ENCODED = Problem(
    415, "PHOTO_ENCODED", N_("A photo is to come as it is, without Content-Encoding.")
)
TOO_SLOW = Problem(
    408,
    "UPLOAD_TOO_SLOW",
    N_("A photo is to come within {seconds} seconds."),
    {"seconds": UPLOAD_S},
)
NO_STORE = Problem(
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
KNOWN: dict[type[Exception], Problem] = {
    BadLinkError: NOT_OURS,
    ExpiredLinkError: EXPIRED,
    UploadClosedError: EXPIRED,
    PhotoUploadedError: UPLOADED,
    StoreError: NO_STORE,
}


def flawed(error: FlawError) -> Problem:
    facts: dict[str, Fact] = {"megapixels": MOST_PIXELS // 1_000_000, "pixels": LONGEST_SIDE}
    return Problem(422, f"PHOTO_{error.flaw}", FLAWS[error.flaw], facts)
