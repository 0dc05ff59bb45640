"""A program of its own, run for one picture: what is hostile spends its own memory and time.

The file comes on standard input. Standard output is a line of JSON: `refused` with a flaw, or
`width`, `height` and the lengths of the `photo` and the `thumbnail`, whose bytes follow.
"""

import json
import os
import struct
import sys
from typing import Any

import pyvips

from bff.domain.evidence.model import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PIXELS,
    SHOWN_SIDE,
    THUMBNAIL_SIDE,
    Flaw,
    FlawError,
    Picture,
)

if sys.platform != "win32":
    import resource

LOADERS = ("VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp")
MOST_MEMORY = 80 << 20  # bytes, beside the program's own text
MOST_STACK = 1 << 20  # bytes a thread: they count as memory, touched or not
MOST_CPU_S = 10
MOST_PIXELS_LOSSLESS = 8_000_000  # a lossless WebP lies in memory whole, 4 bytes a pixel
QUALITY = 85
WHITE = 255.0
NOTHING = 0  # of what a file says about its picture
OUT_OF_MEMORY = ("out of memory", "insufficient memory", "unable to allocate")


def remake(data: bytes) -> Picture:
    """Upright, in sRGB, without anything that is no picture. Raises FlawError."""
    try:
        photo = _jpeg(_shrunken(data))
        thumbnail = pyvips.Image.thumbnail_buffer(photo, THUMBNAIL_SIDE, **_fitting(THUMBNAIL_SIDE))
        shown = pyvips.Image.jpegload_buffer(photo)
        return Picture(photo, _jpeg(thumbnail), shown.width, shown.height)
    except MemoryError as error:
        raise FlawError(Flaw.TOO_COSTLY) from error
    except pyvips.Error as error:
        raise FlawError(_flaw(str(error))) from error


def _flaw(message: str) -> Flaw:
    told = message.lower()
    return Flaw.TOO_COSTLY if any(words in told for words in OUT_OF_MEMORY) else Flaw.DAMAGED


def _shrunken(data: bytes) -> pyvips.Image:
    """Read as a stream and fitted into the largest size."""
    if data.startswith(b"\xff\xd8\xff"):
        return _of_jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _of_png(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _of_webp(data)
    raise FlawError(Flaw.NOT_A_PICTURE)


def _of_jpeg(data: bytes) -> pyvips.Image:
    header = pyvips.Image.jpegload_buffer(data, access="sequential")
    _check(header.width, header.height)
    fitting = _fitting(SHOWN_SIDE)
    return pyvips.Image.thumbnail_buffer(data, SHOWN_SIDE, fail_on="error", **fitting)


def _of_png(data: bytes) -> pyvips.Image:
    image = pyvips.Image.pngload_buffer(data, access="sequential", fail_on="error")
    _check(image.width, image.height)
    image = _flat(_in_eight_bits(image))
    times = max(1, max(image.width, image.height) // SHOWN_SIDE)
    # By whole pixels first, and across before down: a third of the memory, as few rows are held.
    smaller = image.shrinkh(min(times, image.width)).shrinkv(min(times, image.height))
    return smaller.thumbnail_image(SHOWN_SIDE, **_fitting(SHOWN_SIDE))


def _in_eight_bits(image: pyvips.Image) -> pyvips.Image:
    if image.format != "ushort":
        return image
    colours = image.bands - int(image.hasalpha())
    return image.msb().copy(interpretation="b-w" if colours == 1 else "srgb")


def _flat(image: pyvips.Image) -> pyvips.Image:
    return image.flatten(background=[WHITE]) if image.hasalpha() else image


def _of_webp(data: bytes) -> pyvips.Image:
    """Shrunk while it is decoded: at full size a frame of it lies in memory."""
    width, height = _webp_size(data)
    _check(width, height)
    if b"VP8L" in data and width * height > MOST_PIXELS_LOSSLESS:
        raise FlawError(Flaw.TOO_COSTLY)
    scale = min(1, SHOWN_SIDE / max(width, height))
    image = pyvips.Image.webpload_buffer(data, scale=scale, fail_on="error")
    return image.thumbnail_image(SHOWN_SIDE, **_fitting(SHOWN_SIDE))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Of the canvas, by the WebP container specification and RFC 6386, 9.1. Raises FlawError."""
    chunk, body = data[12:16], data[20:30]
    try:
        if chunk == b"VP8X":
            return _number(body[4:7]) + 1, _number(body[7:10]) + 1
        if chunk == b"VP8L":
            bits = _number(body[1:5])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        width, height = struct.unpack("<HH", body[6:10])
    except struct.error as error:
        raise FlawError(Flaw.DAMAGED) from error
    return width & 0x3FFF, height & 0x3FFF


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _check(width: int, height: int) -> None:
    """Raises FlawError."""
    if not width or not height:
        raise FlawError(Flaw.DAMAGED)
    if max(width, height) > LONGEST_SIDE:
        raise FlawError(Flaw.TOO_LONG_A_SIDE)
    if width * height > MOST_PIXELS:
        raise FlawError(Flaw.TOO_MANY_PIXELS)


def _fitting(side: int) -> dict[str, Any]:
    return {"height": side, "size": "down", "output_profile": "srgb"}


def _jpeg(image: pyvips.Image) -> bytes:
    encoded: bytes = _flat(image).colourspace("srgb").jpegsave_buffer(Q=QUALITY, keep=NOTHING)
    return encoded


def allow_formats() -> None:
    """Of all that the library can decode, only the three that are accepted."""
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in LOADERS:
        pyvips.operation_block_set(loader, False)
    pyvips.cache_set_max(0)


def limit_stacks() -> None:
    """Begin again with small stacks: how large a thread's is was settled at the start."""
    if sys.platform != "win32":
        allowed, _ = resource.getrlimit(resource.RLIMIT_STACK)
        if not 0 < allowed <= MOST_STACK:
            resource.setrlimit(resource.RLIMIT_STACK, (MOST_STACK, MOST_STACK))
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this program, as it was begun


def limit_costs() -> None:
    """Memory and time, and no file can be written, where the system can hold to it."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(data: bytes) -> bytes:
    try:
        made = remake(data)
    except FlawError as error:
        return json.dumps({"refused": error.flaw}).encode() + b"\n"
    facts = {"width": made.width, "height": made.height}
    lengths = {"photo": len(made.photo), "thumbnail": len(made.thumbnail)}
    return json.dumps(facts | lengths).encode() + b"\n" + made.photo + made.thumbnail


def main() -> None:
    limit_stacks()
    allow_formats()
    limit_costs()
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(MOST_BYTES + 1)))


if __name__ == "__main__":
    main()
