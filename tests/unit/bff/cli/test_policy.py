"""`bff policy check`: versions of a file, or what is wrong with it."""

from pathlib import Path

from bff.settings import PACKAGED_POLICY
from tests.support.command_line import run_command


def test_a_good_file_is_listed() -> None:
    done = run_command("policy", "check", str(PACKAGED_POLICY))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "2016-pilot, in force from 2016-04-01 00:00 +0800\n"


def test_a_wrong_file_is_refused_with_a_line_for_each_error(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    text = PACKAGED_POLICY.read_text("utf-8")
    path.write_text(text.replace("opens_hour = 9 ", "opens_hour = 21 "), "utf-8")
    done = run_command("policy", "check", str(path))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("ours.toml:")
    assert done.stderr.endswith("closes_hour: must be after opens_hour, 21; it is 20\n")


def test_a_currency_with_pickups_and_no_advance_is_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    text = PACKAGED_POLICY.read_text("utf-8")
    path.write_text(text.replace("CNY = 300000\nGBP = 30000\n", "CNY = 300000\n"), "utf-8")
    done = run_command("policy", "check", str(path))
    assert done.exit_code == 0
    assert done.stderr == (
        "warning: 2016-pilot: refunds in GBP are not advanced: "
        "advance.limit_minor has no GBP, but pickups have a fee in it\n"
    )


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = run_command("policy", "check", str(tmp_path / "gone.toml"))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "gone.toml" in done.stderr
