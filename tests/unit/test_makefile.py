"""`make help` lists each command that is explained, with the whole of its explanation."""

import re
import subprocess

from tests.support.program import ROOT

EXPLAINED = re.compile(r"^([a-z-]+):.*## (.+)$", re.MULTILINE)
PHONY = re.compile(r"^\.PHONY: (.+)$", re.MULTILINE)
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_help_cuts_no_line() -> None:
    command = ["make", "--no-print-directory", "help"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = [line.split(maxsplit=2) for line in output.splitlines()]
    assert listed == [["make", name, text] for name, text in EXPLAINED.findall(MAKEFILE)]
    assert ["make", "lives"] in [words[:2] for words in listed]


def test_each_command_is_phony() -> None:
    [phony] = PHONY.findall(MAKEFILE)
    assert {name for name, _ in EXPLAINED.findall(MAKEFILE)} <= set(phony.split())
