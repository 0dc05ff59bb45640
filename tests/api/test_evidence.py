"""Pictures instead of reasons (R6), over the public API and plain HTTP."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import jwt
import pytest
from PIL import Image

from tests.support.database import nothing_changes
from tests.support.evidence import OPEN, PHOTOS, REMOVE, TYPE, EvidenceApp, shopper_with_return
from tests.support.hostile_images import SECRET, SVG, exif, jpeg, picture, saved
from tests.support.world import World

MINUTE = timedelta(minutes=1)
KINDS = ("jpeg", "png", "webp", "heic", "heif")
PNG = saved(picture((100, 80)), "PNG")


@pytest.fixture
async def app(server: World) -> AsyncIterator[EvidenceApp]:
    shopper, return_id = await shopper_with_return(server)
    async with server.client(shopper) as client, httpx.AsyncClient(verify=False) as web:
        yield EvidenceApp(client, web, return_id)


def opened(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))


async def test_an_uploaded_photo_is_shown_on_its_return(server: World, app: EvidenceApp) -> None:
    """R6: no reason is needed."""
    place = await app.open()
    assert place["method"] == "PUT"
    assert (place["mostBytes"], place["mostPixels"]) == (32_000_000, 200_000_000)
    assert place["acceptedTypes"] == [f"image/{kind}" for kind in KINDS]
    assert datetime.fromisoformat(place["expiresAt"]) == server.clock.now() + 15 * MINUTE
    assert (place["replayed"], place["return"]["photos"]) == (False, [])
    answer = await app.put(place["uploadUrl"], jpeg(exif=exif(orientation=6)))
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    [photo] = await app.photos()
    assert photo == answer.json()
    assert (photo["width"], photo["height"]) == (48, 64)
    for url in (photo["url"], photo["thumbnailUrl"]):
        seen = await app.web.get(url)
        assert (opened(seen).format, opened(seen).size, SECRET in seen.content) == (
            "JPEG",
            (48, 64),
            False,
        )


async def test_a_photo_is_served_as_a_picture_and_as_nothing_else(app: EvidenceApp) -> None:
    headers = (await app.web.get((await app.upload())["url"])).headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'"
    assert headers["content-disposition"] == "inline"
    assert headers["cache-control"].startswith("private, max-age=")


async def test_photos_come_in_the_order_in_which_they_were_taken(
    server: World, app: EvidenceApp
) -> None:
    ids = []
    for _ in range(3):
        server.clock.advance(MINUTE)
        ids.append((await app.upload())["id"])
    assert [photo["id"] for photo in await app.photos()] == ids


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


async def test_of_two_files_at_once_one_is_kept_whole(app: EvidenceApp) -> None:
    link = await app.link()
    answers = await asyncio.gather(app.put(link, jpeg()), app.put(link, PNG))
    assert sorted(one.status_code for one in answers) == [201, 409]
    [photo] = await app.photos()
    assert opened(await app.web.get(photo["url"])).size == (photo["width"], photo["height"])


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


async def test_a_return_takes_three_photos(app: EvidenceApp) -> None:
    for _ in range(3):
        await app.upload()
    refused = await app.open()
    assert (refused["code"], refused["most"]) == ("PHOTO_LIMIT_REACHED", 3)
    assert refused["message"] == "A return takes at most 3 photos."
    assert len(await app.photos()) == 3


async def test_a_place_is_held_as_long_as_its_link_is_good(server: World, app: EvidenceApp) -> None:
    links = [await app.link() for _ in range(3)]
    assert (await app.open())["code"] == "PHOTO_LIMIT_REACHED"
    server.clock.advance(15 * MINUTE)
    assert (await app.put(links[0], jpeg())).json()["code"] == "LINK_EXPIRED"
    for _ in range(3):
        await app.upload()
    assert (await app.open())["code"] == "PHOTO_LIMIT_REACHED"


async def test_the_same_key_opens_the_same_place(app: EvidenceApp) -> None:
    first, second = await app.open("k"), await app.open("k")
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["uploadUrl"] == second["uploadUrl"]
    await app.open()
    assert (await app.open())["__typename"] == "EvidenceUploadOpenSuccess"


async def test_a_return_that_has_ended_takes_no_photos(app: EvidenceApp) -> None:
    link, photo = await app.link(), await app.upload()
    await app.cancel()
    refused = await app.open()
    assert (refused["code"], refused["status"]) == ("RETURN_TAKES_NO_PHOTOS", "CLOSED")
    late = await app.put(link, jpeg())
    assert (late.status_code, late.json()["code"]) == (409, "RETURN_TAKES_NO_PHOTOS")
    assert [one["id"] for one in await app.photos()] == [photo["id"]]


async def test_links_expire(server: World, app: EvidenceApp) -> None:
    upload, photo = await app.link(), await app.upload()
    server.clock.advance(15 * MINUTE)
    assert (await app.put(upload, jpeg())).status_code == 410
    server.clock.advance(15 * MINUTE)
    for url in (photo["url"], photo["thumbnailUrl"]):
        gone = await app.web.get(url)
        assert (gone.status_code, gone.json()["code"]) == (410, "LINK_EXPIRED")
    [again] = await app.photos()
    assert opened(await app.web.get(again["url"])).size == (64, 48)


async def test_a_photo_keeps_its_link_for_14_minutes(server: World, app: EvidenceApp) -> None:
    """So that the phone has the picture in its cache; and never good for less than 15 minutes."""
    photo = await app.upload()
    server.clock.advance(14 * MINUTE)
    assert await app.photos() == [photo]
    assert opened(await app.web.get(photo["url"])).size == (64, 48)


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


@pytest.mark.parametrize("kind", ["image/jpg", "application/octet-stream", "text/html", "x", None])
async def test_what_a_file_is_its_bytes_say(app: EvidenceApp, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    for file in (jpeg(), PNG):
        answer = await app.web.put(await app.link(), content=file, headers=headers)
        assert answer.status_code == 201, answer.text
    refused = await app.web.put(
        await app.link(), content=SVG, headers={"Content-Type": "image/png"}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "PHOTO_NOT_A_PICTURE")


async def test_a_failed_upload_holds_no_place_and_its_link_serves_while_there_is_one(
    app: EvidenceApp,
) -> None:
    failed = [await app.link() for _ in range(3)]
    for link in failed:
        assert (await app.put(link, SVG)).status_code == 422
    assert (await app.put(failed[0], jpeg())).status_code == 201
    for _ in range(2):
        await app.upload()
    late = await app.put(failed[1], jpeg(), Accept_Language="en")
    assert (late.status_code, late.json()) == (
        409,
        {"code": "PHOTO_LIMIT_REACHED", "message": "A return takes at most 3 photos."},
    )
    assert len(await app.photos()) == 3


async def test_a_removed_photo_is_seen_no_more_and_makes_room(app: EvidenceApp) -> None:
    photos = [await app.upload() for _ in range(3)]
    removed = await app.remove(photos[1]["id"])
    again = await app.remove(photos[1]["id"], "again")
    kept = {photos[0]["id"], photos[2]["id"]}
    assert {one["id"] for one in removed["return"]["photos"]} == kept
    assert again == removed
    gone = await app.web.get(photos[1]["url"])
    assert (gone.status_code, gone.json()["code"]) == (410, "PHOTO_REMOVED")
    await app.upload()
    assert len(await app.photos()) == 3


async def test_only_its_shopper_removes_a_photo(server: World, app: EvidenceApp) -> None:
    photo, place = await app.upload(), await app.link()
    known = jwt.decode(place.rpartition("/")[2], options={"verify_signature": False})["sub"]
    stranger, _ = await shopper_with_return(server)
    async with server.client(stranger) as other, nothing_changes(server):
        refused = await other.ask(REMOVE, key="k", id=photo["id"])
        assert refused["photoRemove"]["field"] == "photoId"
        for photo_id in (known, "pho_unknown", ""):
            assert (await app.remove(photo_id))["code"] == "NOT_FOUND"


async def test_a_return_that_has_ended_keeps_its_photos(server: World, app: EvidenceApp) -> None:
    kept, removed = await app.upload(), await app.upload()
    await app.remove(removed["id"])
    await app.cancel()
    async with nothing_changes(server):
        refused = await app.remove(kept["id"])
    assert (refused["code"], refused["status"]) == ("PHOTO_NOT_REMOVABLE", "CLOSED")
    assert refused["message"] == "The photo stays with the return: Closed."
    assert (await app.remove(removed["id"], "again"))["__typename"] == "PhotoRemoveSuccess"


async def test_an_encoded_file_is_refused(app: EvidenceApp) -> None:
    answer = await app.put(await app.link(), jpeg(), Content_Encoding="gzip")
    assert (answer.status_code, answer.json()["code"]) == (415, "PHOTO_ENCODED")


async def test_a_file_that_is_too_large_is_refused_before_it_is_there(app: EvidenceApp) -> None:
    link, sent = await app.link(), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 100_000
            yield bytes(100_000)

    response = await app.put(link, bytes(32_000_001), Accept_Language="en")
    assert (response.status_code, response.json()["code"]) == (413, "PHOTO_TOO_LARGE")
    assert response.json()["message"] == "A photo has at most 32 MB."
    try:
        answer = await app.web.put(link, content=endless(), headers=TYPE)
        assert answer.status_code == 413
    except (httpx.WriteError, httpx.ReadError):
        pass  # the server hung up before its answer was read
    assert sent < 128_000_000
    assert (await app.put(link, jpeg() + bytes(32_000_000 - len(jpeg())))).status_code == 201


async def test_links_take_put_for_uploads_and_get_for_photos_alone(app: EvidenceApp) -> None:
    link, photo = await app.link(), await app.upload()
    assert (await app.web.get(link)).status_code == 403
    assert (await app.web.post(link, content=jpeg(), headers=TYPE)).status_code == 405
    assert (await app.web.put(photo["url"], content=jpeg(), headers=TYPE)).status_code == 405
    assert (await app.web.head(photo["url"])).status_code == 200
