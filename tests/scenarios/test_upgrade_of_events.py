"""Events keep the ids that are clients' cursors; those that come later are numbered by topic."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bff.core.clock import SystemClock
from bff.db import events
from bff.db.schema import migrate
from bff.db.sqlite.database import SqliteDatabase
from tests.support.old_database import make_old

# As the former version writes it, which goes on serving meanwhile
FORMER_INSERT = "INSERT INTO events (topic, kind, at, facts) VALUES (?, ?, ?, '{}')"
AT = "2026-03-11T08:00:00.000000+00:00"
LAST = "SELECT topic, max(id) FROM events GROUP BY topic"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "bff.sqlite3"
    make_old(made, "0001", "old.sql")
    return made


def last_ids(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute(LAST))


async def test_what_either_version_writes_comes_behind_what_there_is(path: Path) -> None:
    before = last_ids(path)
    assert len(set(before.values())) > 1
    db = SqliteDatabase(path, SystemClock())
    await migrate(db)
    assert last_ids(path) == before
    with closing(sqlite3.connect(path)) as raw, raw:
        former = [(topic, "FORMER", AT) for topic in (*before, "new") for _ in range(2)]
        raw.executemany(FORMER_INSERT, former)
        owners = dict(raw.execute("SELECT DISTINCT topic, shopper_id FROM events"))
    for topic, owner in owners.items():
        await db.write(
            partial(events.append, shopper_id=owner, topic=topic, kind="NEWER", facts={})
        )
    async with db.read() as connection:
        for topic, last in {**before, "new": 0}.items():
            added = await events.read_after(connection, owners[topic], topic, last)
            expected = [(last + 1, "FORMER"), (last + 2, "FORMER"), (last + 3, "NEWER")]
            assert [(event.id, event.kind) for event in added] == expected
    await db.close()
