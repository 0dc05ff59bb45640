"""A program of its own, run for one picture: what is hostile spends its own memory and time.

The file comes on standard input. Standard output is a line of JSON: `refused` with why and
`most_pixels`, or `width`, `height` and the lengths of the `photo` and the `thumbnail`, whose
bytes follow.
"""

import json
import mmap
import os
import struct
import sys
from typing import Any

import pyvips

from bff.domain.evidence import heic
from bff.domain.evidence.model import (
    MAX_BYTES,
    MAX_PIXELS,
    MAX_PIXELS_OTHERS,
    MAX_SIDE,
    PHOTO_SIDE,
    THUMBNAIL_SIDE,
    Picture,
    PictureRefusal,
    PictureRefusedError,
)

if sys.platform != "win32":
    import resource

Upload = bytes | mmap.mmap
HEAD_BYTES = 16
LOADERS = ("VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp")
MAX_MEMORY_BYTES = 80 << 20  # bytes, beside the program's own text
MAX_STACK_BYTES = 1 << 20  # bytes a thread: they count as memory, touched or not
MAX_CPU_S = 10
MAX_PIXELS_LOSSLESS = 8_000_000  # a lossless WebP lies in memory whole, 4 bytes a pixel
QUALITY = 85
WHITE = 255.0
NOTHING = 0  # of what a file says about its picture
OUT_OF_MEMORY = ("out of memory", "insufficient memory", "unable to allocate")


def reencode(data: Upload) -> Picture:
    """Upright, in sRGB, without anything that is no picture. Raises PictureRefusedError."""
    try:
        photo = _jpeg(_fitted(data))
        thumbnail = pyvips.Image.thumbnail_buffer(photo, THUMBNAIL_SIDE, **_fit(THUMBNAIL_SIDE))
        header = pyvips.Image.jpegload_buffer(photo)
        return Picture(photo, _jpeg(thumbnail), header.width, header.height)
    except MemoryError as error:
        raise PictureRefusedError(PictureRefusal.TOO_COSTLY) from error
    except pyvips.Error as error:
        out_of_memory = any(words in str(error).lower() for words in OUT_OF_MEMORY)
        refusal = PictureRefusal.TOO_COSTLY if out_of_memory else PictureRefusal.DAMAGED
        raise PictureRefusedError(refusal) from error


def _fitted(data: Upload) -> pyvips.Image:
    """Read as a stream and fitted into the largest size."""
    source, start = pyvips.Source.new_from_memory(memoryview(data)), data[:HEAD_BYTES]
    if start.startswith(b"\xff\xd8\xff"):
        return _of_jpeg(source)
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return _of_png(source)
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return _of_webp(source, data)
    if heic.is_heic(start):
        return heic.fitted(data, _shrunk)
    raise PictureRefusedError(PictureRefusal.NOT_A_PICTURE)


def _of_jpeg(source: pyvips.Source) -> pyvips.Image:
    """Shrunk while it is decoded."""
    header = pyvips.Image.jpegload_source(source, access="sequential")
    _check(header.width, header.height, MAX_PIXELS)
    fit = _fit(PHOTO_SIDE)
    return pyvips.Image.thumbnail_source(source, PHOTO_SIDE, fail_on="error", **fit)


def _of_png(source: pyvips.Source) -> pyvips.Image:
    image = pyvips.Image.pngload_source(source, access="sequential", fail_on="error")
    _check(image.width, image.height, MAX_PIXELS_OTHERS)
    image = _flat(_in_eight_bits(image))
    times = max(1, max(image.width, image.height) // PHOTO_SIDE)
    # By whole pixels first, and across before down: a third of the memory, as few rows are held.
    return _shrunk(image.shrinkh(min(times, image.width)).shrinkv(min(times, image.height)))


def _in_eight_bits(image: pyvips.Image) -> pyvips.Image:
    if image.format != "ushort":
        return image
    colours = image.bands - int(image.hasalpha())
    return image.msb().copy(interpretation="b-w" if colours == 1 else "srgb")


def _flat(image: pyvips.Image) -> pyvips.Image:
    return image.flatten(background=[WHITE]) if image.hasalpha() else image


def _of_webp(source: pyvips.Source, data: Upload) -> pyvips.Image:
    """Shrunk while it is decoded: at full size a frame of it lies in memory."""
    width, height = _webp_size(data)
    _check(width, height, MAX_PIXELS_OTHERS)
    if data.find(b"VP8L") >= 0 and width * height > MAX_PIXELS_LOSSLESS:
        raise PictureRefusedError(PictureRefusal.TOO_COSTLY)
    scale = min(1, PHOTO_SIDE / max(width, height))
    image = pyvips.Image.webpload_source(source, scale=scale, fail_on="error")
    return _shrunk(image)


def _webp_size(data: Upload) -> tuple[int, int]:
    """Of the canvas, by the WebP container specification and RFC 6386, 9.1.

    Raises PictureRefusedError.
    """
    chunk, body = data[12:16], data[20:30]
    try:
        if chunk == b"VP8X":
            return _number(body[4:7]) + 1, _number(body[7:10]) + 1
        if chunk == b"VP8L":
            bits = _number(body[1:5])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        width, height = struct.unpack("<HH", body[6:10])
    except struct.error as error:
        raise PictureRefusedError(PictureRefusal.DAMAGED) from error
    return width & 0x3FFF, height & 0x3FFF


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _check(width: int, height: int, most_pixels: int) -> None:
    """Raises PictureRefusedError."""
    if not width or not height:
        raise PictureRefusedError(PictureRefusal.DAMAGED)
    if max(width, height) > MAX_SIDE:
        raise PictureRefusedError(PictureRefusal.TOO_LONG_A_SIDE)
    if width * height > most_pixels:
        raise PictureRefusedError(PictureRefusal.TOO_MANY_PIXELS, most_pixels)


def _shrunk(image: pyvips.Image) -> pyvips.Image:
    return image.thumbnail_image(PHOTO_SIDE, **_fit(PHOTO_SIDE))


def _fit(side: int) -> dict[str, Any]:
    return {"height": side, "size": "down", "output_profile": "srgb"}


def _jpeg(image: pyvips.Image) -> bytes:
    encoded: bytes = _flat(image).colourspace("srgb").jpegsave_buffer(Q=QUALITY, keep=NOTHING)
    return encoded


def allow_formats() -> None:
    """Of all that pyvips can decode, only JPEG, PNG and WebP."""
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in LOADERS:
        pyvips.operation_block_set(loader, False)
    pyvips.cache_set_max(0)


def limit_stacks() -> None:
    """Begin again with small stacks: how large a thread's is was settled at the start."""
    if sys.platform != "win32":
        allowed, _ = resource.getrlimit(resource.RLIMIT_STACK)
        if not 0 < allowed <= MAX_STACK_BYTES:
            resource.setrlimit(resource.RLIMIT_STACK, (MAX_STACK_BYTES, MAX_STACK_BYTES))
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this program, as it was begun


def limit_costs() -> None:
    """Memory and time, and no file can be written, where the system can hold to it."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY_BYTES, heic.MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def uploaded() -> Upload:
    """What standard input has left: a file is mapped, and takes no memory of its own."""
    descriptor = sys.stdin.fileno()
    try:
        if os.lseek(descriptor, 0, os.SEEK_CUR) == 0:
            return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    except (ValueError, OSError):  # empty, or a pipe
        pass
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def output(data: Upload) -> bytes:
    try:
        picture = reencode(data)
    except PictureRefusedError as error:
        refused = {"refused": error.refusal, "most_pixels": error.most_pixels}
        return json.dumps(refused).encode() + b"\n"
    facts = {"width": picture.width, "height": picture.height}
    lengths = {"photo": len(picture.photo), "thumbnail": len(picture.thumbnail)}
    return json.dumps(facts | lengths).encode() + b"\n" + picture.photo + picture.thumbnail


def main() -> None:
    limit_stacks()
    allow_formats()
    limit_costs()
    sys.stdout.buffer.write(output(uploaded()))


if __name__ == "__main__":
    main()
