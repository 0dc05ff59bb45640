"""Which returns that were made here a line of the shop's credit note is about (P3).

Pieces that are in both are held once: by the return, and by the note if the return closes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from bff.core.clock import local_date
from bff.core.money import part_of
from bff.db.connection import Connection
from bff.db.elements import among, of_owner, same_shopper
from bff.db.statements import prepare
from bff.db.tables import credited_returns, refunds, returns
from bff.domain.returns.model import ReturnStatus

_credited = prepare(
    select(
        credited_returns.c.return_id,
        func.sum(credited_returns.c.quantity).label("quantity"),
        func.sum(credited_returns.c.refunded_minor).label("minor"),
    )
    .where(of_owner(credited_returns), among(credited_returns.c.return_id, "keys"))
    .group_by(credited_returns.c.return_id)
)
_credited_pieces = (
    select(func.coalesce(func.sum(credited_returns.c.quantity), 0))
    .where(credited_returns.c.return_id == returns.c.id, same_shopper(credited_returns, returns))
    .scalar_subquery()
)
_creditable = prepare(
    select(
        returns.c.id,
        returns.c.order_line_id,
        returns.c.opened_at,
        (returns.c.quantity - _credited_pieces).label("quantity"),
        refunds.c.amount_minor,
    )
    .join(refunds, and_(refunds.c.return_id == returns.c.id, same_shopper(refunds, returns)))
    .where(
        among(returns.c.shopper_id, "shoppers"),
        among(returns.c.order_line_id, "keys"),
        returns.c.status != ReturnStatus.CLOSED,
    )
    .order_by(returns.c.id)
)


class Pieces(NamedTuple):
    """Of a line, with what was refunded for them."""

    quantity: int
    minor: int


@dataclass(slots=True)
class Creditable:
    """A return that is not closed; `quantity` of its pieces are in no credit note yet."""

    id: str
    opened_at: datetime
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Credit:
    """What a line of a credit note says came back."""

    quantity: int
    minor: int
    returned_at: datetime


async def credited_by_return(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Pieces]:
    facts = {"shopper_id": shopper_id, "keys": keys}
    rows: Iterable[Any] = await connection.execute(_credited, facts)
    return dict.fromkeys(keys, Pieces(0, 0)) | {
        row.return_id: Pieces(row.quantity, row.minor) for row in rows
    }


async def creditable_by_line(
    connection: Connection, shopper_ids: Collection[str], keys: Sequence[str]
) -> dict[str, list[Creditable]]:
    """Of several shoppers."""
    by_line: dict[str, list[Creditable]] = {key: [] for key in keys}
    facts = {"shoppers": shopper_ids, "keys": keys}
    for row in await connection.execute(_creditable, facts):
        if row.quantity > 0:
            found = Creditable(row.id, row.opened_at, row.quantity, row.amount_minor)
            by_line[row.order_line_id].append(found)
    return by_line


def assign(credit: Credit, returns: Sequence[Creditable], left: int) -> dict[str, Pieces]:
    """By return, the pieces that are in both; `left`: what nothing holds of the line yet.

    A return that was opened on the day of the credit or before is meant, the one with as many
    pieces and as much money rather than another. Where the rest is more than is left, it can only
    be what came back here, whatever the days say: pieces come back once.
    """
    rest = Pieces(credit.quantity, credit.minor)
    found: dict[str, Pieces] = {}
    for one in sorted(returns, key=lambda one: _likeness(credit, one)):
        meant = local_date(one.opened_at) <= local_date(credit.returned_at)
        wanted = rest.quantity if meant else rest.quantity - left
        quantity = min(wanted, one.quantity)
        if quantity > 0:
            found[one.id] = Pieces(quantity, part_of(rest.minor, quantity, rest.quantity))
            rest = Pieces(rest.quantity - quantity, rest.minor - found[one.id].minor)
    return found


def _likeness(credit: Credit, one: Creditable) -> tuple[object, ...]:
    later = local_date(one.opened_at) > local_date(credit.returned_at)
    other_quantity = one.quantity != credit.quantity
    return later, other_quantity, one.amount_minor != credit.minor, one.opened_at, one.id
