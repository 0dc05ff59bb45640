"""A return's photos (R6): opened, uploaded once, served under links that expire."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_BYTES = 32_000_000
MAX_PIXELS = 200_000_000  # of a JPEG, which is shrunk while it is decoded
MAX_PIXELS_OTHERS = 40_000_000  # of a PNG or WebP
MAX_PIXELS_HEIC = 25_000_000  # it lies in memory whole
MAX_SIDE = 16_384  # pixels; a row of a picture is held in memory many times over
# pixels of the longest side
PHOTO_SIDE = 2_048
THUMBNAIL_SIDE = 320
ACCEPTED_TYPES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif")
STORED_TYPE = "image/jpeg"
UPLOAD_METHOD = "PUT"

UPLOAD_LIFETIME = timedelta(minutes=15)
VIEW_LIFETIME = timedelta(minutes=15)
UPLOAD_S = 120  # what a file may take to come


class Size(StrEnum):
    """How large a photo is served: its longest side is PHOTO_SIDE or THUMBNAIL_SIDE at most."""

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
    """`most_pixels`: how many a picture of its format may have."""

    def __init__(self, refusal: PictureRefusal, most_pixels: int = MAX_PIXELS) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.most_pixels = most_pixels


@dataclass(frozen=True, slots=True)
class Photo:
    """`width` and `height` in pixels, and `digest` of what is stored: None until it is uploaded.

    `failed_at`: when a file was last refused or broken off under its link.
    """

    id: str
    shopper_id: str
    return_id: str
    opened_at: datetime
    expires_at: datetime
    uploaded_at: datetime | None
    width: int | None
    height: int | None
    digest: str | None
    failed_at: datetime | None = None
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo encoded anew: JPEG files of both sizes; `width` and `height` are the larger one's."""

    photo: bytes
    thumbnail: bytes
    width: int
    height: int
