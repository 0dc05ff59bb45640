"""Counting what the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from bff.db.database import Database


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The SQL that readers and writer run meanwhile, in sequence."""
    seen: list[str] = []
    db.listeners.append(seen.append)
    try:
        yield seen
    finally:
        db.listeners.remove(seen.append)
