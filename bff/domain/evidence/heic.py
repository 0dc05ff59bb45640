"""HEIC pictures, as phones take them: decoded whole, as their format wants it."""

import mmap
import sys
from collections.abc import Callable
from typing import cast

import pyvips
from pi_heif import options
from pi_heif.heif import HeifFile, open_heif

from bff.domain.evidence.model import MAX_PIXELS_HEIC, PictureRefusal, PictureRefusedError

if sys.platform != "win32":
    import resource

# ISO 14496-12: the file's own brand; ISO 23008-12 has these for HEVC pictures and what holds them.
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
MAX_MEMORY_BYTES = 176 << 20  # three bytes a pixel, and half of that before, for 25 megapixels
OUT_OF_MEMORY = "memory allocation"
FAILURES = (ValueError, RuntimeError, SyntaxError, EOFError, OSError)


def is_heic(start: bytes) -> bool:
    return start[4:8] == b"ftyp" and start[8:12] in BRANDS


def heic_size(file: HeifFile) -> tuple[int, int]:
    """Raises PictureRefusedError for more pixels than can be decoded."""
    width, height = file.size
    if width * height > MAX_PIXELS_HEIC:
        raise PictureRefusedError(PictureRefusal.TOO_MANY_PIXELS, MAX_PIXELS_HEIC)
    return width, height


def fitted(data: bytes | mmap.mmap, fit: Callable[[pyvips.Image], pyvips.Image]) -> pyvips.Image:
    """Upright, in the size that `fit` makes of it. Raises PictureRefusedError."""
    allow_memory()
    options.DECODE_THREADS = 1
    try:
        file = open_heif(data, convert_hdr_to_8bit=True)
        width, height = heic_size(file)
        return fit(_image(file, width, height)).copy_memory()  # the file's own memory goes
    except FAILURES as error:
        out_of_memory = OUT_OF_MEMORY in str(error).lower()
        refusal = PictureRefusal.TOO_COSTLY if out_of_memory else PictureRefusal.DAMAGED
        raise PictureRefusedError(refusal) from error


def _image(file: HeifFile, width: int, height: int) -> pyvips.Image:
    """In the file's own memory; a row may be longer than its pixels are."""
    bands, stride = len(file.mode), cast("int", file.stride)
    rows = pyvips.Image.new_from_memory(file.data, stride, height, 1, "uchar")
    image = rows.crop(0, 0, width * bands, height).bandfold(factor=bands)
    image = image.copy(interpretation="b-w" if file.mode.startswith("L") else "srgb")
    if profile := file.info.get("icc_profile"):
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def allow_memory() -> None:
    """More than for other pictures, up to the program's bound."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        if most != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
