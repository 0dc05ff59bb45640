"""`bff import`: what it prints, and its progress bars."""

from pathlib import Path

from tests.support.command_line import run_command
from tests.support.import_files import SAMPLE, a_file, a_line, an_order

FIRST = "3 orders with 5 lines, "


def run_import(database: Path, *arguments: str) -> tuple[int, str, str]:
    result = run_command("import", *arguments, BFF_DATABASE=str(database))
    return result.exit_code, result.stdout, result.stderr


def test_it_counts_what_is_new_and_what_was_known_before(db_folder: Path) -> None:
    database = db_folder / "bff.sqlite3"
    code, output, _ = run_import(database, str(SAMPLE.orders))
    assert (code, output.startswith(FIRST)) == (0, True)
    assert output.endswith("known before: 0 orders, 0 credit lines\n")
    code, output, _ = run_import(database, str(SAMPLE.orders))
    assert (code, output.startswith("0 orders with 0 lines, ")) == (0, True)
    assert output.endswith("known before: 3 orders, 0 credit lines\n")


def test_credit_lines_and_merchants_come_from_files_of_their_own(db_folder: Path) -> None:
    arguments = ("--returns", str(SAMPLE.returns), "--merchants", str(SAMPLE.merchants))
    code, output, _ = run_import(db_folder / "bff.sqlite3", str(SAMPLE.orders), *arguments)
    assert code == 0
    assert ", 0 credit lines, " not in output


def test_a_policy_that_is_wrong_keeps_everything_out(db_folder: Path) -> None:
    policy = db_folder / "ours.toml"
    policy.write_text("[[policy]]\n", "utf-8")
    database = db_folder / "bff.sqlite3"
    code, output, errors = run_import(database, str(SAMPLE.orders), "--policy", str(policy))
    assert (code, output) == (2, "")
    assert errors.startswith("ours.toml:")
    assert run_import(database, str(SAMPLE.orders))[1].startswith(FIRST)


def test_a_file_that_is_not_there_is_one_sentence(db_folder: Path) -> None:
    code, output, errors = run_import(db_folder / "bff.sqlite3", str(db_folder / "gone.jsonl"))
    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert "gone.jsonl" in errors


def test_a_wrong_line_is_named_the_others_are_kept_and_the_status_says_so(
    db_folder: Path,
) -> None:
    database = db_folder / "bff.sqlite3"
    wrong = a_line(quantity=0)
    file = a_file(db_folder, "new.jsonl", an_order(lines=[wrong]), an_order(order_no="B-2"))
    code, output, errors = run_import(database, str(file))
    assert (code, output.startswith("1 orders with 1 lines, ")) == (2, True)
    assert errors == (
        "new.jsonl, line 1, lines[0].quantity: expected a whole number from 1 to 1,000,000\n"
    )
