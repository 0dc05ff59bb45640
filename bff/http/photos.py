"""A return's photos over plain HTTP: PUT once under a signed link, then GET under others.

The links are the right: no token is asked for. What is refused is told as JSON, `code` and
`message`, in the language of Accept-Language, and leaves an upload's link as good as it was.
"""

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import TemporaryFile
from typing import IO

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bff.core.faults import CODE as FAULT
from bff.core.faults import log_fault
from bff.domain.evidence.errors import (
    ENCODED,
    ENDED,
    FAULT_MESSAGE,
    KNOWN,
    NO_STORE,
    NOT_OURS,
    TOO_LARGE,
    TOO_SLOW,
    WRONG_TYPE,
    Problem,
    ProblemError,
    flawed,
)
from bff.domain.evidence.images import Studio
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
    ACCEPTED_TYPES,
    MOST_BYTES,
    SHOWN_TYPE,
    UPLOAD_METHOD,
    UPLOAD_S,
    FlawError,
    Photo,
    Size,
)
from bff.domain.evidence.object_store import Objects
from bff.domain.evidence.refusals import UploadClosedError
from bff.domain.evidence.service import digest_of
from bff.domain.evidence.store import photos_by_id
from bff.domain.returns.commands.evidence import awaited_photo, keep_photo
from bff.domain.returns.refusals import ReturnTakesNoPhotos
from bff.locale.language import negotiate
from bff.locale.messages import translate
from bff.services import Services

MOST_IGNORED = 20_000_000  # bytes of a file that is refused
STORING_AT_ONCE = 4  # each holds a picture in memory

SAFE = {
    "cache-control": "private",
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
}
Answer = Callable[[Request], Awaitable[Response]]


class Photos:
    def __init__(self, services: Services, objects: Objects) -> None:
        self._services = services
        self._objects = objects
        self._signer = Signer(services.settings.token_secret)
        self._studio = Studio()
        self._storing = asyncio.Semaphore(STORING_AT_ONCE)

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{UPLOADS}/{{signature}}", _telling(self._upload), methods=[UPLOAD_METHOD]),
            Route(f"{PHOTOS}/{{size}}/{{signature}}", _telling(self._show), methods=["GET"]),
        ]

    async def _upload(self, request: Request) -> Response:
        """201 with the photo, once it is durable."""
        photo = await self._awaited(self._right(UPLOAD, request))
        _check_headers(request)
        with TemporaryFile() as file:
            await _receive(request, file)
            async with self._storing:
                kept = await self._keep(photo, file)
        return _json(self._shown(request, kept), 201)

    async def _awaited(self, right: Right) -> Photo:
        async with self._services.db.read() as connection:
            photo = await awaited_photo(connection, right.photo_id)
        if photo is None:
            raise ProblemError(NOT_OURS)
        return photo

    async def _keep(self, photo: Photo, file: IO[bytes]) -> Photo:
        """The objects first, then the row that tells of them."""
        picture = await self._studio.remake(file)
        if photo.expires_at <= self._services.db.clock.now():
            raise UploadClosedError
        await self._objects.put(photo.id, digest_of(picture), picture)
        return await self._services.db.write(lambda tx: keep_photo(tx, photo, picture))

    def _shown(self, request: Request, photo: Photo) -> dict[str, object]:
        base = base_of(self._services.settings.public_base, str(request.base_url))
        links, now = Links(self._signer, base), self._services.db.clock.now()
        return {
            "id": photo.id,
            "url": links.view(photo, Size.PHOTO, now),
            "thumbnailUrl": links.view(photo, Size.THUMBNAIL, now),
            "width": photo.width,
            "height": photo.height,
        }

    async def _show(self, request: Request) -> Response:
        size = _size(request.path_params["size"])
        right = self._right(viewing(size), request)
        async with self._services.db.read() as connection:
            photo = (await photos_by_id(connection, [right.photo_id])).get(right.photo_id)
        if photo is None or photo.digest is None:
            raise ProblemError(NOT_OURS)
        found = await self._objects.get(photo, size)
        left = right.expires_at - int(self._services.db.clock.now().timestamp())
        headers = SAFE | {
            "cache-control": f"private, max-age={left}",
            "content-disposition": "inline",
            "content-length": str(found.size),
        }
        return StreamingResponse(found.chunks, headers=headers, media_type=SHOWN_TYPE)

    def _right(self, purpose: str, request: Request) -> Right:
        signature, now = request.path_params["signature"], self._services.db.clock.now()
        return self._signer.read(purpose, signature, now)


def _telling(answer: Answer) -> Answer:
    """The answer, or what stands against it."""

    async def told(request: Request) -> Response:
        try:
            return await answer(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it is masked
            response = _told(request, _problem(request, error))
        if not await _is_read(request):
            response.headers["connection"] = "close"
        return response

    return told


async def _is_read(request: Request) -> bool:
    """Whoever is hung up on while still sending sees no answer: a file is read to its end first.

    But not one that is far too large or comes too slowly, nor one that waits for leave.
    """
    if "expect" in request.headers:
        return False
    read = 0
    try:
        async with asyncio.timeout(UPLOAD_S):
            async for chunk in request.stream():
                read += len(chunk)
                if read > MOST_IGNORED:
                    return False
    except RuntimeError:
        return True  # it had been read before
    except (TimeoutError, ClientDisconnect):
        return False
    return True


def _problem(request: Request, error: Exception) -> Problem:
    match error:
        case ProblemError():
            return error.problem
        case FlawError():
            return flawed(error)
        case ReturnTakesNoPhotos():
            return ENDED
    problem = KNOWN.get(type(error))
    if problem and problem is not NO_STORE:
        return problem
    fault_id = log_fault(error, path=request.scope["route"].path)  # not its link
    return problem or Problem(500, FAULT, FAULT_MESSAGE, {"id": fault_id})


def _told(request: Request, problem: Problem) -> Response:
    language = negotiate(request.headers.get("accept-language"))
    message = translate(language, problem.message, **problem.facts)
    return _json({"code": problem.code, "message": message}, problem.status, problem.headers)


def _json(body: dict[str, object], status: int, headers: dict[str, str] | None = None) -> Response:
    own = SAFE | {"cache-control": "no-store"} | (headers or {})
    return Response(orjson.dumps(body), status, own, media_type="application/json")


def _size(name: str) -> Size:
    """Raises ProblemError."""
    if name not in set(Size):
        raise ProblemError(NOT_OURS)
    return Size(name)


def _check_headers(request: Request) -> None:
    """Raises ProblemError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ACCEPTED_TYPES:
        raise ProblemError(WRONG_TYPE)
    if request.headers.get("content-encoding", "identity") != "identity":
        raise ProblemError(ENCODED)
    if int(request.headers.get("content-length", "0")) > MOST_BYTES:
        raise ProblemError(TOO_LARGE)


async def _receive(request: Request, file: IO[bytes]) -> None:
    """On disk, chunk by chunk: no upload is held in memory. Raises ProblemError."""
    try:
        async with asyncio.timeout(UPLOAD_S):
            async for chunk in request.stream():
                if file.tell() + len(chunk) > MOST_BYTES:
                    raise ProblemError(TOO_LARGE)
                file.write(chunk)
    except TimeoutError as error:
        raise ProblemError(TOO_SLOW) from error
    file.seek(0)
