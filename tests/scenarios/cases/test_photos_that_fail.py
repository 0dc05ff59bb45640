"""Case "5.3 MB photo, HEIC photo, then a good one"."""

import os

import httpx
from PIL import Image

from tests.support.evidence import EvidenceApp, shopper_with_return
from tests.support.hostile_images import SVG, jpeg, picture, saved
from tests.support.world import World


def large_photo() -> bytes:
    """Of 12 megapixels and more than 5 MB, as a phone takes it."""
    grain = Image.frombytes("RGB", (504, 378), os.urandom(504 * 378 * 3))
    return saved(grain.resize((4_032, 3_024), Image.Resampling.BICUBIC), "JPEG", quality=98)


async def test_large_and_heic_photos_are_taken(server: World) -> None:
    shopper, return_id = await shopper_with_return(server)
    large = large_photo()
    async with server.client(shopper) as client, httpx.AsyncClient(verify=False) as web:
        app = EvidenceApp(client, web, return_id)
        for file in (large, saved(picture((400, 300)), "HEIF"), jpeg()):
            await app.upload(file)
        photos = await app.photos()
    assert len(large) > 5_000_000
    assert {photo["width"] for photo in photos} == {2_048, 400, 64}


async def test_what_fails_takes_no_place(server: World) -> None:
    shopper, return_id = await shopper_with_return(server)
    too_large = jpeg() + bytes(32_000_000)
    async with server.client(shopper) as client, httpx.AsyncClient(verify=False) as web:
        app = EvidenceApp(client, web, return_id)
        await app.upload()
        for file in (too_large, SVG, jpeg()[:300], too_large, SVG):
            answer = await app.put(await app.link(), file)
            assert answer.status_code in (413, 422)
        await app.upload()
        await app.upload()
        assert len(await app.photos()) == 3
