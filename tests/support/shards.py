"""Whether a statement names the shopper of each row that it reads or writes, and which need not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Alias,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Delete,
    Insert,
    Join,
    Select,
    Subquery,
    Table,
    Update,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BooleanClauseList,
    ClauseElement,
    Grouping,
    Label,
    TextClause,
)
from sqlalchemy.sql.selectable import SelectBase

from bff.db.elements import Agree, Among
from bff.db.form import Form
from bff.db.row_mapping import fields_of
from bff.db.sqlite.form import FORM
from bff.db.statements import Prepared
from bff.db.tables import metadata
from bff.db.tables.shards import Shard, shard_key, shard_of
from tests.support.prepared import prepared

# A column, by the name of its table or alias and its own.
Place = tuple[str, str]
NAMED: frozenset[Place] = frozenset()

# What is looked for by what an outsider names: it gives the owner, and all that follows names them.
LOOKUPS = {
    "_of_order": "a webhook names an order by its number",
    "_of_orders": "so does a file, which may contradict what is known of whose they are",
    "_of_return": "a webhook, a timer, a call and staff name a return",
    "_of_pickup": "a courier's webhook and a call name a pickup",
    "_of_payment": "the payment service's webhook and a call name a payment",
    "_of_photo": "a link names a photo",
    "_of_addresses": "a client may read any merchant's return address again by its id",
    "_credits": "the shop numbers credit notes, whoever has returned the goods",
    "_travelling": "a waybill number serves one parcel, whoever's it is",
    "_held_for_fee": "a waybill number serves one parcel, whoever's it is",
}
# Packages that look after everything, whoever's it is
JOBS = {
    "bff.audit.": "bff audit",
    "bff.domain.retention.": "what is old goes",
}
LOCKS = "a write locks the shopper of what it is about"
# What looks through many shoppers: never for one of them.
OF_ALL = {
    "bff.domain.erasure.store._all": "the audit trail of erasures",
    "bff.domain.erasure.store._since": "whose tokens are no good, read every few seconds",
    "bff.domain.evidence.store._unswept": "the sweeper of photos that expired",
    "bff.domain.orders.deliveries._delivered": "bff deliveries",
    "bff.domain.payments.duplicates._all": "bff duplicates",
    "bff.domain.payments.duplicates._repaid": "bff duplicates",
    "bff.domain.payments.duplicates._open": "a metric",
    "bff.domain.returns.deadlines.backfill.UNARMED": "timers for returns of an older version",
    "bff.domain.returns.debtors._owing": "bff debts",
    "bff.domain.returns.disputes._open": "bff disputes",
    "bff.domain.returns.escalations._open": "bff visits",
    "bff.figures._ended.FAILED": "a metric",
    "bff.figures._ended.SUCCEEDED": "a metric",
    "bff.figures._next_entries": "a metric",
    "bff.figures._requested": "a metric",
    "bff.figures._sums": "a metric",
    "bff.domain.returns.history._numbered": "bff history by an order's number",
    "bff.domain.returns.history._under_waybill": "bff history by a waybill's number",
    "bff.domain.returns.store._cases": "bff audit, and bff history",
}


def exempt() -> Mapping[str, str]:
    """The names of those statements, each with its reason."""
    names = [name for name, _ in prepared()]
    locks = {name: LOCKS for name in names if name.startswith("bff.db.locks.")}
    jobs = {name: JOBS[job] for name in names for job in JOBS if name.startswith(job)}
    lookups = {f"bff.db.lookups.{name}": reason for name, reason in LOOKUPS.items()}
    return locks | jobs | lookups | OF_ALL


def unnamed(prepared: Prepared[Any]) -> set[str]:
    """The tables of which the statement may touch rows of any shopper."""
    statement, inputs = prepared.statement, prepared.inputs
    if isinstance(statement, Insert):
        columns = fields_of(inputs) if isinstance(inputs, type) else inputs
        table = statement.table
        assert isinstance(table, Table)
        if not _is_of_shopper(table) or shard_key(table).name in columns:
            return set()
        return {table.name}
    if isinstance(statement, TextClause):
        return set()
    assert isinstance(statement, ClauseElement)
    return set(_unnamed(statement, NAMED))


def _unnamed(statement: ClauseElement, outer: frozenset[Place]) -> Iterator[str]:
    """`outer`: what is named around a subquery that refers to it."""
    if isinstance(statement, CompoundSelect):
        for part in statement.selects:
            yield from _unnamed(part, outer)
        return
    tables, conditions = _scope(statement)
    given = {place for each in tables.values() for place in _given(each)}
    named = _named(conditions, outer | given)
    known = {name for name, _ in outer}
    for name, table in tables.items():
        if isinstance(table, Subquery):
            yield from _unnamed(table.element, NAMED)
        elif name not in known and (name, shard_key(table).name) not in named:
            yield table.name
    everywhere = named | {(name, "") for name in tables}
    for inner in _subqueries(statement):
        yield from _unnamed(inner, everywhere)


def _given(source: Any) -> Iterator[Place]:
    """The columns of a subquery that name a shopper."""
    if isinstance(source, Subquery) and isinstance(source.element, Select):
        _, conditions = _scope(source.element)
        named = _named(conditions, NAMED)
        for column in source.element.selected_columns:
            value = column.element if isinstance(column, Label) else column
            if _place(value) is None or _place(value) in named:
                yield source.name, column.name


def _scope(statement: ClauseElement) -> tuple[dict[str, Any], list[ColumnElement[bool]]]:
    """The shoppers' tables and the subqueries that a statement reads from, by name; all that
    holds of its rows."""
    conditions: list[ColumnElement[bool]] = []
    if isinstance(statement, Update | Delete):
        froms: Sequence[Any] = [statement.table]
        conditions += statement._where_criteria  # noqa: SLF001 - it is what it has
    else:
        assert isinstance(statement, Select)
        froms = _froms(statement)
        conditions += statement._where_criteria  # noqa: SLF001
    tables: dict[str, Any] = {}
    for each in froms:
        _add(each, tables, conditions)
    return tables, conditions


def _froms(statement: Select[Any]) -> Sequence[Any]:
    """As `get_final_froms` gives them, which knows no elements of ours."""
    compiler = FORM.dialect.statement_compiler(FORM.dialect, None)
    state: Any = statement._compile_state_factory(statement, compiler)  # noqa: SLF001
    froms: Sequence[Any] = state._get_display_froms()  # noqa: SLF001
    return froms


def _add(source: Any, tables: dict[str, Any], conditions: list[ColumnElement[bool]]) -> None:
    match source:
        case Join():
            _add(source.left, tables, conditions)
            _add(source.right, tables, conditions)
            assert source.onclause is not None
            conditions.append(source.onclause)
        case Subquery():
            tables[source.name] = source
        case Alias() if isinstance(source.element, Table):
            if _is_of_shopper(source.element):
                tables[source.name] = source.element
        case Table() if _is_of_shopper(source):
            tables[source.name] = source


def _is_of_shopper(table: Table) -> bool:
    return bool(table.info) and shard_of(table) is Shard.SHOPPER


def _named(conditions: Sequence[ColumnElement[bool]], outer: frozenset[Place]) -> frozenset[Place]:
    """Columns that equal a parameter, or another that does."""
    pairs = [pair for condition in conditions for pair in _equal(condition)]
    named = set(outer)
    for _ in pairs:
        for one, other in (*pairs, *(pair[::-1] for pair in pairs)):
            if (one is None or one in named) and other is not None:
                named.add(other)
    return frozenset(named)


def _equal(condition: Any) -> Iterator[tuple[Place | None, Place | None]]:
    """What one condition makes equal; None is a parameter."""
    match condition:
        case Grouping():
            yield from _equal(condition.element)
        case BooleanClauseList() if condition.operator is operators.and_:
            for part in condition.clauses:
                yield from _equal(part)
        case Among():
            column, _ = condition.clauses
            yield _place(column), None
        case Agree():
            one, other = condition.clauses
            yield _place(one), _place(other)
        case BinaryExpression() if condition.operator is operators.eq:
            yield _place(condition.left), _place(condition.right)


def _place(side: Any) -> Place | None:
    """Another expression than a column is a place of its own."""
    if isinstance(side, BindParameter) and side.required:
        return None
    table = getattr(side, "table", None)
    return (table.name, side.name) if table is not None else ("", str(id(side)))


def _subqueries(statement: ClauseElement) -> Iterator[ClauseElement]:
    """Within its conditions and its columns, not those that it reads from."""
    pending = list(statement.get_children())
    while pending:
        child = pending.pop()
        if isinstance(child, SelectBase) and not isinstance(child, Subquery):
            yield child
        elif not isinstance(child, Subquery):
            pending += child.get_children()


def unnamed_in(sql: str) -> set[str]:
    """The same of SQL as it runs on SQLite, as far as its text tells."""
    return {
        table.name
        for table in metadata.tables.values()
        if _is_of_shopper(table)
        and re.search(rf"\b(?:FROM|JOIN|INTO|UPDATE) {table.name}\b", sql)
        and not _is_named(sql, table.name, shard_key(table).name)
    }


def _is_named(sql: str, table: str, key: str) -> bool:
    added = re.search(rf"INTO {table} \(([^)]*)\)", sql)
    if added:
        return key in added[1].split(", ")
    return bool(re.search(rf"\b{table}\.{key} (?:=|IN)|= {table}\.{key}\b", sql))


def exempt_sql(form: Form) -> set[str]:
    reasons = exempt()
    return {one.compiled(form).sql for name, one in prepared() if name in reasons}
