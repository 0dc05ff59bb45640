"""A move that is not in its table cannot be made, by any code."""

import ast
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import JSON, Boolean, Column, Integer, Table, insert, select

from bff.core.clock import SystemClock
from bff.core.states import Transitions
from bff.db.database import Database
from bff.db.tables import payments, pickups, refunds, returns
from bff.db.transaction import Tx
from bff.domain.payments.model import TRANSITIONS as OF_PAYMENT
from bff.domain.payments.store import move_payment
from bff.domain.pickups.model import FEE_TRANSITIONS as OF_FEE
from bff.domain.pickups.model import TRANSITIONS as OF_PICKUP
from bff.domain.pickups.store import move_fee, move_pickup
from bff.domain.refunds.model import TRANSITIONS as OF_ADVANCE
from bff.domain.refunds.store import move_advance
from bff.domain.returns.model import TRANSITIONS as OF_RETURN
from bff.domain.returns.store import move_return
from tests.support.engines import DatabaseKind
from tests.support.world import open_tables

ROOT = Path(__file__).parents[2]
PROGRAM = [path for name in ("bff", "resolvers", "loaders") for path in (ROOT / name).rglob("*.py")]


class Guarded(NamedTuple):
    """A column of states, the table of its moves, and the one function that writes it."""

    rows: Table
    column: str
    moves: Transitions[Any]
    move: Callable[..., Awaitable[bool]]


GUARDED = (
    Guarded(returns, "status", OF_RETURN, move_return),
    Guarded(pickups, "status", OF_PICKUP, move_pickup),
    Guarded(pickups, "fee_status", OF_FEE, move_fee),
    Guarded(refunds, "advance", OF_ADVANCE, move_advance),
    Guarded(payments, "status", OF_PAYMENT, move_payment),
)
# Until the write ends
WITHOUT_FOREIGN_KEYS: dict[DatabaseKind, str] = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}


@pytest.fixture
async def db(db_folder: Path) -> AsyncIterator[Database]:
    opened = await open_tables(db_folder / "bff.sqlite3", SystemClock())
    yield opened
    await opened.close()


class Row(NamedTuple):
    id: str
    shopper_id: str


class UndoneError(Exception):
    """Raised to leave no trace."""


def any_value(column: Column[Any]) -> object:
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return []
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 1
    return datetime.now(UTC) if column.name.endswith("_at") else "x"


async def moved(tx: Tx, guarded: Guarded, before: str, after: str) -> tuple[bool, str]:
    """What the store says of a move of a row that is in `before`, and where the row is then."""
    values = {column.name: any_value(column) for column in guarded.rows.columns}
    key = f"{before}-{after}"
    values |= {"id": key, "shopper_id": key, guarded.column: before}
    for column in guarded.rows.columns:
        if column.foreign_keys or column.name == "subject_id":
            values[column.name] = values[column.name] and key
    await tx.execute(insert(guarded.rows), values)
    said = await guarded.move(tx, Row(key, key), after)
    column = guarded.rows.c[guarded.column]
    now = (await tx.execute(select(column).where(guarded.rows.c.id == key))).scalar()
    return said, now


@pytest.mark.parametrize("guarded", GUARDED, ids=lambda one: f"{one.rows.name}.{one.column}")
async def test_a_row_moves_exactly_where_the_table_allows_it(
    db: Database, database_kind: DatabaseKind, guarded: Guarded
) -> None:
    states = guarded.moves.states
    seen = {}

    async def try_all(tx: Tx) -> None:
        await tx.execute(WITHOUT_FOREIGN_KEYS[database_kind])
        for before, after in product(states, states):
            seen[before, after] = await moved(tx, guarded, before, after)
        raise UndoneError

    with pytest.raises(UndoneError):
        await db.write(try_all)
    assert seen == {
        (before, after): (True, after) if guarded.moves.allows(before, after) else (False, before)
        for before, after in product(states, states)
    }
    assert len(seen) == len(states) ** 2


COLUMNS = {guarded.column for guarded in GUARDED}
TABLES = {guarded.rows.name for guarded in GUARDED}
MOVERS = {guarded.move.__name__: [f"{guarded.rows.name}.c.{guarded.column}"] for guarded in GUARDED}


def updates_of_states(tree: ast.AST) -> Iterator[ast.Call]:
    """Each `update(returns)….values(status=…)` and its like, and each prepared one."""
    for node in ast.walk(tree):
        match node:
            # In `values({…})` states could hide.
            case ast.Call(func=ast.Attribute(attr="values"), args=[_, *_]):
                written = True
            case ast.Call(func=ast.Attribute(attr="values"), keywords=given):
                written = any(one.arg in COLUMNS for one in given)
            case ast.Call(func=ast.Name(id="prepare"), args=[_, *_], keywords=[_, *_]):
                written = True
            case _:
                continue
        if written and _updated(node) in TABLES:
            yield node


def guarded_moves(tree: ast.AST) -> Iterator[str]:
    """Each `move_state(tx, returns.c.status, …)`: where a state is looked at and changed in one."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="move_state"), args=[_, column, *_]):
                yield ast.unparse(column)


def _called(node: ast.Call) -> str | None:
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return None


def _updated(node: ast.expr) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id="update"), args=[ast.Name(id=table), *_]):
            return table
        case ast.Call(func=ast.Name(id="prepare"), args=[statement, *_]):
            return _updated(statement)
        case ast.Call(func=ast.Attribute(value=before)):
            return _updated(before)
    return None


def functions(tree: ast.AST) -> Iterator[ast.AsyncFunctionDef | ast.FunctionDef]:
    return (
        node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    )


def movers(trees: dict[Path, ast.Module]) -> dict[str, list[str]]:
    found = {
        function.name: [*guarded_moves(function)]
        for tree in trees.values()
        for function in functions(tree)
    }
    return {name: columns for name, columns in found.items() if columns}


def free_writes(trees: dict[Path, ast.Module]) -> list[str]:
    return [
        f"{path}:{node.lineno}" for path, tree in trees.items() for node in updates_of_states(tree)
    ]


def smuggled(trees: dict[Path, ast.Module]) -> list[str]:
    """States handed to a function of a store that writes whatever it is given, by name."""
    free = {
        function.name
        for path, tree in trees.items()
        if path.name == "store.py"
        for function in functions(tree)
        if function.args.kwarg
    }
    return [
        f"{path}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in free
        for keyword in node.keywords
        if keyword.arg in COLUMNS
    ]


def test_nothing_but_the_guarded_moves_writes_a_state() -> None:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in PROGRAM}
    assert movers(trees) == MOVERS
    assert free_writes(trees) == []
    assert smuggled(trees) == []


@pytest.mark.parametrize(
    "code",
    [
        "def free(): return update(returns).where(x).values(at=1, status=to)",
        "def free(): return update(payments).values(status=to).where(x)",
        "def free(): return update(pickups).values({'fee_status': to})",
        "free = prepare(update(refunds).where(x), inputs=names)",
    ],
)
def test_a_free_write_would_be_seen(code: str) -> None:
    assert free_writes({Path("store.py"): ast.parse(code)}) == ["store.py:1"]


def test_a_smuggled_state_would_be_seen() -> None:
    code = "def note(tx, **values): ...\ndef use(): note(tx, shipped_at=1, status=to)"
    assert smuggled({Path("store.py"): ast.parse(code)}) == ["store.py:2"]
