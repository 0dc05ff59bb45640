"""Case "JPEG sent as `image/jpg`, or without a type"."""

import httpx
import pytest

from tests.support.evidence import EvidenceApp, shopper_with_return
from tests.support.hostile_images import jpeg
from tests.support.world import World


@pytest.mark.parametrize("kind", ["image/jpg", "IMAGE/JPEG", "application/octet-stream", None])
async def test_it_is_taken_by_its_bytes(server: World, kind: str | None) -> None:
    shopper, return_id = await shopper_with_return(server)
    headers = {"Content-Type": kind} if kind else {}
    async with server.client(shopper) as client, httpx.AsyncClient(verify=False) as web:
        app = EvidenceApp(client, web, return_id)
        answer = await web.put(await app.link(), content=jpeg(), headers=headers)
        photos = await app.photos()
    assert answer.status_code == 201
    assert [photo["width"] for photo in photos] == [64]
