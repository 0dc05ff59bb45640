"""Checks names and places: `python -m tools.names` prints each breach, and exits 1 if there is any.

- A public class has a name of its own. A GraphQL type in `resolvers` may share the name of the one
  model that it shows.
- A public function may share its name with another only where callers say the module too
  (`timers.due`, `outbox.due`): a shared name is imported from nowhere. `main` is excepted.
- A module or package is a noun: its last word is no participle (-ing, -ed). The design's own
  names are excepted.
- No identifier contains the words told, heard or asked; no constant begins with MOST or LONGEST.
- A helper of the tests lies in `tests/support`: elsewhere are tests and `conftest.py` alone.
- At least 80% of the source modules have a unit test of their path.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ("bff", "resolvers", "loaders")
ALL = (*SOURCE, "tests", "benchmarks", "tools")
PARTICIPLE = re.compile(r".+(ing|ed)")
DESIGN_NAMES = frozenset({"row_mapping", "simulated"})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
GONE_WORDS = frozenset({"told", "heard", "asked"})
GONE_PREFIXES = ("MOST_", "LONGEST_")
MIN_UNIT_TESTED_PERCENT = 80

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """`path` is relative to the root."""

    path: Path
    tree: ast.Module

    @property
    def dotted(self) -> str:
        return ".".join(self.path.with_suffix("").parts)


def modules(root: Path, folders: Sequence[str]) -> list[Module]:
    """Without migrations, which are never renamed."""
    return [
        Module(path.relative_to(root), ast.parse(path.read_text("utf-8")))
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        if not {"migrations", "node_modules"} & set(path.parts)
    ]


def shared_classes(source: Sequence[Module]) -> Iterator[str]:
    places: dict[str, list[tuple[Module, ast.ClassDef]]] = defaultdict(list)
    for module in source:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append((module, node))
    for name, definitions in sorted(places.items()):
        graphql_types = [one for one in definitions if _is_graphql_type(*one)]
        if len(graphql_types) > 1 or len(definitions) - len(graphql_types) > 1:
            yield f"class {name}: {', '.join(str(module.path) for module, _ in definitions)}"


def _is_graphql_type(module: Module, node: ast.ClassDef) -> bool:
    decorators = [ast.unparse(one).partition("(")[0] for one in node.decorator_list]
    return module.path.parts[0] == "resolvers" and any(one != "dataclass" for one in decorators)


def shared_functions(source: Sequence[Module]) -> Iterator[str]:
    places: dict[str, list[Module]] = defaultdict(list)
    importers: dict[str, list[Module]] = defaultdict(list)
    for module in source:
        for node in module.tree.body:
            if isinstance(node, Function) and not node.name.startswith("_"):
                places[node.name].append(module)
        for name in _imported_names(module):
            importers[name].append(module)
    for name, definitions in sorted(places.items()):
        bare = [one for place in definitions for one in importers[f"{place.dotted}.{name}"]]
        if len(definitions) > 1 and bare and name != "main":
            defined = ", ".join(str(module.path) for module in definitions)
            yield f"{name}(): {defined}; imported by {', '.join(str(one.path) for one in bare)}"


def _imported_names(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def participles(source: Sequence[Module]) -> Iterator[str]:
    names = {part for module in source for part in module.path.with_suffix("").parts}
    for name in sorted(names - DESIGN_NAMES):
        if PARTICIPLE.fullmatch(name.rpartition("_")[2]):
            paths = [str(one.path) for one in source if name in one.path.with_suffix("").parts]
            yield f"module {name}: {paths[0]}"


def gone_identifiers(everything: Sequence[Module]) -> Iterator[str]:
    """Once for each identifier of a module."""
    for module in everything:
        lines: dict[str, int] = {}
        for name, line in _identifiers(module.tree):
            lines.setdefault(name, line)
        for name, line in lines.items():
            words = {word.lower() for word in WORD.findall(name)}
            if words & GONE_WORDS or name.lstrip("_").startswith(GONE_PREFIXES):
                yield f"{module.path}:{line}: {name}"


def _identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.ClassDef(name=name) | ast.alias(name=name):
                yield name, node.lineno
            case ast.keyword(arg=str(name)) | ast.MatchAs(name=str(name)):
                yield name, node.lineno


def strays(everything: Sequence[Module]) -> Iterator[str]:
    for module in everything:
        folder, name = module.path.parts[:2], module.path.name
        if folder[0] != "tests" or folder[1] == "support" or name in ("conftest.py", "__init__.py"):
            continue
        if not name.startswith("test_"):
            yield f"a helper beside tests: {module.path}"


def coverage(root: Path, source: Sequence[Module]) -> tuple[int, list[Path]]:
    """The percentage of modules that have a unit test of their path, and those that have none."""
    paths = [module.path for module in source if module.path.name != "__init__.py"]
    untested = [path for path in paths if not (root / unit_test_of(path)).exists()]
    return 100 * (len(paths) - len(untested)) // max(len(paths), 1), untested


def unit_test_of(path: Path) -> Path:
    """`bff/db/pages.py` → `tests/unit/bff/db/test_pages.py`."""
    return Path("tests", "unit", path.parent, f"test_{path.stem.strip('_')}.py")


def breaches(root: Path) -> dict[str, list[str]]:
    """By title; a title without a breach is left out."""
    source, everything = modules(root, SOURCE), modules(root, ALL)
    percent, untested = coverage(root, source)
    sections = {
        "Class names defined twice": list(shared_classes(source)),
        "Function names defined twice and imported bare": list(shared_functions(source)),
        "Modules named by a participle": list(participles(source)),
        "Identifiers with a word that is gone": list(gone_identifiers(everything)),
        "Helpers beside tests": list(strays(everything)),
    }
    if percent < MIN_UNIT_TESTED_PERCENT:
        title = f"Modules without a unit test of their path ({percent}% have one)"
        sections[title] = list(map(str, untested))
    return {title: lines for title, lines in sections.items() if lines}


def main() -> int:
    """The exit code: 1 if there is any breach."""
    sections = breaches(ROOT)
    for title, lines in sections.items():
        sys.stdout.write("\n  ".join([f"{title}:", *lines]) + "\n")
    return int(bool(sections))


if __name__ == "__main__":
    sys.exit(main())
