"""A return's photos over plain HTTP: PUT once under a signed link, then GET under others.

The links are the right: no token is needed. An error is JSON, `code` and `message`, in the
language of Accept-Language, and leaves an upload's link as good as it was.
"""

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import TemporaryFile
from typing import IO

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bff.db.lookups import owner_of_photo
from bff.domain.evidence.images import Reencoder
from bff.domain.evidence.links import (
    PHOTOS,
    UPLOAD,
    UPLOADS,
    Links,
    Right,
    Signer,
    base_of,
    viewing,
)
from bff.domain.evidence.model import (
    MAX_BYTES,
    STORED_TYPE,
    UPLOAD_METHOD,
    UPLOAD_S,
    Photo,
    Size,
)
from bff.domain.evidence.object_store import ObjectStore
from bff.domain.evidence.refusals import UploadClosedError
from bff.domain.evidence.service import digest_of
from bff.domain.evidence.store import note_failed, photos_by_id
from bff.domain.returns.commands.evidence import awaited_photo, keep_photo
from bff.http.bodies import bounded_chunks, check_length
from bff.http.errors import BodyTooLargeError, json_error_response
from bff.http.photo_errors import (
    ENCODED,
    NOT_OURS,
    REMOVED,
    TOO_LARGE,
    TOO_SLOW,
    PhotoRequestError,
    describe,
    localize,
)
from bff.locale.language import negotiate
from bff.services import Services

MAX_DRAINED_BYTES = 64_000_000  # of a file that is refused
MAX_STORING = 4  # each holds a picture in memory

SAFE = {
    "cache-control": "private",
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
}
NOT_STORED = SAFE | {"cache-control": "no-store"}
Handler = Callable[[Request], Awaitable[Response]]


class Photos:
    def __init__(self, services: Services, object_store: ObjectStore) -> None:
        self._services = services
        self._object_store = object_store
        self._signer = Signer(services.settings.token_secret)
        self._reencoder = Reencoder()
        self._storing = asyncio.Semaphore(MAX_STORING)

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{UPLOADS}/{{signature}}", _guarded(self._upload), methods=[UPLOAD_METHOD]),
            Route(f"{PHOTOS}/{{size}}/{{signature}}", _guarded(self._view), methods=["GET"]),
        ]

    async def _upload(self, request: Request) -> Response:
        """201 with the photo, once it is durable."""
        photo_id = self._right(UPLOAD, request).photo_id
        async with self._services.db.read() as connection:
            photo = await awaited_photo(connection, photo_id)
        if photo is None:
            raise PhotoRequestError(NOT_OURS)
        try:
            _check_headers(request)
            with TemporaryFile() as file:
                await _receive(request, file)
                async with self._storing:
                    stored = await self._store(photo, file)
        except Exception:
            await self._services.db.write(lambda tx: note_failed(tx, photo))
            raise
        return JSONResponse(self._payload(request, stored), 201, NOT_STORED)

    async def _store(self, photo: Photo, file: IO[bytes]) -> Photo:
        """The objects first, then the row that refers to them."""
        picture = await self._reencoder.reencode(file)
        if photo.expires_at <= self._services.db.clock.now():
            raise UploadClosedError
        await self._object_store.put(photo.id, digest_of(picture), picture)
        return await self._services.db.write(lambda tx: keep_photo(tx, photo, picture))

    def _payload(self, request: Request, photo: Photo) -> dict[str, object]:
        base = base_of(self._services.settings.public_base, str(request.base_url))
        links, now = Links(self._signer, base), self._services.db.clock.now()
        return {
            "id": photo.id,
            "url": links.view(photo, Size.PHOTO, now),
            "thumbnailUrl": links.view(photo, Size.THUMBNAIL, now),
            "width": photo.width,
            "height": photo.height,
        }

    async def _view(self, request: Request) -> Response:
        name = request.path_params["size"]
        if name not in set(Size):
            raise PhotoRequestError(NOT_OURS)
        right = self._right(viewing(Size(name)), request)
        async with self._services.db.read() as connection:
            owner = await owner_of_photo(connection, right.photo_id)
            photos = await photos_by_id(connection, owner, [right.photo_id]) if owner else {}
        photo = photos.get(right.photo_id)
        if photo is None or photo.digest is None:
            raise PhotoRequestError(NOT_OURS)
        if photo.removed_at:
            raise PhotoRequestError(REMOVED)
        stored = await self._object_store.get(photo, Size(name))
        left_s = right.expires_at - int(self._services.db.clock.now().timestamp())
        headers = SAFE | {
            "cache-control": f"private, max-age={left_s}",
            "content-disposition": "inline",
            "content-length": str(stored.size),
        }
        return StreamingResponse(stored.chunks, headers=headers, media_type=STORED_TYPE)

    def _right(self, purpose: str, request: Request) -> Right:
        signature, now = request.path_params["signature"], self._services.db.clock.now()
        return self._signer.read(purpose, signature, now)


def _guarded(handler: Handler) -> Handler:
    """Errors become responses, in the client's language."""

    async def respond(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it is masked
            description = describe(error, request.scope["route"].path)  # not its link
        language = negotiate(request.headers.get("accept-language"))
        response = json_error_response(localize(description, language, NOT_STORED))
        if not await _drain(request):
            response.headers["connection"] = "close"
        return response

    return respond


async def _drain(request: Request) -> bool:
    """Whether the body is read to its end: a client that is still sending reads no response.

    Not one that is far too large or comes too slowly, nor one that waits for leave to send.
    """
    if "expect" in request.headers:
        return False
    try:
        async with asyncio.timeout(UPLOAD_S):
            async for _ in bounded_chunks(request.stream(), MAX_DRAINED_BYTES):
                pass
    except RuntimeError:
        return True  # it had been read before
    except (TimeoutError, ClientDisconnect, BodyTooLargeError):
        return False
    return True


def _check_headers(request: Request) -> None:
    """The type is the file's own bytes to say. Raises PhotoRequestError."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise PhotoRequestError(ENCODED)
    try:
        check_length(request.headers, MAX_BYTES)
    except BodyTooLargeError as error:
        raise PhotoRequestError(TOO_LARGE) from error


async def _receive(request: Request, file: IO[bytes]) -> None:
    """On disk, chunk by chunk: no upload is held in memory. Raises PhotoRequestError."""
    try:
        async with asyncio.timeout(UPLOAD_S):
            async for chunk in bounded_chunks(request.stream(), MAX_BYTES):
                file.write(chunk)
    except TimeoutError as error:
        raise PhotoRequestError(TOO_SLOW) from error
    except BodyTooLargeError as error:
        raise PhotoRequestError(TOO_LARGE) from error
    file.seek(0)
