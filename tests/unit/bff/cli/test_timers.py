"""`bff timers`: timers that differ from their deadlines are set anew."""

import asyncio

from tests.support.command_line import run_command
from tests.support.lived_books import Books

WAITS = "SELECT id FROM returns WHERE status = 'AWAITING_RETURN_SHIPMENT'"


def wrong(books: Books) -> list[str]:
    return [one.key for one in asyncio.run(books.findings())]


def test_timers_that_were_wrong_are_the_deadlines_again(books: Books) -> None:
    return_id = books.one(WAITS)
    books.spoil("UPDATE timers SET due_at = '2030-01-01T00:00:00.000000+00:00'")
    assert return_id in wrong(books)
    done = run_command("timers", return_id, BFF_DATABASE=str(books.path))
    assert (done.exit_code, done.stdout) == (0, "1 returns have the timers of their deadlines\n")
    assert return_id not in wrong(books)


def test_of_an_unknown_return_nothing_is_set(books: Books) -> None:
    return_id = books.one(WAITS)
    books.spoil(
        "UPDATE timers SET due_at = '2030-01-01T00:00:00.000000+00:00'"
        " WHERE subject_id = :return_id",
        return_id=return_id,
    )
    refused = run_command("timers", return_id, "ret_none", BFF_DATABASE=str(books.path))
    assert (refused.exit_code, refused.stderr) == (2, "there is no return ret_none\n")
    assert return_id in wrong(books)
