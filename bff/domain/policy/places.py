"""Where in a TOML file each key and item stands."""

import tomllib
from collections.abc import Iterator, Mapping

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Keys = tuple[str | int, ...]
Places = dict[Keys, int]

TOML = Language(tree_sitter_toml.language())


def places(text: str) -> Places:
    """The line, counted from 1, of every key, table and item of a list, by its keys."""
    return _Walk().document(Parser(TOML).parse(text.encode()).root_node)


def line_of(found: Places, keys: Keys) -> int:
    """Of what is not in the file itself: the line of the innermost table that should have it."""
    while keys and keys not in found:
        keys = keys[:-1]
    return found.get(keys, 1)


class _Walk:
    def __init__(self) -> None:
        self._found: Places = {}
        self._last: dict[Keys, int] = {}

    def document(self, root: Node) -> Places:
        for node in root.named_children:
            match node.type:
                case "pair":
                    self._pair((), node)
                case "table":
                    self._table(self._within(_header(node)), node)
                case "table_array_element":
                    self._table(self._next(_header(node)), node)
        return self._found

    def _within(self, keys: Keys) -> Keys:
        """With the number of the table last begun, wherever the keys name a list of tables."""
        at: Keys = ()
        for key in keys:
            at = (*at, key)
            if at in self._last:
                at = (*at, self._last[at])
        return at

    def _next(self, keys: Keys) -> Keys:
        tables = (*self._within(keys[:-1]), keys[-1])
        self._last[tables] = self._last.get(tables, -1) + 1
        return (*tables, self._last[tables])

    def _table(self, at: Keys, node: Node) -> None:
        self._record(at, node)
        for pair in _of_type(node, "pair"):
            self._pair(at, pair)

    def _pair(self, at: Keys, node: Node) -> None:
        key, value = _meant(node)
        at = (*at, *_keys(key))
        self._record(at, node)
        self._value(at, value)

    def _value(self, at: Keys, node: Node) -> None:
        if node.type == "inline_table":
            for pair in _of_type(node, "pair"):
                self._pair(at, pair)
        elif node.type == "array":
            for index, item in enumerate(_meant(node)):
                self._record((*at, index), item)
                self._value((*at, index), item)

    def _record(self, at: Keys, node: Node) -> None:
        for length in range(1, len(at) + 1):
            self._found.setdefault(at[:length], node.start_point.row + 1)


def _meant(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _of_type(node: Node, name: str) -> Iterator[Node]:
    return (child for child in node.named_children if child.type == name)


def _header(node: Node) -> Keys:
    return _keys(_meant(node)[0])


def _keys(node: Node) -> Keys:
    """A key may be bare, quoted or dotted: TOML's own parser takes it apart."""
    table: object = tomllib.loads(f"{(node.text or b'').decode()} = 0")
    keys: list[str] = []
    while isinstance(table, Mapping):
        [(key, table)] = table.items()
        keys.append(key)
    return tuple(keys)
