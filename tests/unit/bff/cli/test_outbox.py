"""`bff outbox`: what waits, what is dead, and putting it back."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from bff.db.transaction import Tx
from bff.jobs import outbox
from bff.jobs.outbox import OutboxMessage
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.engines import database_settings

WAITING, DEAD, DEAD_TOO = 1, 2, 3


@pytest.fixture
def bff(db_folder: Path) -> Callable[..., Result]:
    """The command, on a database with a message that waits and two that are dead."""
    database = db_folder / "bff.sqlite3"
    asyncio.run(fill(database))
    return partial(run_command, "outbox", BFF_DATABASE=str(database))


async def fill(database: Path) -> None:
    services = await open_services(Settings(**database_settings(database)))

    async def post(tx: Tx) -> None:
        for subject in ("pic_1", "pic_2", "pic_3"):
            await outbox.post(tx, "sho_1", "pickup.requested", subject)

    await services.db.write(post)
    async with services.db.read() as connection:
        messages = await outbox.all_messages(connection)
    await services.db.write(lambda tx: give_up(tx, messages[1:]))
    await services.db.close()


async def give_up(tx: Tx, messages: list[OutboxMessage]) -> None:
    for outgoing in messages:
        await outbox.give_up(tx, outgoing, "courier answered 400")


def listed(bff: Callable[..., Result]) -> list[tuple[int, bool, int]]:
    """Of each message: its id, whether it is dead, how often it was tried."""
    messages: list[dict[str, Any]] = json.loads(bff("--json").stdout)
    return [(one["id"], one["dead_at"] is not None, one["attempts"]) for one in messages]


def test_what_waits_and_what_is_dead_is_shown(bff: Callable[..., Result]) -> None:
    listing = bff()
    assert listing.exit_code == 1
    for word in ("pickup.requested", "pic_1", "waits", "pic_3", "dead since", "answered 400"):
        assert word in listing.stdout


def test_programs_read_json(bff: Callable[..., Result]) -> None:
    assert bff("--json").exit_code == 1
    assert listed(bff) == [(WAITING, False, 0), (DEAD, True, 1), (DEAD_TOO, True, 1)]
    [_, dead, _] = json.loads(bff("--json").stdout)
    assert dead["last_error"] == "courier answered 400"
    assert dead["subject_id"] == "pic_2"


def test_a_dead_message_is_put_back(bff: Callable[..., Result]) -> None:
    sent = bff("resend", str(DEAD))
    assert (sent.exit_code, sent.stdout) == (0, "1 put back\n")
    assert listed(bff) == [(WAITING, False, 0), (DEAD, False, 0), (DEAD_TOO, True, 1)]


def test_all_are_put_back_and_then_none_is_dead(bff: Callable[..., Result]) -> None:
    assert bff("resend", "--all").stdout == "2 put back\n"
    assert bff().exit_code == 0
    assert bff("resend", "--all").stdout == "0 put back\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("resend",), "expected ids, or --all\n"),
        (("resend", "2", "--all"), "expected ids, or --all\n"),
        (("resend", "2", "1", "9"), "no dead letter 1, 9\n"),
    ],
)
def test_a_call_that_is_not_dead_is_not_put_back_and_nothing_is(
    bff: Callable[..., Result], arguments: tuple[str, ...], message: str
) -> None:
    refused = bff(*arguments)
    assert (refused.exit_code, refused.stderr) == (2, message)
    assert listed(bff) == [(WAITING, False, 0), (DEAD, True, 1), (DEAD_TOO, True, 1)]


def test_an_empty_outbox_is_well(db_folder: Path) -> None:
    database = db_folder / "new.sqlite3"
    asyncio.run(make_empty(database))
    listing = run_command("outbox", BFF_DATABASE=str(database))
    assert (listing.exit_code, listing.stdout) == (0, "Nothing waits, and nothing is dead.\n")
    assert run_command("outbox", "--json", BFF_DATABASE=str(database)).stdout == "[]\n"


async def make_empty(database: Path) -> None:
    services = await open_services(Settings(**database_settings(database)))
    await services.db.close()
