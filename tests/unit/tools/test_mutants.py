"""Every mutant fits the source, and the runner tells a caught one from a missed one."""

from pathlib import Path

import pytest

from tools.mutants.catalogue import CATALOGUE
from tools.mutants.runner import Mutant, PatchError, outcomes, untouched

ROOT = Path(__file__).parents[3]
TEST = "from source import answer\n\ndef test_it():\n    assert answer() == 42\n"


@pytest.mark.parametrize("mutant", CATALOGUE, ids=lambda mutant: mutant.name)
def test_a_mutant_fits_the_source_and_compiles(mutant: Mutant) -> None:
    text = (ROOT / mutant.path).read_text("utf-8")
    compile(mutant.apply(text), mutant.path, "exec")


def test_each_mutant_has_a_unique_name_and_tests_that_exist() -> None:
    assert len({mutant.name for mutant in CATALOGUE}) == len(CATALOGUE)
    for test in (test for mutant in CATALOGUE for test in mutant.tests):
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


def mutant_of(name: str, new: str, *tests: str) -> Mutant:
    return Mutant(name, "it", "source.py", "40 + 2", new, tests or ("test_source.py",))


def test_a_missed_mutant_escapes_and_one_that_does_not_compile_is_broken(tree: Path) -> None:
    mutants = [mutant_of("wrong", "41"), mutant_of("same", "42"), mutant_of("no code", "(")]
    ends = {one.mutant.name: one for one in outcomes(tree, [*mutants, untouched(mutants)])}
    assert {name: one.end for name, one in ends.items()} == {
        "wrong": "caught",
        "same": "escaped",
        "no code": "broken",
        "untouched": "escaped",
    }
    assert ends["wrong"].by == "test_source.py::test_it"
    assert (tree / "source.py").read_text() == "def answer():\n    return 40 + 2\n"


def test_a_mutant_that_does_not_fit_raises_a_patch_error(tree: Path) -> None:
    with pytest.raises(PatchError, match=r"late: source\.py has 0 times:\n40 \+ 3"):
        list(outcomes(tree, [Mutant("late", "it", "source.py", "40 + 3", "", ("test_source.py",))]))
