"""Plants a mistake in a copy of the source, and sees whether the tests catch it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

LONGEST_S = 240
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
LEFT_OUT = shutil.ignore_patterns(
    *(".*_cache", ".git", ".hypothesis", ".venv", "__pycache__"),
    *("*.sqlite3*", "build", "dist", "node_modules"),
)
FEWER = {"LIVES": "300"}  # generated lives: enough for what is planted
PYTEST = ("-m", "pytest", "-x", "-q", "-rfE", "-p", "no:cacheprovider", "--hypothesis-seed=0")


class PatchError(Exception):
    """The source has changed: the mistake does not fit any more."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` becomes `new` in the file at `path`, once; `tests` are to fail then."""

    name: str
    breaks: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]

    def planted(self, text: str) -> str:
        """Raises PatchError."""
        found = text.count(self.old)
        if found != 1:
            raise PatchError(f"{self.name}: {self.path} has {found} times:\n{self.old}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`by`: the first test that failed, or what else happened."""

    mutant: Mutant
    end: Literal["caught", "escaped", "broken"]
    by: str


def untouched(mutants: Iterable[Mutant]) -> Mutant:
    """No mistake at all, with the tests of all: it has to escape, or a catch means nothing."""
    tests = dict.fromkeys(test for mutant in mutants for test in mutant.tests)
    return Mutant("untouched", "nothing", "pyproject.toml", "[project]", "[project]", tuple(tests))


def outcomes(root: Path, mutants: Iterable[Mutant]) -> Iterator[Outcome]:
    """As they come, a mutant a core at a time. Raises PatchError."""
    with (
        TemporaryDirectory(prefix="mutants-") as folder,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        started = [pool.submit(outcome, root, Path(folder), mutant) for mutant in mutants]
        for done in as_completed(started):
            yield done.result()


def outcome(root: Path, folder: Path, mutant: Mutant) -> Outcome:
    copy = folder / mutant.name
    shutil.copytree(root, copy, ignore=LEFT_OUT)
    source = copy / mutant.path
    source.write_text(mutant.planted(source.read_text("utf-8")), "utf-8")
    try:
        status, output = _tested(copy, mutant.tests)
    except subprocess.TimeoutExpired:
        return Outcome(mutant, "caught", f"the tests hang for {LONGEST_S} s")
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return _judged(mutant, status, output)


def _judged(mutant: Mutant, status: int, output: str) -> Outcome:
    """Pytest's status 1 is a test that failed; anything worse says nothing of the mistake."""
    failed = FAILED.search(output)
    if status == 0:
        return Outcome(mutant, "escaped", ", ".join(mutant.tests))
    if status == 1 and failed:
        return Outcome(mutant, "caught", failed[1])
    return Outcome(mutant, "broken", output[-2000:])


def _tested(copy: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Status and output. What the tests have started ends with them."""
    with subprocess.Popen(
        [sys.executable, *PYTEST, *tests],
        cwd=copy,
        env=os.environ | FEWER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, output
