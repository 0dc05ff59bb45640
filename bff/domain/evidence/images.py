"""Uploaded files become pictures, each in a program of its own: this process decodes nothing."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import orjson
import structlog

from bff.domain.evidence.model import Picture, PictureRefusal, PictureRefusedError

REENCODER = ("-P", "-m", "bff.domain.evidence.reencoder")
SOURCES = str(Path(__file__).parents[3])
# One thread and one heap. Of this process's environment only what finds the libraries: no secret.
ENVIRONMENT = {"VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}
INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT")
MAX_S = 20.0
MAX_AT_ONCE = 1  # each takes up to 90 MB beside the server, one of a HEIC picture 180 MB

log = structlog.get_logger("bff.domain.evidence")


class Reencoder:
    """Re-encodes uploaded files, one at a time; `program` is Python's arguments."""

    def __init__(self, program: Sequence[str] = REENCODER, max_s: float = MAX_S) -> None:
        self._program = program
        self._longest_s = max_s
        self._room = asyncio.Semaphore(MAX_AT_ONCE)

    async def reencode(self, file: IO[bytes]) -> Picture:
        """A picture of what the file holds from its position on. Raises PictureRefusedError."""
        async with self._room, _running(self._program, file) as process:
            try:
                async with asyncio.timeout(self._longest_s):
                    output, errors = await process.communicate()
            except TimeoutError as error:
                raise PictureRefusedError(PictureRefusal.TOO_COSTLY) from error
        _check_ended(process.returncode, errors)
        return _picture(output)


@asynccontextmanager
async def _running(
    program: Sequence[str], file: IO[bytes]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Killed at the end where it has not ended by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def environment() -> dict[str, str]:
    """Of the program."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    paths = filter(None, (SOURCES, kept.get("PYTHONPATH")))
    return kept | ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(paths)}


def _check_ended(code: int | None, errors: bytes) -> None:
    """Raises PictureRefusedError if a limit ended the program, RuntimeError if it is broken."""
    if code == 0:
        return
    message = errors.decode(errors="replace").strip()
    if code is not None and code < 0:
        log.warning("picture given up", signal=-code, message=message[-500:])
        raise PictureRefusedError(PictureRefusal.TOO_COSTLY)
    raise RuntimeError(f"pictures cannot be made: {message}")


def _picture(output: bytes) -> Picture:
    head, _, body = output.partition(b"\n")
    facts = orjson.loads(head)
    if "refused" in facts:
        raise PictureRefusedError(PictureRefusal(facts["refused"]), facts["most_pixels"])
    photo, thumbnail = body[: facts["photo"]], body[facts["photo"] :]
    return Picture(photo, thumbnail, facts["width"], facts["height"])
