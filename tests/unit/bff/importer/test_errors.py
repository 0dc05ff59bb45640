"""What a person reads of a file with errors."""

import pytest

from bff.importer.errors import InvalidFilesError, LineError, raise_for


def line_errors(count: int) -> list[LineError]:
    return [LineError("x.jsonl", number, "sku", "text") for number in range(1, count + 1)]


def test_an_error_names_file_line_field_and_what_would_be_right() -> None:
    assert str(LineError("x.jsonl", 3, "lines[2].quantity", "a whole number")) == (
        "x.jsonl, line 3, lines[2].quantity: expected a whole number"
    )


def test_without_errors_nothing_is_raised() -> None:
    raise_for(iter(()))


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (1, "x.jsonl, line 1, sku: expected text"),
        (20, "x.jsonl, line 20, sku: expected text"),
        (21, "and 1 more"),
        (500, "and 480 more"),
    ],
)
def test_the_first_twenty_are_named_and_the_rest_counted(count: int, last: str) -> None:
    with pytest.raises(InvalidFilesError) as caught:
        raise_for(line_errors(count))
    lines = str(caught.value).splitlines()
    assert len(lines) == min(count, 21)
    assert (lines[0], lines[-1]) == ("x.jsonl, line 1, sku: expected text", last)
    assert len(caught.value.errors) == count
