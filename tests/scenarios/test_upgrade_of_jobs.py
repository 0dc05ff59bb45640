"""Events, timers, calls, reports and traces get the shopper of what they are about: those of an
older database, and those that the former version writes while it still serves."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Column, Connection, Table, insert, select, text

from bff.core.clock import SystemClock
from bff.core.ids import NO_SHOPPER
from bff.db.database import Database
from bff.db.engines import open_database
from bff.db.schema import config_for
from bff.db.sqlite.database import SqliteDatabase
from bff.db.tables import events, outbox, timers, traces, webhook_events
from bff.jobs.received_events import TRY_AGAIN
from tests.support.copied_database import put_copy, read_copy
from tests.support.old_database import make_old
from tests.support.servers.databases import Databases

OLD, FORMER, FILLED = "0011", "0038", "0040"
AT = datetime(2026, 3, 1, tzinfo=UTC)
PARENTS = ("returns", "orders", "pickups", "payments", "shoppers")
SUBJECTS: dict[Table, Column[Any]] = {
    events: events.c.topic,
    outbox: outbox.c.subject_id,
    timers: timers.c.subject_id,
    traces: traces.c.subject_id,
    webhook_events: webhook_events.c.subject_id,
}


@pytest.fixture
async def old(
    request: pytest.FixtureRequest, tmp_path: Path, databases: Databases
) -> AsyncIterator[Database]:
    """A town, as the former version has it."""
    make_old(tmp_path / "old.sqlite3", OLD, "town.sql")
    file: Database = SqliteDatabase(tmp_path / "old.sqlite3", SystemClock())
    if request.param == "sqlite":
        yield file
        await file.close()
        return
    copy = await file.alter(read_copy)
    await file.close()
    with databases.lend_bare() as url:
        database = open_database(url, SystemClock())
        await bring(database, OLD)
        await database.alter(lambda connection: put_copy(connection, copy))
        yield database
        await database.close()


async def bring(database: Database, revision: str) -> None:
    await database.alter(lambda connection: command.upgrade(config_for(connection), revision))


def write_former(connection: Connection) -> dict[str, str]:
    """A row of each table for each subject, without a shopper; gives the shoppers by subject."""
    owners = {"ret_unknown": NO_SHOPPER, "REPORTS": NO_SHOPPER, "": NO_SHOPPER}
    for parent in PARENTS:
        owner = "id" if parent == "shoppers" else "shopper_id"
        found = connection.execute(
            text(f"SELECT id AS subject, {owner} AS owner FROM {parent} LIMIT 1")
        )
        owners |= {row.subject: row.owner for row in found}
    for number, subject in enumerate([*owners]):
        _write(connection, subject, 1000 + number)
        of_report = {"kind": TRY_AGAIN, "subject_id": str(1000 + number), "due_at": AT}
        connection.execute(insert(timers), of_report)
        owners[str(1000 + number)] = owners[subject]
        if subject.startswith("sho_"):
            stars = {"topic": f"stars:{subject}", "id": 1000, "kind": "NEW", "at": AT, "facts": {}}
            connection.execute(insert(events), stars)
            owners[f"stars:{subject}"] = subject
    return owners


def _write(connection: Connection, subject: str, number: int) -> None:
    of_subject, until = {"subject_id": subject}, {"posted_at": AT, "due_at": AT}
    topic = {"topic": subject, "id": number, "kind": "NEW", "at": AT, "facts": {}}
    connection.execute(insert(events), topic)
    call = {**of_subject, **until, "message": "new", "attempts": 0}
    connection.execute(insert(outbox), call)
    connection.execute(insert(timers), {**of_subject, "kind": "new", "due_at": AT})
    connection.execute(insert(traces), {**of_subject, "traceparent": "", "at": AT})
    report = {
        **of_subject,
        "id": number,
        "partner": "new",
        "event_id": str(number),
        "type": "new",
        "digest": "",
        "status": "WAITING",
        "attempts": 0,
        "data": "",
        "happened_at": AT,
        "received_at": AT,
    }
    connection.execute(insert(webhook_events), report)


def read_owners(connection: Connection) -> dict[str, list[tuple[str, str | None]]]:
    return {
        table.name: [
            (row[0], row[1]) for row in connection.execute(select(subject, table.c.shopper_id))
        ]
        for table, subject in SUBJECTS.items()
    }


@pytest.mark.parametrize("old", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("written_at", [FORMER, FILLED])
async def test_every_job_names_the_shopper_of_its_subject(old: Database, written_at: str) -> None:
    await bring(old, written_at)
    owners = await old.alter(write_former)
    assert {subject[:4] for subject in owners} >= {"ret_", "ord_", "pic_", "pay_", "sho_", "star"}
    await bring(old, FILLED)
    found = await old.alter(read_owners)
    for table, rows in found.items():
        assert {subject for subject, _ in rows} >= {*owners} - {*filter(is_special, owners)}, table
        assert [row for row in rows if row[1] is None] == []
        assert [row for row in rows if owners.get(row[0], row[1]) != row[1]] == []


def is_special(subject: str) -> bool:
    """Of one table alone."""
    return subject.isdecimal() or subject.startswith("stars:")
