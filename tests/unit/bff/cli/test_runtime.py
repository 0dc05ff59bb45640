"""What every command shares: what it refuses in words, and which databases it makes."""

from pathlib import Path

import pytest

from tests.support.command_line import run_command

READERS = [["token", "88"], ["outbox"], ["outbox", "resend", "--all"], ["disputes"]]
PROC = Path("/proc")


@pytest.mark.sqlite_only("a file may be missing where a server's database is there or is not")
@pytest.mark.parametrize("arguments", [*READERS, ["decide", "r", "--for", "shopper"]], ids=" ".join)
def test_no_database_is_made_by_a_command_that_needs_one(
    db_folder: Path, arguments: list[str]
) -> None:
    database = db_folder / "elsewhere.sqlite3"
    result = run_command(*arguments, BFF_DATABASE=str(database))
    assert result.exit_code == 2
    assert result.stderr == f"BFF_DATABASE: there is no database at {database}\n"
    assert list(db_folder.iterdir()) == []


@pytest.mark.sqlite_only("the file's folder")
@pytest.mark.usefixtures("db_folder")
@pytest.mark.skipif(not PROC.exists(), reason="there is no /proc, where root too cannot write")
def test_a_folder_that_cannot_be_written_is_one_sentence() -> None:
    result = run_command("import", "orders.jsonl", BFF_DATABASE=str(PROC / "bff.sqlite3"))
    assert result.exit_code == 2
    assert result.stderr == (
        f"{PROC}/bff.sqlite3: unable to open database file; "
        "the file and its folder have to be writable\n"
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("BFF_PROT", "BFF_PROT is no setting; did you mean BFF_PORT?"),
        ("BFF_DATABSE", "BFF_DATABSE is no setting; did you mean BFF_DATABASE?"),
        ("bff_prot", "bff_prot is no setting; did you mean BFF_PORT?"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest_name(name: str, sentence: str) -> None:
    result = run_command("settings", **{name: "1"})
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")


def test_a_variable_that_is_like_no_setting_is_named_and_passed_over() -> None:
    result = run_command("settings", BFF_QQQQ="1")
    assert result.exit_code == 0
    assert result.stderr == "BFF_QQQQ is no setting; `bff settings` lists them\n"


def test_misspelt_and_wrong_settings_are_listed_together() -> None:
    result = run_command("serve", BFF_PROT="1", BFF_PORT="x")
    assert [line.split()[0] for line in result.stderr.splitlines()] == ["BFF_PROT", "BFF_PORT:"]


def test_a_setting_may_be_written_in_small_letters() -> None:
    assert run_command("settings", bff_port="8123").exit_code == 0
