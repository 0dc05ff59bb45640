"""What a person reads of a line with an error."""

from bff.importer.errors import LineError


def test_an_error_names_file_line_field_and_what_would_be_right() -> None:
    assert str(LineError("x.jsonl", 3, "lines[2].quantity", "a whole number")) == (
        "x.jsonl, line 3, lines[2].quantity: expected a whole number"
    )


def test_errors_are_sorted_by_file_and_line() -> None:
    errors = [LineError(file, line, "sku", "text") for file in "ba" for line in (10, 9)]
    assert [(one.file, one.line) for one in sorted(errors)] == [
        ("a", 9),
        ("a", 10),
        ("b", 9),
        ("b", 10),
    ]
