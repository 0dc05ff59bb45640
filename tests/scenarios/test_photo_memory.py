"""Hostile files, several at a time, to a server process: its responses and its memory."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bff.core.clock import SystemClock
from bff.db.engines import open_database
from bff.db.transaction import Tx
from bff.domain.evidence import store
from bff.domain.evidence.images import REENCODER, environment
from bff.domain.evidence.links import Links, Signer
from bff.domain.evidence.model import Photo
from bff.settings import DEMO_SECRET
from tests.support.client import Client
from tests.support.documents import ONE_TAP
from tests.support.engines import database_address
from tests.support.hostile_images import HARMLESS, REFUSED, Hostile, file_of
from tests.support.program import Program, Serving
from tests.support.rows import return_under

MAX_SERVER_BYTES, MAX_DECODER_BYTES, MAX_HEIC_BYTES = 200_000, 100_000, 180_000  # kilobytes
AT_ONCE = 8
# Those that take the most are decoded as streams, or given up once they have taken too much.
COSTLY = ("40 megapixels", "108 megapixels", "progressive", "interlaced PNG, 16 bits", "lossless")
# Prints the most memory that its only child took, in kilobytes.
LAUNCHER = """
import os, subprocess, sys
process = subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL)
print(os.wait4(process.pid, 0)[2].ru_maxrss)
"""
LARGE = [one for one in HARMLESS if "megapixels" in one.name or "bomb" in one.name]
# Enough of them at once: the memory that the others take is measured by itself.
SERVED = [one for one in LARGE if not one.name.startswith(("JPEG of 108", "HEIC"))]
HEIC = [one for one in (*HARMLESS, *REFUSED) if "HEIC" in one.name and "mega" in one.name]
LINES = "{ viewer { orders { nodes { lines { id returnableQuantity } } } } }"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


async def a_return(app: Client) -> str:
    nodes = (await app.ask(LINES))["viewer"]["orders"]["nodes"]
    lines = [line for order in nodes for line in order["lines"] if line["returnableQuantity"]]
    for line in lines:
        opened = (await app.ask(ONE_TAP, key=line["id"], line=line["id"]))["oneTapReturn"]
        if "return" in opened:
            return str(opened["return"]["id"])
    raise AssertionError(lines)


async def links_for(served: Serving, database: Path, files: int) -> list[str]:
    """More places than a return has, so that each file has one of its own."""
    async with served.client((await served.tokens())[4]) as app:
        return_id = await a_return(app)
    db = open_database(database_address(database), SystemClock())
    until = db.clock.now() + timedelta(days=30)  # the demonstration's clock is another
    numbers = [f"pho_{number}" for number in range(files)]
    async with db.read() as connection:
        owner = (await return_under(connection, return_id)).shopper_id
    photos = [Photo(one, owner, return_id, until, until, None, None, None, None) for one in numbers]

    async def create(tx: Tx) -> None:
        for photo in photos:
            await store.add(tx, photo)

    await db.write(create)
    await db.close()
    links = Links(Signer(DEMO_SECRET), f"http://{served.base}")
    return [links.upload(photo) for photo in photos]


async def answers(links: Sequence[str], files: Sequence[Hostile]) -> list[httpx.Response]:
    room = asyncio.Semaphore(AT_ONCE)

    async def put(link: str, hostile: Hostile) -> httpx.Response:
        async with room:
            content = await asyncio.to_thread(file_of, hostile)
            return await web.put(link, content=content, headers={"Content-Type": "image/png"})

    async with httpx.AsyncClient(verify=False, timeout=60) as web:
        return list(await asyncio.gather(*map(put, links, files)))


def kilobytes(served: Serving) -> int:
    """The most that the server has had resident."""
    status = Path(f"/proc/{served.process.pid}/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])


async def taken_by(hostile: Hostile, folder: Path) -> int:
    """The most that the program had resident which decodes it, in kilobytes."""
    file = folder / "file"
    file.write_bytes(file_of(hostile))
    with file.open("rb") as given:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", LAUNCHER, *REENCODER),
            stdin=given,
            stdout=asyncio.subprocess.PIPE,
            env=environment(),
        )
        output, _ = await process.communicate()
    return int(output)


def mistaken(files: Sequence[Hostile], given: Sequence[httpx.Response]) -> Iterator[str]:
    for hostile, answer in zip(files, given, strict=True):
        code = f"PHOTO_{hostile.refusal}" if hostile.refusal else None
        expected = (422, code) if code else (201, None)
        if (answer.status_code, answer.json().get("code")) != expected:
            yield f"{hostile.name}: {answer.status_code} {answer.text}"


@pytest.mark.sqlite_only("the memory that a photo takes is measured once")
async def test_hostile_files_are_refused_or_made_harmless_in_little_memory(
    db_folder: Path,
) -> None:
    """Of the server, and of the programs that decode, of which one runs at a time."""
    files = [*REFUSED, *SERVED]
    program = Program(db_folder / "bff.sqlite3", {"log_level": "warning"})
    async with program.serving() as served:
        links = await links_for(served, program.database, len(files))
        given = await answers(links, files)
        assert kilobytes(served) < MAX_SERVER_BYTES
        assert "Traceback" not in served.logged()
    assert list(mistaken(files, given)) == []
    costly = [one for one in (*REFUSED, *LARGE) if any(name in one.name for name in COSTLY)]
    decoders = [await taken_by(one, db_folder) for one in costly]
    assert len(costly) == 7
    assert min(decoders) > 20_000
    assert max(decoders) < MAX_DECODER_BYTES
    assert max([await taken_by(one, db_folder) for one in HEIC]) < MAX_HEIC_BYTES
