from dataclasses import dataclass

from bff.core.refusal import Refusal


@dataclass(eq=False)
class PhotoLimitReached(Refusal):
    """The return has `most` photos, or links under which they may still come."""

    most: int


class PhotoUploadedError(Exception):
    """The link has served: its photo is there."""


class UploadClosedError(Exception):
    """The link has expired, and its place may be another's."""
