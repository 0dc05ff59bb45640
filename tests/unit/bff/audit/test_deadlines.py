from tests.support.lived_books import Books

WAITS = "SELECT id FROM returns WHERE status = 'AWAITING_RETURN_SHIPMENT' AND pickup_id IN"
WAITS += " (SELECT id FROM pickups WHERE status = 'AWAITING_COURIER')"


async def test_a_deadline_without_its_timer(books: Books) -> None:
    return_id = books.one(WAITS)
    books.spoil(
        "DELETE FROM timers WHERE kind = 'SHIP_BACK' AND subject_id = :return_id",
        return_id=return_id,
    )
    broken = await books.broken()
    [finding] = broken["timers of deadlines"]
    assert (finding.key, list(broken)) == (return_id, ["timers of deadlines"])
    assert "SHIP_BACK at " in finding.expected
    assert "SHIP_BACK" not in finding.found


async def test_a_return_that_has_ended_and_has_a_timer(books: Books) -> None:
    return_id = books.one("SELECT id FROM returns WHERE status = 'SUCCEEDED'")
    books.spoil(
        "INSERT INTO timers (kind, subject_id, due_at)"
        " VALUES ('SHIP_BACK', :return_id, '2026-03-10T02:00:00.000000+00:00')",
        return_id=return_id,
    )
    [finding] = (await books.broken())["timers of deadlines"]
    assert finding.expected == "timers: none"
    assert finding.found == "timers: SHIP_BACK at 2026-03-10 10:00:00"


async def test_an_open_return_in_which_nobody_acts(books: Books) -> None:
    return_id = books.one(WAITS)
    books.spoil(
        "UPDATE pickups SET status = 'COLLECTED', held_waybill = 'CN1', fee_status = 'WAIVED'"
        " WHERE return_id = :return_id",
        return_id=return_id,
    )
    [finding] = (await books.broken())["next step"]
    assert finding.expected == "somebody who acts next, or a deadline"
    assert finding.found == "none, in AWAITING_RETURN_SHIPMENT"


async def test_a_timer_of_no_return(books: Books) -> None:
    books.spoil(
        "INSERT INTO timers (kind, subject_id, due_at)"
        " VALUES ('SHIP_BACK', 'ret_none', '2026-03-10T02:00:00.000000+00:00')"
    )
    broken = await books.broken()
    [finding] = broken["stray timers"]
    assert (finding.key, list(broken)) == ("ret_none", ["stray timers"])
    assert finding.expected == "a return with this id"


async def test_a_report_that_waits_for_ever(books: Books) -> None:
    books.spoil("DELETE FROM timers WHERE kind = 'webhook.try_again'")
    broken = await books.broken()
    [finding] = broken["waiting reports"]
    assert list(broken) == ["waiting reports"]
    assert finding.expected == "a timer for dispute.decided, which waits"


async def test_a_timer_of_a_report_that_is_done(books: Books) -> None:
    books.spoil("UPDATE webhook_events SET status = 'REFUSED' WHERE status = 'WAITING'")
    [finding] = (await books.broken())["stray timers"]
    assert (finding.ids["kind"], finding.expected) == ("webhook.try_again", "a report that waits")
