"""Counting what the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bff.db.database import Database

SEEN = "before_cursor_execute"


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The SQL that readers and writer run meanwhile, in sequence."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engines = [engine.sync_engine for engine in db.engines]
    for engine in engines:
        event.listen(engine, SEEN, see)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, SEEN, see)
