"""A document as a tree that is easily changed, and its text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Value:
    """As it stands in the text, with the names of the variables in it."""

    text: str
    variables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Directive:
    name: str
    condition: Value


Directives = tuple[Directive, ...]


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    alias: str | None = None
    arguments: tuple[tuple[str, Value], ...] = ()
    directives: Directives = ()
    selections: "Selections" = ()


@dataclass(frozen=True, slots=True)
class Inline:
    """`on` None: no type condition."""

    on: str | None
    directives: Directives
    selections: "Selections"


@dataclass(frozen=True, slots=True)
class Spread:
    fragment: str
    directives: Directives = ()


Selection = Field | Inline | Spread
Selections = tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    on: str
    selections: Selections


@dataclass(frozen=True, slots=True)
class Operation:
    name: str | None
    selections: Selections
    kind: str = "query"


@dataclass(frozen=True, slots=True)
class Document:
    """`variables`: each one's type, with its default.

    What no operation uses is left out of the text.
    """

    operations: tuple[Operation, ...]
    fragments: Mapping[str, Fragment] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    def used(self, operation: Operation) -> tuple[set[str], set[str]]:
        """Names of the fragments and the variables."""
        fragments: set[str] = set()
        variables: set[str] = set()
        for one in self._all(operation.selections, fragments):
            for value in _values(one):
                variables |= value.variables
        return fragments, variables

    def _all(self, selections: Selections, spread: set[str]) -> Iterator[Selection]:
        for one in selections:
            yield one
            if not isinstance(one, Spread):
                yield from self._all(one.selections, spread)
            elif one.fragment not in spread and one.fragment in self.fragments:
                spread.add(one.fragment)
                yield from self._all(self.fragments[one.fragment].selections, spread)

    @property
    def text(self) -> str:
        parts: list[str] = []
        spread: set[str] = set()
        for operation in self.operations:
            fragments, variables = self.used(operation)
            spread |= fragments
            parts.append(self._head(operation, variables) + _block(operation.selections, 1))
        for name, fragment in self.fragments.items():
            if name in spread:
                parts.append(f"fragment {name} on {fragment.on} {_block(fragment.selections, 1)}")
        return "\n".join(parts)

    def _head(self, operation: Operation, used: set[str]) -> str:
        declared = [f"${name}: {of}" for name, of in self.variables.items() if name in used]
        if not operation.name and not declared and operation.kind == "query":
            return ""
        variables = f"({', '.join(declared)})" if declared else ""
        return f"{operation.kind} {operation.name or ''}{variables} "


def _values(one: Selection) -> Iterable[Value]:
    for directive in one.directives:
        yield directive.condition
    if isinstance(one, Field):
        yield from (value for _, value in one.arguments)


def _block(selections: Selections, depth: int) -> str:
    space = "  " * depth
    lines = [f"{space}{_line(one, depth)}\n" for one in selections]
    return "{\n" + "".join(lines) + "  " * (depth - 1) + "}"


def _line(one: Selection, depth: int) -> str:
    directives = "".join(f" @{each.name}(if: {each.condition.text})" for each in one.directives)
    if isinstance(one, Spread):
        return f"...{one.fragment}{directives}"
    if isinstance(one, Inline):
        on = f" on {one.on}" if one.on else ""
        return f"...{on}{directives} {_block(one.selections, depth + 1)}"
    alias = f"{one.alias}: " if one.alias else ""
    arguments = ", ".join(f"{name}: {value.text}" for name, value in one.arguments)
    head = f"{alias}{one.name}{f'({arguments})' if arguments else ''}{directives}"
    return f"{head} {_block(one.selections, depth + 1)}" if one.selections else head
