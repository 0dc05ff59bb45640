"""Files become pictures in a program of its own, which may die, hang or be broken."""

import os
from tempfile import TemporaryFile

import pytest

from bff.domain.evidence.images import Reencoder, environment
from bff.domain.evidence.model import Picture, PictureRefusal, PictureRefusedError
from tests.support.hostile_images import SIZE, jpeg


async def made_by(*program: str, max_s: float = 20) -> Picture:
    with TemporaryFile() as file:
        file.write(jpeg())
        file.seek(0)
        return await Reencoder(program, max_s).reencode(file)


async def test_a_program_that_dies_or_hangs_refuses_the_file() -> None:
    for program in ("import os; os.abort()", "import os; os.kill(os.getpid(), 9)"):
        with pytest.raises(PictureRefusedError) as died:
            await made_by("-c", program)
        assert died.value.refusal is PictureRefusal.TOO_COSTLY
    with pytest.raises(PictureRefusedError) as hung:
        await made_by("-c", "import time; time.sleep(60)", max_s=0.2)
    assert hung.value.refusal is PictureRefusal.TOO_COSTLY


async def test_a_program_that_is_broken_is_a_fault() -> None:
    with pytest.raises(RuntimeError, match="no such library"):
        await made_by("-c", "raise SystemExit('no such library')")


def test_the_program_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BFF_TOKEN_SECRET", "hidden")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    assert "hidden" not in environment().values()
    assert environment()["PATH"] == os.environ["PATH"]


async def test_a_file_is_read_from_its_position_on() -> None:
    with TemporaryFile() as file:
        file.write(b"something before" + jpeg())
        file.seek(len(b"something before"))
        picture = await Reencoder().reencode(file)
    assert (picture.width, picture.height) == SIZE
    assert picture.photo.startswith(b"\xff\xd8\xff")
    assert picture.thumbnail.startswith(b"\xff\xd8\xff")


async def test_what_the_program_refuses_is_refused() -> None:
    program = """print('{"refused": "DAMAGED", "most_pixels": 1}')"""
    with pytest.raises(PictureRefusedError) as refused:
        await made_by("-c", program)
    assert refused.value.refusal is PictureRefusal.DAMAGED


async def test_what_the_program_writes_is_taken_apart() -> None:
    head = r'{"width": 2, "height": 1, "photo": 3, "thumbnail": 2}\nabcde'
    assert await made_by("-c", f"print('{head}', end='')") == Picture(b"abc", b"de", 2, 1)
