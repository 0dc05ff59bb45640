"""One folder for a run of the tests, whose processes share the servers in it.

The process that runs pytest holds a lock for as long as it lives: the folder of a run that was
killed is known by its lock, which nobody holds, and the next run removes it with its servers.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO

from tests.support.servers import postgresql, redis
from tests.support.servers.account import is_open_to_all

ALIVE = "alive"
PREFIX = "run"  # and a number: the name goes into names of databases
PLACES = (tempfile.gettempdir(), "/tmp", "/var/tmp")
MAX_PLACE_LENGTH = 40  # a socket's path has 103 characters at most


class NoPlaceError(Exception):
    """No temporary folder will do."""


def shared_folder() -> Path:
    """This user's, of all runs. Raises NoPlaceError."""
    folder = _place() / f"bff-tests-{os.geteuid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise NoPlaceError(f"{folder} is somebody else's: remove it, or set TMPDIR")
    return folder


def _place() -> Path:
    for place in map(Path, PLACES):
        if len(str(place)) <= MAX_PLACE_LENGTH and place.is_dir() and is_open_to_all(place):
            return place
    raise NoPlaceError(f"one of {', '.join(PLACES)} has to be open to all, and its path short")


@contextmanager
def run_folder(shared: Path) -> Iterator[Path]:
    """A new one in the folder of all runs; at the end it is removed with its servers."""
    with locked(shared / "lock"):
        remove_abandoned(shared)
        folder = shared / f"{PREFIX}{token_hex(4)}"
        folder.mkdir(mode=0o755)
        alive = _lock(folder / ALIVE)
    try:
        yield folder
    finally:
        with locked(shared / "lock"), alive:
            remove(folder)


def remove_abandoned(shared: Path) -> None:
    """Folders of runs that were killed."""
    for folder in shared.glob(f"{PREFIX}*"):
        try:
            alive = _lock(folder / ALIVE, fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        with alive:
            remove(folder)


def remove(folder: Path) -> None:
    """With the servers in it, which are stopped."""
    postgresql.stop_all(folder)
    redis.stop_all(folder)
    shutil.rmtree(folder)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with _lock(path):
        yield


def _lock(path: Path, flags: int = 0) -> IO[bytes]:
    """Until it is closed, or this process ends in whatever way."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | flags)
    except BaseException:
        file.close()
        raise
    return file
