"""What commands print: nothing is cut, on a terminal or in a pipe."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from bff.cli.output import column_widths, format_moment, lines, print_json, print_list, print_table

HEADINGS = ("variable", "now", "what it is for")
ROWS = [
    ("BFF_MERCHANT_WEBHOOK_SECRET", "the demonstration's", "signs merchants' webhooks, likewise"),
    ("BFF_POLICY", "packaged", "[bold]policy[/bold] file to publish :tada: at start 政策文件"),
]


def printed(width: int, *, terminal: bool) -> str:
    file = StringIO()
    print_table(HEADINGS, ROWS, Console(file=file, width=width, force_terminal=terminal))
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_terminal_with_room_gets_a_table_of_whole_words(width: int) -> None:
    table = printed(width, terminal=True)
    assert "┃" in table
    for row in ROWS:
        for word in " ".join(row).split():
            assert word in table


def test_a_terminal_without_room_for_the_longest_words_gets_lines() -> None:
    assert printed(50, terminal=True) == printed(80, terminal=False)


def test_a_pipe_gets_a_line_a_row_however_long() -> None:
    heading, *rows = printed(40, terminal=False).splitlines()
    assert heading.split() == " ".join(HEADINGS).split()
    assert rows == [
        "  ".join([name, now.ljust(19), text]).replace("POLICY", "POLICY" + " " * 17)
        for name, now, text in ROWS
    ]


def test_the_lines_of_a_cell_become_one_and_wide_characters_count_twice() -> None:
    assert lines([("状态", "x"), ("a\nb", "y"), ("", "z")]) == ["状态  x", "a b   y", "      z"]


@pytest.mark.parametrize(
    ("room", "widths"),
    [(9, None), (10, [6, 4]), (13, [6, 7]), (16, [6, 10]), (99, [6, 14])],
)
def test_a_column_never_gets_less_than_its_longest_word(
    room: int, widths: list[int] | None
) -> None:
    assert column_widths([("column", "a b"), ("", "four more here")], room) == widths


def test_json_keeps_characters_and_zones(capsys: pytest.CaptureFixture[str]) -> None:
    @dataclass
    class Item:
        name: str
        at: datetime

    print_json([Item("退货", datetime(2026, 1, 1, tzinfo=UTC))])
    output = capsys.readouterr().out
    assert "退货" in output
    assert json.loads(output) == [{"name": "退货", "at": "2026-01-01T00:00:00.000+00:00"}]


@pytest.mark.parametrize(
    ("items", "as_json", "expected"),
    [
        (["a", "b"], False, "name\nA\nB\n"),
        (["a", "b"], True, '["a", "b"]\n'),
        ([], False, "Nothing.\n"),
        ([], True, "[]\n"),
    ],
)
def test_a_list_is_for_people_or_for_programs(
    items: list[str], as_json: bool, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_list(items, ["name"], lambda item: [item.upper()], as_json=as_json, nothing="Nothing.")
    assert capsys.readouterr().out == expected


def test_moments_are_shanghais() -> None:
    assert format_moment(datetime(2026, 1, 1, 16, 5, 59, tzinfo=UTC)) == "2026-01-02 00:05"
