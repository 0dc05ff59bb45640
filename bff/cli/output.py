"""What a command prints: a table where a person reads along, lines or JSON for programs."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from msgspec import to_builtins
from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from bff.core.clock import SHANGHAI, rfc3339

AsJson = Annotated[bool, typer.Option("--json", help="A JSON list, for programs to read.")]
T = TypeVar("T")
Row = Sequence[str]
GAP = "  "


def print_json(items: Sequence[object]) -> None:
    """Structs or dataclasses as a list; moments as clients see them."""
    plain = to_builtins(items, builtin_types=[datetime])
    typer.echo(json.dumps(plain, default=rfc3339, ensure_ascii=False))


def print_list(
    items: Sequence[T],
    headings: Row,
    row: Callable[[T], Row],
    *,
    as_json: bool,
    nothing: str,
) -> None:
    """`nothing` is what a person reads where there are no items."""
    if as_json:
        print_json(items)
    elif items:
        print_table(headings, [row(item) for item in items])
    else:
        typer.echo(nothing)


def print_table(headings: Row, rows: Sequence[Row], console: Console | None = None) -> None:
    """A table on a terminal where the longest words have room beside one another; else a line
    a row. No word is ever cut."""
    console = console or Console()
    widths = column_widths([headings, *rows], console.width - 3 * len(headings) - 1)
    if not console.is_terminal or widths is None:
        typer.echo("\n".join(lines([headings, *rows])), file=console.file)
        return
    columns = zip(headings, widths, strict=True)
    table = Table(*(Column(heading, width=width) for heading, width in columns))
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def column_widths(rows: Sequence[Row], room: int) -> list[int] | None:
    """Each column has room for its longest word, and a share of what is left for its lines.

    None where the words do not fit.
    """
    columns = list(zip(*rows, strict=True))
    words = [_longest(word for cell in column for word in cell.split()) for column in columns]
    whole = [_longest(line for cell in column for line in cell.split("\n")) for column in columns]
    left, wanted = room - sum(words), sum(whole) - sum(words)
    if left < 0:
        return None
    share = min(1, left / wanted) if wanted else 0
    return [word + int((line - word) * share) for word, line in zip(words, whole, strict=True)]


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def lines(rows: Sequence[Row]) -> list[str]:
    """Columns below one another; the lines of a cell become one."""
    cells = [[cell.replace("\n", " ") for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    return [
        GAP.join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def format_moment(moment: datetime) -> str:
    """Shanghai's time, to the minute."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
