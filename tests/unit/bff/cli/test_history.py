"""`bff history`: what staff on the phone see of a return."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.support.command_line import run_command
from tests.support.lived_books import Books
from tests.support.old_database import put_town

# Of a town of an older version: collected, weighed, refused
REFUSED = "ret_00020"
FETCHED = "SELECT return_id FROM pickups WHERE fee_final_at NOT NULL AND fee_status = 'UNPAID'"
PHONE = "+8613800138000"


@pytest.fixture
def town(db_folder: Path) -> Path:
    path = db_folder / "bff.sqlite3"
    asyncio.run(put_town(path))
    return path


def history(path: Path, name: str, *options: str) -> Result:
    return run_command("history", name, *options, BFF_DATABASE=str(path))


def known_of(path: Path, return_id: str, *options: str) -> dict[str, Any]:
    [known] = json.loads(history(path, return_id, "--json", *options).stdout)
    assert isinstance(known, dict)
    return known


def test_events_and_reports_stand_beside_one_another(town: Path) -> None:
    found = known_of(town, REFUSED)["happenings"]
    moments = [one["at"] for one in found]
    assert moments == sorted(moments)
    events = [one["what"] for one in found if one["kind"] == "EVENT"]
    assert events[:2] == ["RETURN_OPENED", "RETURN_REFUSED"]
    reports = {one["what"].split()[0]: one for one in found if one["kind"] == "REPORT"}
    assert reports["dispute.decided"]["state"] == "WAITING: waits for: the shopper's dispute"
    assert all(one["happened_at"] for one in reports.values())


def test_a_person_reads_where_it_stands_and_who_did_what(books: Books) -> None:
    return_id = books.one(FETCHED)
    printed = history(books.path, return_id)
    assert printed.exit_code == 0
    lines = printed.stdout.splitlines()
    assert lines[0] == f"return:    {return_id}, RETURN_AND_REFUND, AWAITING_RETURN_SHIPMENT"
    assert any(line.startswith("until: ") and "PICKUP_FEE" in line for line in lines)
    [opened] = [line for line in lines if "RETURN_OPENED" in line]
    assert " shopper " in opened
    [collected] = [line for line in lines if "PICKUP_COLLECTED" in line]
    assert " courier " in collected
    charge = "PICKUP_CHARGE of "
    [posting] = [line for line in lines if charge in line]
    assert "-CN¥12.00, courier:cainiao CN¥12.00" in posting


def test_moneys_have_their_states_and_postings(books: Books) -> None:
    return_id = books.one("SELECT return_id FROM refunds WHERE surplus_minor > 0")
    known = known_of(books.path, return_id)
    payments = [one["state"] for one in known["happenings"] if one["kind"] == "PAYMENT"]
    assert any(state.startswith("FAILED: CN¥12.00 from debt:") for state in payments)
    assert any("second of pay_" in state for state in payments)
    postings = {one["what"].split()[0] for one in known["happenings"] if one["kind"] == "POSTING"}
    assert {"DUPLICATE", "SURPLUS", "MERCHANT_REFUND", "PICKUP_FEE"} <= postings
    missed = [one for one in known["happenings"] if one["who"] == "timer"]
    assert "deadline: REPAYMENT" in missed[-1]["state"]


def test_calls_that_wait_or_are_dead(books: Books) -> None:
    return_id = books.one("SELECT return_id FROM payments WHERE status = 'REQUESTED'")
    books.spoil("UPDATE outbox SET dead_at = due_at, attempts = 12, last_error = 'gone'")
    [call] = [one for one in known_of(books.path, return_id)["happenings"] if one["kind"] == "CALL"]
    assert call["state"] == "dead after 12 tries: gone"
    assert "payment.requested of pay_" in call["what"]


def test_stars_that_it_has_touched(books: Books) -> None:
    return_id = books.one("SELECT return_id FROM behaviours WHERE kind = 'EMPTY_PARCEL'")
    stars = [one for one in known_of(books.path, return_id)["happenings"] if one["kind"] == "STARS"]
    assert "on record: EMPTY_PARCEL" in [one["what"] for one in stars]
    assert "rated: EMPTY_PARCEL" in [one["what"] for one in stars]


def test_moments_are_shanghais(books: Books) -> None:
    known = known_of(books.path, books.one(FETCHED))
    assert known["case"]["this_return"]["opened_at"].endswith("+08:00")
    assert all(one["at"].endswith("+08:00") for one in known["happenings"])


def test_persons_are_masked_unless_all_is_wanted(books: Books) -> None:
    return_id = books.one(FETCHED)
    books.spoil(
        "UPDATE pickups SET courier_name = '王师傅', courier_phone = :phone"
        " WHERE return_id = :return_id",
        phone=PHONE,
        return_id=return_id,
    )
    shopper = books.one(f"SELECT shopper_id FROM returns WHERE id = '{return_id}'")
    for options in ((), ("--json",)):
        masked = history(books.path, return_id, *options).stdout
        whole = history(books.path, return_id, "--full", *options).stdout
        for word in (PHONE, shopper):
            assert word in whole
            assert word not in masked
    assert known_of(books.path, return_id, "--full")["case"]["pickup"]["courier_name"] == "王师傅"
    assert "courier_name" not in known_of(books.path, return_id)["case"]["pickup"]
    reports = known_of(books.path, return_id, "--full")["happenings"]
    assert any(one["data"] and "pickupId" in one["data"] for one in reports)


def test_an_order_or_a_waybill_lists_the_returns(books: Books) -> None:
    line = books.one("SELECT order_line_id FROM returns WHERE waybill_number NOT NULL")
    return_id = books.one("SELECT id FROM returns WHERE waybill_number NOT NULL")
    number = books.one("SELECT waybill_number FROM returns WHERE waybill_number NOT NULL")
    order = line[4:].rpartition("-")[0]
    for name in (order, f"ord_{order}", number, f" {number.lower()} "):
        [listed] = json.loads(history(books.path, name, "--json").stdout)
        assert (listed["return"], listed["line"]) == (return_id, line)
        assert return_id in history(books.path, name).stdout


def test_nothing_of_that_name_is_a_sentence(books: Books) -> None:
    refused = history(books.path, "ret_none")
    sentence = "there is no return ret_none, and no order or waybill of that number has one\n"
    assert (refused.exit_code, refused.stderr) == (2, sentence)
