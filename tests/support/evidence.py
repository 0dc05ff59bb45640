"""An app that uploads photos: opens a link, puts a photo there, reads it."""

import io
from dataclasses import dataclass
from typing import Any

import httpx
from PIL import Image

from bff.domain.returns.commands.returns import TapRequest, one_tap
from tests.support.client import Client
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.hostile_images import jpeg
from tests.support.world import World

OPEN = """
mutation Open($key: String!, $id: ID!) {
  evidenceUploadOpen(input: { idempotencyKey: $key, returnId: $id }) {
    __typename
    ... on EvidenceUploadOpenSuccess {
      replayed uploadUrl expiresAt method mostBytes mostPixels acceptedTypes
      return { id photos { id } }
    }
    ... on UserError { code message }
    ... on NotFound { field }
    ... on PhotoLimitReached { most }
    ... on ReturnTakesNoPhotos { status }
  }
}"""
PHOTOS = """
query Photos($id: ID!) {
  node(id: $id) { ... on Return { photos { id url thumbnailUrl width height } } }
}"""
CANCEL = """
mutation Cancel($id: ID!) {
  returnCancel(input: { idempotencyKey: "cancel", returnId: $id }) { __typename }
}"""
REMOVE = """
mutation Remove($key: String!, $id: ID!) {
  photoRemove(input: { idempotencyKey: $key, photoId: $id }) {
    __typename
    ... on PhotoRemoveSuccess { return { id photos { id } } }
    ... on UserError { code message }
    ... on NotFound { field }
    ... on PhotoNotRemovable { status }
  }
}"""
TYPE = {"Content-Type": "image/jpeg"}


@dataclass
class EvidenceApp:
    """Of a shopper, with a return that waits for the goods; `web` has no token."""

    client: Client
    web: httpx.AsyncClient
    return_id: str
    _keys: int = 0

    async def open(self, key: str | None = None) -> Any:
        self._keys += 1
        variables = {"key": key or f"open {self._keys}", "id": self.return_id}
        return (await self.client.ask(OPEN, **variables))["evidenceUploadOpen"]

    async def link(self) -> str:
        opened = await self.open()
        assert opened["__typename"] == "EvidenceUploadOpenSuccess", opened
        url: str = opened["uploadUrl"]
        return url

    async def put(self, url: str, file: bytes, **headers: str) -> httpx.Response:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.web.put(url, content=file, headers=TYPE | own)

    async def upload(self, file: bytes | None = None) -> Any:
        """The photo as the upload answers it. Fails where it was refused."""
        answer = await self.put(await self.link(), file or jpeg())
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def photos(self) -> Any:
        return (await self.client.ask(PHOTOS, id=self.return_id))["node"]["photos"]

    async def remove(self, photo_id: str, key: str = "remove") -> Any:
        variables = {"key": f"{key} {photo_id}", "id": photo_id}
        return (await self.client.ask(REMOVE, **variables))["photoRemove"]

    async def cancel(self) -> None:
        await self.client.ask(CANCEL, id=self.return_id)


async def shopper_with_return(world: World) -> tuple[str, str]:
    """A shopper, and their return."""
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=world.clock.now())
    async with world.client(shopper) as app:
        tapped = (await app.ask(ONE_TAP, key="tap", line=line))["oneTapReturn"]
    return shopper, tapped["return"]["id"]


async def owned_return(world: World) -> tuple[str, str]:
    """A shopper and a return, without the server."""
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=world.clock.now())
    tapped = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line, 1)))
    return shopper, tapped.return_id


def shown_picture(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))
