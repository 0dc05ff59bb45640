"""The mistakes that are planted fit the source, and the planting tells the truth."""

from pathlib import Path

import pytest

from tools.planted import PLANTED
from tools.planting import Mutant, PatchError, outcomes, untouched

ROOT = Path(__file__).parents[3]
TEST = "from source import answer\n\ndef test_it():\n    assert answer() == 42\n"


@pytest.mark.parametrize("mutant", PLANTED, ids=lambda mutant: mutant.name)
def test_a_mistake_fits_the_source_and_is_python(mutant: Mutant) -> None:
    text = (ROOT / mutant.path).read_text("utf-8")
    compile(mutant.planted(text), mutant.path, "exec")


def test_each_mistake_has_a_name_of_its_own_and_tests_that_are_there() -> None:
    assert len({mutant.name for mutant in PLANTED}) == len(PLANTED)
    for test in (test for mutant in PLANTED for test in mutant.tests):
        path, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}" in (ROOT / path).read_text("utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (root / "source.py").write_text("def answer():\n    return 40 + 2\n")
    (root / "test_source.py").write_text(TEST)
    return root


def planted(name: str, new: str, *tests: str) -> Mutant:
    return Mutant(name, "it", "source.py", "40 + 2", new, tests or ("test_source.py",))


def test_what_the_tests_miss_escapes_and_what_does_not_run_is_not_caught(tree: Path) -> None:
    mutants = [planted("wrong", "41"), planted("same", "42"), planted("no code", "(")]
    ends = {one.mutant.name: one for one in outcomes(tree, [*mutants, untouched(mutants)])}
    assert {name: one.end for name, one in ends.items()} == {
        "wrong": "caught",
        "same": "escaped",
        "no code": "broken",
        "untouched": "escaped",
    }
    assert ends["wrong"].by == "test_source.py::test_it"
    assert (tree / "source.py").read_text() == "def answer():\n    return 40 + 2\n"


def test_a_mistake_that_does_not_fit_is_told(tree: Path) -> None:
    with pytest.raises(PatchError, match=r"late: source\.py has 0 times:\n40 \+ 3"):
        list(outcomes(tree, [Mutant("late", "it", "source.py", "40 + 3", "", ("test_source.py",))]))
