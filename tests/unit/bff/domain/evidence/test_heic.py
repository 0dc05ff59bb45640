"""HEIC pictures, known by their bytes and decoded within a bound."""

import pytest

from bff.domain.evidence.heic import BRANDS, fitted, is_heic
from bff.domain.evidence.model import MAX_PIXELS_HEIC, PictureRefusal, PictureRefusedError
from tests.support.hostile_images import half, heic_claiming, jpeg, picture, saved


def test_a_heic_file_is_known_by_its_brand() -> None:
    assert is_heic(saved(picture(), "HEIF")[:16])
    assert all(is_heic(b"\0\0\0\x18ftyp" + brand) for brand in BRANDS)
    for other in (jpeg(), saved(picture(), "AVIF"), b"", b"heic", b"\0\0\0\x18ftypqt  "):
        assert not is_heic(other[:16])


def test_it_is_decoded_in_the_colours_it_has() -> None:
    for mode, bands in (("L", 1), ("RGB", 3), ("RGBA", 4)):
        image = fitted(saved(picture((65, 49), mode), "HEIF"), lambda image: image)
        assert (image.width, image.height) == (65, 49)
        assert image.bands in (bands, 3)


def test_what_cannot_be_decoded_is_damaged() -> None:
    with pytest.raises(PictureRefusedError) as refused:
        fitted(half(saved(picture((300, 300)), "HEIF")), lambda image: image)
    assert refused.value.refusal is PictureRefusal.DAMAGED


def test_too_many_pixels_are_said_with_how_many_there_may_be() -> None:
    with pytest.raises(PictureRefusedError) as refused:
        fitted(heic_claiming(6_000, 4_500), lambda image: image)
    assert refused.value.refusal is PictureRefusal.TOO_MANY_PIXELS
    assert refused.value.most_pixels == MAX_PIXELS_HEIC
