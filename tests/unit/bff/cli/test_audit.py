"""`bff audit`: what it prints, and how it ends."""

import io
import json
from typing import Any

from rich.console import Console
from typer.testing import Result

from bff.audit.auditor import Judgement
from bff.audit.laws import LAWS
from bff.cli.audit import COLUMNS, LawBar
from bff.cli.progress import open_bars
from tests.support.command_line import run_command
from tests.support.lived_books import Books

SPOILT = "UPDATE orders SET advanced_minor = 7 WHERE id = (SELECT max(id) FROM orders)"


def audit(books: Books, *options: str) -> Result:
    return run_command("audit", *options, BFF_DATABASE=str(books.path))


def test_books_that_are_right(books: Books) -> None:
    before = books.path.read_bytes()
    printed = audit(books)
    assert printed.exit_code == 0
    lines = printed.stdout.splitlines()
    assert lines[-1] == f"The books are right, by {len(LAWS)} laws."
    [refunded] = [line for line in lines if line.startswith("refunds due")]
    assert str(books.one("SELECT count(*) FROM refunds")) in refunded
    assert books.path.read_bytes() == before


def test_each_line_that_is_wrong_is_named(books: Books) -> None:
    books.spoil(SPOILT)
    printed = audit(books)
    assert printed.exit_code == 1
    assert printed.stdout.splitlines()[-1] == f"Wrong: 1, by 1 of {len(LAWS)} laws."
    order = books.one("SELECT max(id) FROM orders")
    wrong = f"advanced of orders  order_id {order}"
    assert wrong in printed.stdout
    assert "CN¥0.07" in printed.stdout


def test_programs_read_the_same(books: Books) -> None:
    books.spoil(SPOILT)
    printed = audit(books, "--json")
    judgements: list[dict[str, Any]] = json.loads(printed.stdout)
    assert (printed.exit_code, len(judgements)) == (1, len(LAWS))
    [wrong] = [one for one in judgements if one["findings"]]
    order = books.one("SELECT max(id) FROM orders")
    assert wrong["findings"][0]["ids"] == {"order_id": order}
    assert wrong["findings"][0]["found"] == "CN¥0.07"


def test_one_law_alone(books: Books) -> None:
    books.spoil(SPOILT)
    printed = audit(books, "--only", "held of lines", "--only", "postings")
    assert printed.exit_code == 0
    assert printed.stdout.splitlines()[-1] == "The books are right, by 2 laws."


def test_no_such_law_is_a_sentence(books: Books) -> None:
    refused = audit(books, "--only", "gravity")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("there is no law gravity; there are: postings, ")


def test_missing_timers_are_found_and_not_set(books: Books) -> None:
    books.spoil("DELETE FROM timers")
    printed = audit(books, "--only", "timers of deadlines")
    assert printed.exit_code == 1
    assert books.one("SELECT count(*) FROM timers") == 0


def test_a_terminal_sees_how_far_it_is() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with open_bars(*COLUMNS, console=console) as bars:
        bar = LawBar(bars, 3)
        bar.show(Judgement("postings", "", looked_at=5_000))
        bar.show(Judgement("currencies", ""))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "currencies: 0 looked at" in shown
    assert "1/3" in shown


def test_no_database_is_a_sentence(books: Books) -> None:
    books.path.unlink()
    refused = audit(books)
    assert refused.stderr == f"BFF_DATABASE: there is no database at {books.path}\n"
