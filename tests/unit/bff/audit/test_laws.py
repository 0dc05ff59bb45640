from collections import Counter
from pathlib import Path

from bff.audit.laws import LAWS

PAGE = Path(__file__).parents[4] / "docs" / "audit.md"


def test_no_two_laws_have_one_name() -> None:
    assert max(Counter(law.name for law in LAWS).values()) == 1


def test_the_page_says_what_to_do_for_each_law() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in row.split("|")[1].split("`")[1::2]]
    assert sorted(named) == sorted(law.name for law in LAWS)


def test_each_claim_is_a_sentence() -> None:
    assert [law.claim for law in LAWS if law.claim[:1].islower() or law.claim[-1] != "."] == []
