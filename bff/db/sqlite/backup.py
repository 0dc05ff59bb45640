"""A copy of a database that is written to meanwhile: whole, checked, and on the disk."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bff.db.errors import BackupError
from bff.db.sqlite.files import READ_ONLY, open_file


def back_up(source: Path, target: Path) -> int:
    """The copy's size in bytes. It has all that was committed before it began, and is one file
    that needs no other. Under its name it is there whole, or not at all.

    Writers go on meanwhile: it reads one snapshot. Raises BackupError.
    """
    if target.exists():
        raise BackupError(f"{target} is there already")
    if not target.parent.is_dir():
        raise BackupError(f"{target}: there is no folder {target.parent}")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        _copy(source, unfinished)
        _sync(unfinished)
        os.link(unfinished, target)  # unlike a rename, it replaces nothing
        unfinished.unlink()
        _sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise BackupError(f"{target}: {error}") from error
    return target.stat().st_size


def _copy(source: Path, target: Path) -> None:
    with closing(open_file(source, READ_ONLY)) as original, closing(_empty(target)) as copy:
        original.backup(copy)  # in one step: a copy in several begins anew after each commit
        # As the original it would open its log beside it, and be no single file.
        copy.execute("PRAGMA journal_mode=DELETE")
        found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        broken = copy.execute("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or broken:
        raise BackupError(f"{source} is damaged: {'; '.join(map(str, [*found, *broken][:5]))}")


def _empty(path: Path) -> sqlite3.Connection:
    """For no other's eyes, as the original may be."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return sqlite3.connect(path, isolation_level=None)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
