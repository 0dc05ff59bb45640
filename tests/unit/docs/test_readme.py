"""The README stays short, and every page names only files and things that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAX_WORDS = 700
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
FOLDERS = "bff|resolvers|loaders|tests|benchmarks|tools|docs|examples|explorer|locks"
# Code of these is somebody else's, or the reader's to write; shell and pictures name our files.
FOREIGN = re.compile(r"^```(?!sh$|mermaid$).+?^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w./*-]*")
LINK = re.compile(r"\]\((?!https?:)([^)\s#]+)")
NAMED = re.compile(r"`([\w./-]+\.py)`(?:\]\([^)]*\))? \(`(\w+)`")


def lines(page: Path) -> Iterator[str]:
    """But for those that tell the reader to make a new file."""
    text = FOREIGN.sub("", page.read_text("utf-8"))
    return (line for line in text.splitlines() if "(new)" not in line)


def is_there(path: str) -> bool:
    return bool(list(ROOT.glob(path.rstrip("./"))))


def missing(page: Path) -> list[str]:
    """Paths that no file has, links that lead nowhere, names that their file does not have."""
    wrong: list[str] = []
    for line in lines(page):
        wrong += [path for path in FILE.findall(line) if not is_there(path)]
        wrong += [link for link in LINK.findall(line) if not (page.parent / link).exists()]
        for path, name in NAMED.findall(line):
            text = (ROOT / path).read_text("utf-8") if is_there(path) else name
            if not re.search(rf"\b{name}\b", text):
                wrong.append(f"{path}: {name}")
    return wrong


def test_the_readme_has_at_most_700_words() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= MAX_WORDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    assert missing(page) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see `bff/gone.py`", ["bff/gone.py"]),
        ("see [it](gone.md#part)", ["gone.md"]),
        ("`bff/app.py` (`gone`)", ["bff/app.py: gone"]),
        ("[`bff/app.py`](gone.py) (`gone`)", ["gone.py", "bff/app.py: gone"]),
        ("`pytest tests/gone -q`", ["tests/gone"]),
        ("```sh\npython examples/gone.py\n```", ["examples/gone.py"]),
        ("```python\nopen('docs/gone')\n```", []),
        ("`bff/gone.py` (new)", []),
        ("`bff/db/*.py`, `bff/app.py`, bff/domain/. `bff/app.py` (`build`)", []),
        ("https://example.com/docs/gone", []),
    ],
)
def test_what_is_missing_is_found(tmp_path: Path, text: str, expected: list[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    assert missing(page) == expected
