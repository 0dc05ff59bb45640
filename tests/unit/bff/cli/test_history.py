"""`bff history`: a return's events, and every report of it, in the order in which they came."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import run_command
from tests.support.old_database import put_town

# Of the town that is dumped: collected, weighed, refused
RETURN = "ret_00020"


@pytest.fixture
def database(db_folder: Path) -> str:
    path = db_folder / "bff.sqlite3"
    asyncio.run(put_town(path))
    return str(path)


def happenings(database: str, return_id: str = RETURN) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        run_command("history", return_id, "--json", BFF_DATABASE=database).stdout
    )
    return found


def test_events_and_reports_stand_beside_one_another(database: str) -> None:
    found = happenings(database)
    moments = [one.get("received_at") or one["at"] for one in found]
    assert moments == sorted(moments)
    kinds = [one["kind"] for one in found if "kind" in one]
    assert kinds[:2] == ["RETURN_OPENED", "RETURN_REFUSED"]
    reports = {one["type"]: one["status"] for one in found if "type" in one}
    assert reports["dispute.decided"] == "WAITING"
    assert all(one["happened_at"] for one in found if "type" in one)


def test_a_report_says_what_became_of_it_and_why(database: str) -> None:
    printed = run_command("history", RETURN, BFF_DATABASE=database)
    assert printed.exit_code == 0
    assert "WAITING: waits for: the shopper's dispute" in printed.stdout
    assert "return_status: AWAITING_MERCHANT_RECEIPT" in printed.stdout


def test_no_such_return_is_a_sentence(database: str) -> None:
    refused = run_command("history", "ret_none", BFF_DATABASE=database)
    assert (refused.exit_code, refused.stderr) == (2, "there is no return ret_none\n")
