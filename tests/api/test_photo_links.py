"""Links under which photos come and are shown: each for one photo, and for a while."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import jwt
import pytest

from tests.support.evidence import (
    OPEN,
    PHOTOS,
    TYPE,
    EvidenceApp,
    shopper_with_return,
    shown_picture,
)
from tests.support.hostile_images import SVG, jpeg, picture, saved
from tests.support.world import World

MINUTE = timedelta(minutes=1)
PNG = saved(picture((100, 80)), "PNG")


@pytest.fixture
async def app(server: World) -> AsyncIterator[EvidenceApp]:
    shopper, return_id = await shopper_with_return(server)
    async with server.client(shopper) as client, httpx.AsyncClient(verify=False) as web:
        yield EvidenceApp(client, web, return_id)


async def test_only_the_shopper_of_a_return_gets_links(server: World, app: EvidenceApp) -> None:
    await app.upload()
    stranger, _ = await shopper_with_return(server)
    async with server.client(stranger) as other:
        assert (await other.answer(PHOTOS, id=app.return_id))["data"]["node"] is None
        refused = (await other.ask(OPEN, key="k", id=app.return_id))["evidenceUploadOpen"]
        assert (refused["code"], refused["field"]) == ("NOT_FOUND", "returnId")
    async with server.client(None) as nobody:
        assert (await nobody.answer(OPEN, key="k", id=app.return_id))["errors"]


async def test_a_link_serves_once(app: EvidenceApp) -> None:
    link = await app.link()
    assert (await app.put(link, jpeg())).status_code == 201
    again = await app.put(link, PNG)
    assert (again.status_code, again.json()["code"]) == (409, "PHOTO_UPLOADED")
    assert "ask for a new one" in (await app.put(link, PNG, Accept_Language="en")).json()["message"]
    assert [photo["width"] for photo in await app.photos()] == [64]


async def test_a_refused_file_leaves_the_link_as_it_was(app: EvidenceApp) -> None:
    link = await app.link()
    refused = await app.put(link, SVG, Accept_Language="en")
    assert (refused.status_code, refused.json()) == (
        422,
        {"code": "PHOTO_NOT_A_PICTURE", "message": "This is no JPEG, PNG, WebP or HEIC picture."},
    )
    body = (await app.put(link, jpeg()[:400], Accept_Language="zh")).json()
    assert body == {"code": "PHOTO_DAMAGED", "message": "图片无法读取：已损坏或不完整。"}
    assert await app.photos() == []
    assert (await app.put(link, jpeg())).status_code == 201


async def test_the_same_key_opens_the_same_place(app: EvidenceApp) -> None:
    first, second = await app.open("k"), await app.open("k")
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["uploadUrl"] == second["uploadUrl"]
    await app.open()
    assert (await app.open())["__typename"] == "EvidenceUploadOpenSuccess"


async def test_links_expire(server: World, app: EvidenceApp) -> None:
    upload, photo = await app.link(), await app.upload()
    server.clock.advance(15 * MINUTE)
    assert (await app.put(upload, jpeg())).status_code == 410
    server.clock.advance(15 * MINUTE)
    for url in (photo["url"], photo["thumbnailUrl"]):
        gone = await app.web.get(url)
        assert (gone.status_code, gone.json()["code"]) == (410, "LINK_EXPIRED")
    [again] = await app.photos()
    assert shown_picture(await app.web.get(again["url"])).size == (64, 48)


async def test_a_photo_keeps_its_link_for_14_minutes(server: World, app: EvidenceApp) -> None:
    """So that the phone has the picture in its cache; and never good for less than 15 minutes."""
    photo = await app.upload()
    server.clock.advance(14 * MINUTE)
    assert await app.photos() == [photo]
    assert shown_picture(await app.web.get(photo["url"])).size == (64, 48)


def forged(url: str, **claims: object) -> str:
    base, _, signature = url.rpartition("/")
    known = jwt.decode(signature, options={"verify_signature": False})
    return f"{base}/{jwt.encode(known | claims, 'a key that is ours, not the server s own key')}"


async def test_a_link_that_was_tampered_with_is_refused(app: EvidenceApp) -> None:
    upload, photo = await app.link(), await app.upload()
    large, small = photo["url"].rpartition("/")[2], photo["thumbnailUrl"].rpartition("/")[2]
    url: str = photo["url"]
    bearer = app.client.token or ""
    urls = (
        url[:-1] + ("A" if url[-1] != "A" else "B"),
        url.replace(large, small),
        url.replace("/photo/", "/original/"),
        url.replace(large, upload.rpartition("/")[2]),
        url.replace(large, bearer),
        url.replace(large, "x"),
        forged(url, exp=2**40),
        forged(url, sub="pho_other"),
    )
    for one in urls:
        answer = await app.web.get(one)
        assert (answer.status_code, answer.json()["code"]) == (403, "LINK_NOT_OURS"), one
    for one in (upload.rpartition("/")[0] + "/" + large, forged(upload), upload + "x"):
        assert (await app.put(one, jpeg())).status_code == 403
    assert len(await app.photos()) == 1


async def test_links_take_put_for_uploads_and_get_for_photos_alone(app: EvidenceApp) -> None:
    link, photo = await app.link(), await app.upload()
    assert (await app.web.get(link)).status_code == 403
    assert (await app.web.post(link, content=jpeg(), headers=TYPE)).status_code == 405
    assert (await app.web.put(photo["url"], content=jpeg(), headers=TYPE)).status_code == 405
    assert (await app.web.head(photo["url"])).status_code == 200
