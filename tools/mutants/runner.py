"""Makes a change in a copy of the source that breaks it, and runs the tests that must fail."""

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

MAX_RUN_S = 600  # a mutant may hang, and the machine may be busy
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
NOT_COPIED = shutil.ignore_patterns(
    *(".*_cache", ".git", ".hypothesis", ".venv", "__pycache__"),
    *("*.sqlite3*", "build", "dist", "node_modules"),
)
ENVIRONMENT = {"LIVES": "300"}  # generated lives: enough to catch each mutant
PYTEST = ("-m", "pytest", "-x", "-q", "-rfE", "-p", "no:cacheprovider", "--hypothesis-seed=0")


class PatchError(Exception):
    """`old` is no longer in the source exactly once."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` becomes `new` in the file at `path`, once; one of `tests` has to fail then."""

    name: str
    breaks: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, text: str) -> str:
        """Raises PatchError."""
        count = text.count(self.old)
        if count != 1:
            raise PatchError(f"{self.name}: {self.path} has {count} times:\n{self.old}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`by`: the first test that failed, or what else happened."""

    mutant: Mutant
    end: Literal["caught", "escaped", "broken"]
    by: str


def untouched(mutants: Iterable[Mutant]) -> Mutant:
    """No change, with the tests of all: it has to escape, or a catch means nothing."""
    tests = dict.fromkeys(test for mutant in mutants for test in mutant.tests)
    return Mutant("untouched", "nothing", "pyproject.toml", "[project]", "[project]", tuple(tests))


def outcomes(root: Path, mutants: Iterable[Mutant]) -> Iterator[Outcome]:
    """In the order in which they end, one mutant a core at a time. Raises PatchError."""
    with (
        TemporaryDirectory(prefix="mutants-") as folder,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        futures = [pool.submit(outcome, root, Path(folder), mutant) for mutant in mutants]
        for future in as_completed(futures):
            yield future.result()


def outcome(root: Path, folder: Path, mutant: Mutant) -> Outcome:
    copy = folder / mutant.name
    shutil.copytree(root, copy, ignore=NOT_COPIED)
    source = copy / mutant.path
    source.write_text(mutant.apply(source.read_text("utf-8")), "utf-8")
    try:
        status, output = _run_tests(copy, mutant.tests)
    except subprocess.TimeoutExpired:
        return Outcome(mutant, "caught", f"the tests hang for {MAX_RUN_S} s")
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return _classify(mutant, status, output)


def _classify(mutant: Mutant, status: int, output: str) -> Outcome:
    """Pytest's status 1 is a test that failed; a higher one says nothing about the mutant."""
    failed = FAILED.search(output)
    if status == 0:
        return Outcome(mutant, "escaped", ", ".join(mutant.tests))
    if status == 1 and failed:
        return Outcome(mutant, "caught", failed[1])
    return Outcome(mutant, "broken", output[-2000:])


def _run_tests(copy: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Status and output. Processes that the tests started end with them."""
    with subprocess.Popen(
        [sys.executable, *PYTEST, *tests],
        cwd=copy,
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=MAX_RUN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, output
