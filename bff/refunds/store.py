from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select, union_all

from bff.db.changing import move, note
from bff.db.connection import Connection
from bff.db.database import Tx
from bff.db.generated import Part
from bff.db.joined import Joined
from bff.db.prepared import prepare, prepare_insert, prepare_joined, prepare_models
from bff.db.sqlite import among
from bff.db.tables import credit_notes, order_lines, refunds, returns
from bff.orders.model import OrderLine
from bff.orders.store import LINE_BY_LINE, LINE_ID, LINES
from bff.refunds.model import NOTHING_HELD, TRANSITIONS, AdvanceStatus, Held, Refund

RELEASED = ("CLOSED",)

_by_id = prepare_models(Refund, select(refunds).where(among(refunds.c.id, "keys")))
_by_return = prepare_models(Refund, select(refunds).where(among(refunds.c.return_id, "keys")))
_add = prepare_insert(refunds, Refund)


async def refunds_by_id(connection: Connection, keys: Sequence[str]) -> dict[str, Refund]:
    return {refund.id: refund for refund in await connection.execute(_by_id, {"keys": keys})}


async def refunds_by_return(connection: Connection, keys: Sequence[str]) -> dict[str, Refund]:
    rows = await connection.execute(_by_return, {"keys": keys})
    return {refund.return_id: refund for refund in rows}


async def add_refund(tx: Tx, refund: Refund) -> None:
    await tx.execute(_add, refund)


async def move_advance(tx: Tx, refund_id: str, to: AdvanceStatus, **values: datetime) -> bool:
    """Whether the advance was in a state that may become `to`."""
    return await move(tx, refunds.c.advance, TRANSITIONS, refund_id, to, values)


async def note_refund(tx: Tx, refund_id: str, **values: datetime | None) -> None:
    await note(tx, refunds, refund_id, values)


_here = (
    select(returns.c.order_line_id, returns.c.quantity, refunds.c.amount_minor.label("minor"))
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(among(returns.c.order_line_id, "keys"), returns.c.status.not_in(RELEASED))
)
_elsewhere = select(
    credit_notes.c.order_line_id, credit_notes.c.quantity, credit_notes.c.refunded_minor
).where(among(credit_notes.c.order_line_id, "keys"))
_taken = union_all(_here, _elsewhere).subquery()
_held = prepare(
    select(_taken.c.order_line_id, func.sum(_taken.c.quantity), func.sum(_taken.c.minor)).group_by(
        _taken.c.order_line_id
    )
)


async def held_by_line(connection: Connection, keys: Sequence[str]) -> dict[str, Held]:
    """By order line: what returns here hold, and what was credited before they came here."""
    rows = await connection.execute(_held, {"keys": keys})
    return dict.fromkeys(keys, NOTHING_HELD) | {key: Held(q, minor) for key, q, minor in rows}


class Returned(NamedTuple):
    """What a return takes of its line."""

    id: str
    quantity: int
    minor: int


class Credited(NamedTuple):
    """What an entry of a credit note took of its line."""

    number: str
    sku: str
    entry: int
    quantity: int
    minor: int


TAKEN = (
    Part(
        Returned,
        (returns.c.id, returns.c.quantity, refunds.c.amount_minor.label("minor")),
        maybe=True,
    ),
    Part(
        Credited,
        (
            credit_notes.c.number,
            credit_notes.c.sku,
            credit_notes.c.entry,
            credit_notes.c.quantity,
            credit_notes.c.refunded_minor.label("minor"),
        ),
        maybe=True,
    ),
)


def with_taken(lines: Select[Any]) -> Select[Any]:
    """A row for each pair of what returns and credit notes took; one of each line at least."""
    held_here = and_(returns.c.order_line_id == LINE_ID, returns.c.status.not_in(RELEASED))
    return (
        lines.add_columns(*(column for part in TAKEN for column in part.columns))
        .outerjoin(returns, held_here)
        .outerjoin(refunds, refunds.c.return_id == returns.c.id)
        .outerjoin(credit_notes, credit_notes.c.order_line_id == LINE_ID)
    )


def held_of(taken: Iterable[Returned | Credited | None]) -> Held:
    """Of a line, from its rows: each that took something counts once."""
    once = {one[:-2]: one for one in taken if one}
    if not once:
        return NOTHING_HELD
    quantities, minors = zip(*(one[-2:] for one in once.values()), strict=True)
    return Held(sum(quantities), sum(minors))


_lines_with_taken = prepare_joined(
    [Part(OrderLine, LINES.selected_columns), *TAKEN],
    with_taken(LINES.where(among(order_lines.c.order_id, "keys"))).order_by(*LINE_BY_LINE),
)


async def lines_with_held(
    connection: Connection, keys: Sequence[str]
) -> Joined[dict[str, list[OrderLine]]]:
    """By order, in its own sequence."""
    found: dict[str, list[OrderLine]] = {key: [] for key in keys}
    held: dict[str, Held] = {}
    taken: defaultdict[str, list[Returned | Credited | None]] = defaultdict(list)
    for line, returned, credited in await connection.execute(_lines_with_taken, {"keys": found}):
        line_id = line.id
        if line_id not in held:
            found[line.order_id].append(line)
            held[line_id] = NOTHING_HELD
        if returned or credited:
            taken[line_id] += (returned, credited)
    held |= {line_id: held_of(parts) for line_id, parts in taken.items()}
    return Joined(found, {held_by_line: held})
