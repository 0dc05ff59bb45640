"""What is made of a picture: upright, small, in plain colours, and nothing but the picture."""

import io
import json

import pytest
from PIL import Image

from bff.domain.evidence.model import MAX_PIXELS, PictureRefusal, PictureRefusedError
from bff.domain.evidence.reencoder import output, reencode
from tests.support.hostile_images import (
    GPS,
    HARMLESS,
    HTML,
    REFUSED,
    SECRET,
    SIZE,
    Hostile,
    exif,
    file_of,
    jpeg,
    picture,
    png,
    saved,
)

# The others are stopped by the limits of a program of their own, or take long to make.
CHEAP = [
    one
    for one in REFUSED
    if one.refusal is not PictureRefusal.TOO_COSTLY and "HEIC of" not in one.name
]
SMALL = [one for one in HARMLESS if "megapixels" not in one.name]
LEFTOVERS = (SECRET, HTML, b"Exif", b"ICC_PROFILE", b"adobe.com", b"PK\x03\x04", b"xxxx")
END = b"\xff\xd9"


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def shown(data: bytes) -> Image.Image:
    return opened(reencode(data).photo).convert("RGB")


def is_near(colour: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize("hostile", SMALL, ids=lambda one: one.name)
def test_nothing_is_left_but_the_picture(hostile: Hostile) -> None:
    made = reencode(file_of(hostile))
    for file in (made.photo, made.thumbnail):
        image = opened(file)
        assert (
            image.format,
            set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"},
        ) == ("JPEG", set())
        assert [left for left in LEFTOVERS if left in file] == []
        assert file.endswith(END)
        assert file.count(END) == 1
    assert opened(made.photo).size == (made.width, made.height)


def test_the_test_files_hold_what_is_to_be_removed() -> None:
    """Or the test above would prove nothing."""
    file = jpeg(exif=exif())
    assert SECRET in file
    assert opened(file).getexif().get_ifd(GPS)[1] == "N"


@pytest.mark.parametrize(
    ("orientation", "size", "dark"),
    [
        (1, (64, 48), (32, 0)),
        (3, (64, 48), (32, 47)),
        (6, (48, 64), (47, 32)),
        (8, (48, 64), (0, 32)),
    ],
)
def test_a_picture_is_turned_upright(
    orientation: int, size: tuple[int, int], dark: tuple[int, int]
) -> None:
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        image = shown(saved(picture(), kind, exif=exif(orientation).tobytes()))
        assert image.size == size
        assert is_near(image.getpixel(dark), (0, 0, 0))


def test_large_pictures_are_made_smaller_and_small_ones_are_not_made_larger() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        files = [saved(picture(size), kind, method=0) for size in ((3_000, 1_800), SIZE)]
        large, small = map(reencode, files)
        assert (large.width, large.height) == (2048, 1229)
        assert opened(large.thumbnail).size == (320, 192)
        assert (small.width, small.height) == opened(small.thumbnail).size == SIZE


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_what_is_see_through_is_white(kind: str) -> None:
    image = shown(saved(Image.new("RGBA", SIZE, (255, 0, 0, 0)), kind))
    assert is_near(image.getpixel((5, 5)), (255, 255, 255))


def test_colours_are_kept() -> None:
    red = Image.new("RGB", SIZE, (200, 30, 30))
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        assert is_near(shown(saved(red, kind)).getpixel((5, 5)), (200, 30, 30))


def test_cmyk_and_16_bits_become_plain_colours() -> None:
    ink = Image.new("CMYK", SIZE, (0, 0, 0, 0))
    assert is_near(shown(saved(ink, "JPEG")).getpixel((5, 5)), (255, 255, 255))
    assert is_near(shown(png(*SIZE, bits=16)).getpixel((5, 5)), (0, 0, 0))
    grey = Image.new("I;16", SIZE, 0x8080)
    assert is_near(shown(saved(grey, "PNG")).getpixel((5, 5)), (128, 128, 128))


def test_of_an_animation_the_first_picture_is_shown() -> None:
    first, second = Image.new("RGB", SIZE, "white"), Image.new("RGB", SIZE, "black")
    for kind in ("PNG", "WEBP"):
        file = saved(first, kind, save_all=True, append_images=[second], duration=50)
        assert is_near(shown(file).getpixel((5, 5)), (255, 255, 255))


def test_hostile_files_are_many() -> None:
    names = [one.name for one in (*REFUSED, *HARMLESS)]
    assert len(set(names)) == len(names) >= 30
    assert {one.refusal for one in REFUSED} == set(PictureRefusal)


@pytest.mark.parametrize("hostile", CHEAP, ids=lambda one: one.name)
def test_a_hostile_file_is_refused_for_what_it_is(hostile: Hostile) -> None:
    with pytest.raises(PictureRefusedError) as refused:
        reencode(file_of(hostile))
    assert refused.value.refusal is hostile.refusal


def test_the_output_is_a_line_of_json_and_the_files() -> None:
    head, _, body = output(jpeg()).partition(b"\n")
    facts = json.loads(head)
    assert (facts["width"], facts["height"]) == SIZE
    assert len(body) == facts["photo"] + facts["thumbnail"]
    assert opened(body[: facts["photo"]]).size == SIZE


def test_the_output_of_a_refused_file_says_why() -> None:
    assert json.loads(output(b"<svg/>")) == {
        "refused": "NOT_A_PICTURE",
        "most_pixels": MAX_PIXELS,
    }
