"""From a file to records: each line on its own, every error found."""

from pathlib import Path

import pytest

from bff.core.progress import NoProgress
from bff.domain.orders.records import MerchantRecord
from bff.importer.errors import LineError, UnreadableFileError
from bff.importer.reader import Placed, read_records

GOOD = b'{"merchant_no": "m-%d", "name": "x", "covers_pickup": false, "return_address": null}'
BOM = b"\xef\xbb\xbf"


class Watch:
    """What a progress bar would have shown."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int]] = []
        self.steps = 0

    def start(self, description: str, total: int) -> None:
        self.stages.append((description, total))

    def advance(self, steps: int) -> None:
        self.steps += steps


def read(folder: Path, content: bytes) -> tuple[list[Placed[MerchantRecord]], list[LineError]]:
    path = folder / "merchants.jsonl"
    path.write_bytes(content)
    return read_records(path, MerchantRecord, NoProgress())


def test_no_file_is_no_record() -> None:
    assert read_records(None, MerchantRecord, NoProgress()) == ([], [])


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n\n", b"\n  \n"])
@pytest.mark.parametrize("begin", [b"", BOM])
def test_records_know_their_lines(tmp_path: Path, begin: bytes, end: bytes) -> None:
    records, errors = read(tmp_path, begin + end.join([GOOD % 1, GOOD % 2]))
    assert errors == []
    assert [each.record.merchant_no for each in records] == ["m-1", "m-2"]
    assert [each.file for each in records] == ["merchants.jsonl"] * 2
    assert [each.line for each in records] == [1, 1 + end.count(b"\n")]


def test_a_wrong_line_hides_no_other(tmp_path: Path) -> None:
    content = b"\n".join([GOOD % 1, b'{"merchant_no": ""}', b"[]", GOOD % 4])
    records, errors = read(tmp_path, content)
    assert [each.line for each in records] == [1, 4]
    assert {error.line for error in errors} == {2, 3}
    assert [error.field for error in errors if error.line == 2] == [
        "merchant_no",
        "name",
        "covers_pickup",
        "return_address",
    ]


@pytest.mark.parametrize("line", [b"7", b"{", b"\xff", BOM + GOOD % 1])
def test_a_line_that_is_no_json_object_is_wrong_as_a_whole(tmp_path: Path, line: bytes) -> None:
    _, errors = read(tmp_path, GOOD % 1 + b"\n" + line)
    assert errors == [
        LineError("merchants.jsonl", 2, "the whole line", "one JSON object, in UTF-8")
    ]


def test_a_file_that_cannot_be_opened_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^gone\.jsonl: No such file or directory$"):
        read_records(tmp_path / "gone.jsonl", MerchantRecord, NoProgress())
    with pytest.raises(UnreadableFileError, match="directory"):
        read_records(tmp_path, MerchantRecord, NoProgress())


def test_progress_is_counted_in_bytes(tmp_path: Path) -> None:
    path = tmp_path / "merchants.jsonl"
    path.write_bytes(BOM + GOOD % 1 + b"\n\n" + GOOD % 2)
    watch = Watch()
    read_records(path, MerchantRecord, watch)
    assert watch.stages == [("Reading merchants.jsonl", path.stat().st_size)]
    assert watch.steps == path.stat().st_size
