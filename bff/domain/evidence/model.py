"""A return's photos (R6): opened, uploaded once, served under links that expire."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_BYTES = 2_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE = 16_384  # pixels; a row of a picture is held in memory many times over
# pixels of the longest side
PHOTO_SIDE = 2_048
THUMBNAIL_SIDE = 320
ACCEPTED_TYPES = ("image/jpeg", "image/png", "image/webp")
STORED_TYPE = "image/jpeg"
UPLOAD_METHOD = "PUT"

UPLOAD_LIFETIME = timedelta(minutes=15)
VIEW_LIFETIME = timedelta(minutes=15)
UPLOAD_S = 60  # what a file may take to come


class Size(StrEnum):
    """How large a photo is served: its longest side is SHOWN_SIDE or THUMBNAIL_SIDE at most."""

    PHOTO = "photo"
    THUMBNAIL = "thumbnail"


class PictureRefusal(StrEnum):
    """Why a file is no photo."""

    NOT_A_PICTURE = "NOT_A_PICTURE"
    DAMAGED = "DAMAGED"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_LONG_A_SIDE = "TOO_LONG_A_SIDE"
    TOO_COSTLY = "TOO_COSTLY"


class PictureRefusedError(Exception):
    def __init__(self, refusal: PictureRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Photo:
    """`width` and `height` in pixels, and `digest` of what is stored: None until it is uploaded."""

    id: str
    return_id: str
    opened_at: datetime
    expires_at: datetime
    uploaded_at: datetime | None
    width: int | None
    height: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo encoded anew: JPEG files of both sizes; `width` and `height` are the larger one's."""

    photo: bytes
    thumbnail: bytes
    width: int
    height: int
