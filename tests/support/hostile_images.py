"""Image files that no phone sends, each with the expected outcome."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from zipfile import ZipFile

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

from bff.domain.evidence.model import MAX_BYTES, PictureRefusal

pillow_heif.register_heif_opener()

SIZE = (64, 48)
HTML = b"<html><script>alert('here')</script></html>"
SECRET = b"GPS and serial number"
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
SOS, EOI = b"\xff\xda", b"\xff\xd9"
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
INTERLACED = (*ADAM7, (0, 1, 1, 2))
CHANNELS = {0: 1, 2: 3, 6: 4}


@dataclass(frozen=True)
class Hostile:
    """`refusal` None: a picture is made of it, and nothing else of it is left."""

    name: str
    make: Callable[[], bytes]
    refusal: PictureRefusal | None = None


def picture(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """Dark at the top, bright at the bottom."""
    band = Image.linear_gradient("L").resize(size)
    return Image.merge(mode, [band] * len(mode)) if len(mode) > 1 else band.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(**options: object) -> bytes:
    return saved(picture(), "JPEG", **options)


def exif(orientation: int = 1) -> Image.Exif:
    """With a place and a serial number."""
    made = Image.Exif()
    made[ORIENTATION], made[MAKER] = orientation, SECRET.decode()
    made.get_ifd(GPS).update({1: "N", 2: (30.0, 16.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)})
    return made


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, *, colour: int = 2, bits: int = 8, interlaced: bool = False
) -> bytes:
    """All black, made row by row, so that it may be huge."""
    return png_of(
        header(width, height, colour, bits, interlaced),
        chunk(b"IDAT", rows(width, height, CHANNELS[colour] * bits, interlaced)),
    )


def png_of(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def header(
    width: int, height: int, colour: int = 2, bits: int = 8, interlaced: bool = False
) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced))


def rows(width: int, height: int, bits: int, interlaced: bool = False) -> bytes:
    packer = zlib.compressobj(1)
    parts = []
    for left, top, across, down in INTERLACED if interlaced else ((0, 0, 1, 1),):
        wide, high = -(-(width - left) // across), -(-(height - top) // down)
        row = bytes(1 + -(-wide * bits // 8))
        parts += [packer.compress(row) for _ in range(high)]
    return b"".join([*parts, packer.flush()])


def small_png(*chunks: bytes) -> bytes:
    """With chunks between its header and its pixels."""
    return png_of(header(*SIZE), *chunks, chunk(b"IDAT", rows(*SIZE, 24)))


def with_wrong_checksum() -> bytes:
    made = bytearray(small_png())
    made[made.index(b"IDAT") + 6] ^= 0xFF
    return bytes(made)


def zipped() -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as made:
        made.writestr("run.sh", "rm -rf ~")
    return file.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A JPEG whose header says it is larger than it is."""
    made = bytearray(jpeg())
    at = made.index(b"\xff\xc0") + 5
    made[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(made)


def many_scans() -> bytes:
    """A progressive JPEG that refines itself as often as there is room for."""
    made = saved(picture((1_500, 1_500)), "JPEG", progressive=True)
    last = made.rindex(SOS)
    scan = made[last:-2]
    return made[:last] + scan * ((MAX_BYTES - last) // len(scan) - 1) + EOI


def text_bomb(kind: bytes) -> bytes:
    """100 MB of text or profile in a small chunk."""
    return small_png(chunk(kind, b"icc\0\0" + zlib.compress(bytes(100_000_000), 1)))


def animated(kind: str) -> bytes:
    others = [Image.new("RGB", SIZE, colour) for colour in ("red", "blue")]
    return saved(picture(), kind, save_all=True, append_images=others, duration=50)


def palette() -> bytes:
    return saved(picture().convert("P"), "PNG", transparency=0)


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def large_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 1_000_000)
    return saved(picture(), "PNG", pnginfo=info)


def webp_claiming(width: int, height: int) -> bytes:
    made = bytearray(saved(picture(), "WEBP"))
    made[26:30] = struct.pack("<HH", width, height)
    return bytes(made)


def large_heic(image: Image.Image, **options: object) -> bytes:
    """In a third of the time, for it is not made as small as can be."""
    return saved(image, "HEIF", enc_params={"preset": "ultrafast"}, **options)


def heic_claiming(width: int, height: int) -> bytes:
    made = bytearray(saved(picture((64, 64)), "HEIF"))
    at = made.index(b"ispe") + 8
    made[at : at + 8] = struct.pack(">II", width, height)
    return bytes(made)


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


NOT, DAMAGED, COSTLY = (
    PictureRefusal.NOT_A_PICTURE,
    PictureRefusal.DAMAGED,
    PictureRefusal.TOO_COSTLY,
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

REFUSED = (
    Hostile("nothing", lambda: b"", NOT),
    Hostile("zeros", lambda: bytes(1_000), NOT),
    Hostile("HTML", lambda: HTML, NOT),
    Hostile("SVG", lambda: SVG, NOT),
    Hostile("GIF", lambda: saved(picture(), "GIF"), NOT),
    Hostile("animated GIF", lambda: animated("GIF"), NOT),
    Hostile("BMP", lambda: saved(picture(), "BMP"), NOT),
    Hostile("TIFF", lambda: saved(picture(), "TIFF"), NOT),
    Hostile("PDF", lambda: saved(picture(), "PDF"), NOT),
    Hostile("ZIP", zipped, NOT),
    Hostile("only a HEIC's beginning", lambda: b"\0\0\0\x18ftypheic" + bytes(500), DAMAGED),
    Hostile("truncated HEIC", lambda: half(saved(picture((300, 300)), "HEIF")), DAMAGED),
    Hostile("AVIF", lambda: saved(picture(), "AVIF"), NOT),
    Hostile("HTML before a JPEG", lambda: HTML + jpeg(), NOT),
    Hostile("only a JPEG's beginning", lambda: jpeg()[:3], DAMAGED),
    Hostile("only a PNG's beginning", lambda: small_png()[:8], DAMAGED),
    Hostile("only a WebP's beginning", lambda: saved(picture(), "WEBP")[:12], DAMAGED),
    Hostile("truncated JPEG", lambda: half(jpeg(quality=95)), DAMAGED),
    Hostile("truncated PNG", lambda: half(saved(picture(), "PNG")), DAMAGED),
    Hostile("truncated WebP", lambda: half(saved(picture(), "WEBP")), DAMAGED),
    Hostile("PNG with a wrong sum", with_wrong_checksum, DAMAGED),
    Hostile("PNG of no width", lambda: png(0, 10), DAMAGED),
    Hostile("PNG without pixels", lambda: png_of(header(*SIZE)), DAMAGED),
    Hostile(
        "JPEG that claims 65,000 by 65,000",
        lambda: claiming(65_000, 65_000),
        PictureRefusal.TOO_LONG_A_SIDE,
    ),
    Hostile(
        "JPEG that claims 15,000 by 15,000",
        lambda: claiming(15_000, 15_000),
        PictureRefusal.TOO_MANY_PIXELS,
    ),
    Hostile(
        "WebP that claims 16,383 by 16,383",
        lambda: webp_claiming(16_383, 16_383),
        PictureRefusal.TOO_MANY_PIXELS,
    ),
    Hostile("PNG that claims 2,000,000,000", lambda: png_of(header(2_000_000_000, 1)), DAMAGED),
    Hostile("PNG 50,000 pixels wide", lambda: png(50_000, 10), PictureRefusal.TOO_LONG_A_SIDE),
    Hostile("PNG 50,000 pixels high", lambda: png(10, 50_000), PictureRefusal.TOO_LONG_A_SIDE),
    Hostile(
        "PNG of 100 megapixels",
        lambda: png(10_000, 10_000, colour=0),
        PictureRefusal.TOO_MANY_PIXELS,
    ),
    Hostile("interlaced PNG, 16 bits", lambda: png(8_000, 5_000, bits=16, interlaced=True), COSTLY),
    Hostile(
        "large progressive JPEG",
        lambda: saved(picture((8_000, 5_000), "L"), "JPEG", progressive=True),
        COSTLY,
    ),
    Hostile(
        "large lossless WebP",
        lambda: saved(Image.new("RGB", (8_000, 5_000)), "WEBP", lossless=True, method=0),
        COSTLY,
    ),
    Hostile("JPEG of many scans", many_scans, DAMAGED),
    Hostile(
        "HEIC of 48 megapixels",
        lambda: large_heic(Image.new("RGB", (8_000, 6_000))),
        PictureRefusal.TOO_MANY_PIXELS,
    ),
    Hostile(
        "HEIC that claims 8,000 by 6,000",
        lambda: heic_claiming(8_000, 6_000),
        PictureRefusal.TOO_MANY_PIXELS,
    ),
    Hostile("HEIC that claims 3,000 by 2,000", lambda: heic_claiming(3_000, 2_000), DAMAGED),
)
HARMLESS = (
    Hostile("bomb of 40 megapixels", lambda: png(8_000, 5_000)),
    Hostile("JPEG of 40 megapixels", lambda: saved(picture((8_000, 5_000)), "JPEG", quality=30)),
    Hostile("JPEG of 108 megapixels", lambda: saved(picture((12_000, 9_000)), "JPEG", quality=30)),
    Hostile("HEIC of 24 megapixels", lambda: large_heic(picture((5_712, 4_284)), quality=30)),
    Hostile(
        "WebP of 40 megapixels",
        lambda: saved(picture((8_000, 5_000)), "WEBP", quality=30, method=0),
    ),
    Hostile("PNG with a bomb of text", lambda: text_bomb(b"zTXt")),
    Hostile("PNG with a bomb of a profile", lambda: text_bomb(b"iCCP")),
    Hostile("JPEG that claims 3,000 by 3,000", lambda: claiming(3_000, 3_000)),
    Hostile("JPEG and HTML", lambda: jpeg() + HTML),
    Hostile("JPEG and ZIP", lambda: jpeg() + zipped()),
    Hostile("JPEG that says HTML", lambda: jpeg(comment=HTML)),
    Hostile("JPEG that says where", lambda: jpeg(exif=exif())),
    Hostile("PNG that says where", lambda: saved(picture(), "PNG", exif=exif())),
    Hostile("WebP that says where", lambda: saved(picture(), "WEBP", exif=exif())),
    Hostile("HEIC", lambda: saved(picture(), "HEIF")),
    Hostile("HEIC that says where", lambda: saved(picture(), "HEIF", exif=exif().tobytes())),
    Hostile("see-through HEIC", lambda: saved(picture(mode="RGBA"), "HEIF")),
    Hostile("grey HEIC of odd sides", lambda: saved(picture((101, 77), "L"), "HEIF")),
    Hostile("JPEG with XMP", lambda: jpeg(xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")),
    Hostile("JPEG with a profile", lambda: jpeg(icc_profile=profile())),
    Hostile("JPEG with no good profile", lambda: jpeg(icc_profile=HTML * 50)),
    Hostile("CMYK JPEG", lambda: saved(picture(mode="CMYK"), "JPEG")),
    Hostile("grey JPEG", lambda: saved(picture(mode="L"), "JPEG")),
    Hostile("16-bit PNG", lambda: png(*SIZE, colour=6, bits=16)),
    Hostile("16-bit grey PNG", lambda: png(*SIZE, colour=0, bits=16)),
    Hostile("PNG of one bit", lambda: saved(picture(mode="L").convert("1"), "PNG")),
    Hostile("PNG with a palette", palette),
    Hostile("PNG with much text", large_text),
    Hostile("interlaced PNG", lambda: png(*SIZE, interlaced=True)),
    Hostile("animated PNG", lambda: animated("PNG")),
    Hostile("animated WebP", lambda: animated("WEBP")),
    Hostile("see-through WebP", lambda: saved(picture(mode="RGBA"), "WEBP")),
    Hostile("1 by 1", lambda: png(1, 1)),
    Hostile("16,384 by 1", lambda: png(16_384, 1)),
    Hostile("1 by 16,384", lambda: png(1, 16_384)),
)


@cache
def file_of(hostile: Hostile) -> bytes:
    return hostile.make()


def all_hostile() -> Iterator[Hostile]:
    yield from REFUSED
    yield from HARMLESS
