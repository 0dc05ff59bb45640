"""Photos by their routes: what a refused request leaves, and how its body is dealt with."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bff.domain.evidence.links import UPLOAD, Signer, viewing
from bff.domain.evidence.model import MAX_BYTES, Size
from bff.domain.evidence.object_store import ObjectStore
from bff.http.photos import MAX_DRAINED_BYTES, Photos
from tests.support.hostile_images import jpeg
from tests.support.world import World

JPEG = {"content-type": "image/jpeg", "accept-language": "en"}


@pytest.fixture
async def web(world: World) -> AsyncIterator[httpx.AsyncClient]:
    photos = Photos(world.services, ObjectStore(world.services.settings.photo_store))
    transport = httpx.ASGITransport(Starlette(routes=photos.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://a.example") as client:
        yield client


def link(world: World, purpose: str, lifetime: timedelta = timedelta(minutes=1)) -> str:
    signer = Signer(world.services.settings.token_secret)
    expires_at = int((world.clock.now() + lifetime).timestamp())
    signature = signer.sign(purpose, "pho_unknown", expires_at)
    return f"/photos/uploads/{signature}" if purpose == UPLOAD else f"/photos/photo/{signature}"


async def test_an_upload_under_another_links_right_is_refused(
    world: World, web: httpx.AsyncClient
) -> None:
    url = link(world, viewing(Size.PHOTO)).replace("photo/", "uploads/")
    response = await web.put(url, content=jpeg(), headers=JPEG)
    assert (response.status_code, response.json()["code"]) == (403, "LINK_NOT_OURS")


async def test_a_photo_that_is_not_there_looks_like_a_link_that_is_not_ours(
    world: World, web: httpx.AsyncClient
) -> None:
    for response in (
        await web.put(link(world, UPLOAD), content=jpeg(), headers=JPEG),
        await web.get(link(world, viewing(Size.PHOTO)), headers=JPEG),
        await web.get("/photos/huge/x", headers=JPEG),
    ):
        assert response.status_code == 403
        assert response.json() == {
            "code": "LINK_NOT_OURS",
            "message": "The link is not one of ours.",
        }


async def test_an_expired_link_says_so_in_the_language_of_the_request(
    world: World, web: httpx.AsyncClient
) -> None:
    url = link(world, viewing(Size.PHOTO), timedelta())
    english = await web.get(url, headers=JPEG)
    chinese = await web.get(url, headers={"accept-language": "zh"})
    assert (english.status_code, chinese.status_code) == (410, 410)
    assert english.json()["message"] == "The link has expired: ask for a new one."
    assert chinese.json()["message"] != english.json()["message"]


async def test_an_error_is_stored_nowhere_and_runs_nothing(web: httpx.AsyncClient) -> None:
    response = await web.get("/photos/photo/x")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-security-policy"] == "default-src 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("length", "closes"), [(MAX_BYTES, False), (MAX_DRAINED_BYTES + 1, True)])
async def test_a_refused_body_is_read_to_its_end_unless_it_is_far_too_large(
    world: World, web: httpx.AsyncClient, length: int, closes: bool
) -> None:
    response = await web.put(link(world, UPLOAD), content=bytes(length), headers=JPEG)
    assert response.status_code == 403
    assert (response.headers.get("connection") == "close") is closes


async def test_a_client_that_waits_for_leave_is_hung_up_on(
    world: World, web: httpx.AsyncClient
) -> None:
    headers = JPEG | {"expect": "100-continue"}
    response = await web.put(link(world, UPLOAD), content=b"x", headers=headers)
    assert response.headers["connection"] == "close"
