"""Photos where something fails: the store, the program between two steps, the network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from bff.domain.evidence.model import Picture
from bff.domain.evidence.object_store import ObjectStore
from bff.domain.evidence.sweeper import Sweeper
from tests.support.client import MAX_WAIT_S
from tests.support.evidence import EvidenceApp, shopper_with_return
from tests.support.hostile_images import jpeg
from tests.support.world import FakeClock, World, open_world, serving

EXPIRED = timedelta(minutes=21)


@asynccontextmanager
async def an_app(folder: Path, **options: Any) -> AsyncIterator[tuple[World, EvidenceApp]]:
    """In a world with settings of its own."""
    clock = FakeClock()
    services = await open_world(folder, clock=clock, **options)
    world = World(services, clock)
    async with serving(services) as world.base:
        shopper, return_id = await shopper_with_return(world)
        async with world.client(shopper) as client, httpx.AsyncClient(verify=False) as web:
            yield world, EvidenceApp(client, web, return_id)
    await services.db.close()


async def test_links_begin_with_the_public_address_where_there_is_one(
    db_folder: Path,
) -> None:
    async with an_app(db_folder, public_url="https://shop.example/bff/") as (_, app):
        link = await app.link()
        assert link.startswith("https://shop.example/bff/photos/uploads/")
        photo = (await app.put(f"http://{app.client.base}{urlsplit(link).path[4:]}", jpeg())).json()
    assert photo["url"].startswith("https://shop.example/bff/photos/photo/")


async def test_where_the_store_fails_the_link_serves_again(db_folder: Path) -> None:
    in_the_way = db_folder / "photos"
    in_the_way.touch()
    async with an_app(db_folder, photos=str(in_the_way)) as (world, app):
        link = await app.link()
        failed = await app.put(link, jpeg(), Accept_Language="en")
        assert (failed.status_code, failed.headers["retry-after"]) == (503, "30")
        assert (
            failed.json()["message"] == "Photos cannot be reached just now: please try again later."
        )
        assert await app.photos() == []
        in_the_way.unlink()
        assert (await app.put(link, jpeg())).status_code == 201
        [photo] = await app.photos()
        for file in stored(world):
            file.unlink()
        assert (await app.web.get(photo["url"])).status_code == 503


async def test_what_a_crash_left_is_swept_once_the_link_has_expired(db_folder: Path) -> None:
    """Stored, and then killed before the row was there: the same place is filled later, or not."""
    async with an_app(db_folder) as (world, app):
        object_store = ObjectStore(world.services.settings.photo_store)
        kept, lost = (await app.upload())["id"], await place_of(app)
        for photo_id in (kept, lost):
            await object_store.put(photo_id, "left over", Picture(b"x", b"x", 1, 1))
        sweeper = Sweeper(world.db, object_store)
        await sweeper.step()
        assert len(stored(world)) == 6
        world.clock.advance(EXPIRED)
        await sweeper.step()
        [photo] = await app.photos()
        assert len(stored(world)) == 2
        assert (await app.web.get(photo["url"])).status_code == 200
        for file in stored(world):
            file.unlink()
        assert await sweeper.step() is False


def stored(world: World) -> list[Path]:
    return list(Path(world.services.settings.photo_store).rglob("*.jpg"))


async def place_of(app: EvidenceApp) -> str:
    """The id of a place that is opened and not filled."""
    claims = jwt.decode((await app.link()).rpartition("/")[2], options={"verify_signature": False})
    return cast("str", claims["sub"])


async def test_a_stalled_upload_is_408(db_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bff.http.photos.UPLOAD_S", 0.1)
    async with an_app(db_folder) as (_, app):
        link = urlsplit(await app.link())
        reader, writer = await asyncio.open_connection(link.hostname, link.port)
        head = f"PUT {link.path} HTTP/1.1\r\nHost: {link.netloc}\r\nContent-Type: image/jpeg\r\n"
        writer.write(f"{head}Content-Length: 1000\r\n\r\nstart".encode())
        async with asyncio.timeout(MAX_WAIT_S):
            response = (await reader.read()).decode()
        writer.close()
    assert response.startswith("HTTP/1.1 408")
    assert '"code":"UPLOAD_TOO_SLOW"' in response


async def test_an_aborted_upload_leaves_the_link_as_it_was(db_folder: Path) -> None:
    async with an_app(db_folder) as (_, app):
        url = await app.link()
        link = urlsplit(url)
        _, writer = await asyncio.open_connection(link.hostname, link.port)
        head = f"PUT {link.path} HTTP/1.1\r\nHost: {link.netloc}\r\nContent-Type: image/jpeg\r\n"
        writer.write(f"{head}Content-Length: 1000\r\n\r\nstart".encode())
        await writer.drain()
        writer.transport.abort()
        assert (await app.put(url, jpeg())).status_code == 201
