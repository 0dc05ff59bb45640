"""Pictures instead of reasons (R6), over the public API and plain HTTP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import jwt
import pytest

from tests.support.database import nothing_changes
from tests.support.evidence import REMOVE, TYPE, EvidenceApp, shopper_with_return, shown_picture
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
        assert (shown_picture(seen).format, shown_picture(seen).size, SECRET in seen.content) == (
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


async def test_of_two_files_at_once_one_is_kept_whole(app: EvidenceApp) -> None:
    link = await app.link()
    answers = await asyncio.gather(app.put(link, jpeg()), app.put(link, PNG))
    assert sorted(one.status_code for one in answers) == [201, 409]
    [photo] = await app.photos()
    assert shown_picture(await app.web.get(photo["url"])).size == (photo["width"], photo["height"])


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


async def test_a_return_that_has_ended_takes_no_photos(app: EvidenceApp) -> None:
    link, photo = await app.link(), await app.upload()
    await app.cancel()
    refused = await app.open()
    assert (refused["code"], refused["status"]) == ("RETURN_TAKES_NO_PHOTOS", "CLOSED")
    late = await app.put(link, jpeg())
    assert (late.status_code, late.json()["code"]) == (409, "RETURN_TAKES_NO_PHOTOS")
    assert [one["id"] for one in await app.photos()] == [photo["id"]]


@pytest.mark.sqlite_only("what a file is, no database says")
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
