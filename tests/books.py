"""What must hold of the database after every test, whatever happened in it."""

from sqlalchemy import String, and_, cast, func, literal, or_, select
from sqlalchemy.dialects import sqlite

from bff.db.database import Database
from bff.db.tables import ledger_entries, order_lines, pickups, refunds, returns, slots
from bff.pickups.model import PickupStatus
from bff.refunds.model import Posting
from bff.returns.model import ReturnStatus

_entry, _line, _slot = ledger_entries.c, order_lines.c, slots.c
_sum = func.sum(_entry.amount_minor).label("sum")
_by_posting = (_entry.refund_id, _entry.posting, _entry.currency)
_line_id = literal("oli_") + func.substr(_line.order_id, 5) + "-" + cast(_line.line_no, String)
_pieces, _refunded = func.sum(returns.c.quantity), func.sum(refunds.c.amount_minor)
_booked = func.count(pickups.c.id)

UNBALANCED = select(*_by_posting, _sum).group_by(*_by_posting).having(_sum != 0)
PAID_TWICE = (
    select(refunds.c.return_id, func.count().label("times"), _sum)
    .join(refunds, refunds.c.id == _entry.refund_id)
    .where(
        _entry.posting.in_((Posting.ADVANCE, Posting.MERCHANT_REFUND)),
        _entry.account.startswith("shopper:"),
    )
    .group_by(refunds.c.return_id)
    .having(func.count() != 1)
)
REFUNDED_BADLY = (
    select(_line_id, _line.quantity, _pieces, _line.paid_minor, _refunded)
    .join(returns, returns.c.order_line_id == _line_id)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(returns.c.status != ReturnStatus.CLOSED)
    .group_by(_line.order_id, _line.line_no)
    .having(
        or_(
            _pieces > _line.quantity,
            _refunded > _line.paid_minor,
            and_(_pieces == _line.quantity, _refunded != _line.paid_minor),
        )
    )
)
PLACES_AMISS = (
    select(slots, _booked)
    .outerjoin(
        pickups,
        and_(
            pickups.c.area == _slot.area,
            pickups.c.slot_key == _slot.key,
            pickups.c.status != PickupStatus.CANCELLED,
        ),
    )
    .group_by(_slot.area, _slot.key)
    .having(or_(_slot.remaining < 0, _slot.capacity - _slot.remaining != _booked))
)
BROKEN = (UNBALANCED, PAID_TWICE, REFUNDED_BADLY, PLACES_AMISS)
COUNTS = select(
    *(select(func.count()).select_from(law.subquery()).scalar_subquery() for law in BROKEN)
)
# For those who look over a connection of sqlite3's own
COUNTS_SQL = str(COUNTS.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


async def check_books(db: Database) -> None:
    async with db.read() as connection:
        counts = (await connection.execute(COUNTS)).one()
        for law in [law for law, count in zip(BROKEN, counts, strict=True) if count]:
            raise AssertionError((await connection.execute(law)).all())
