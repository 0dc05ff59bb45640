"""Order lines, orders and slots: what returns and pickups hold of them."""

from typing import Any

from sqlalchemy import Integer, and_, cast, func, literal, or_, select, union, union_all

from bff.audit.law import RowLaw, Words, money, within
from bff.core import ids
from bff.db.tables import (
    credit_notes,
    credited_returns,
    order_lines,
    orders,
    pickups,
    refunds,
    retention_runs,
    returns,
    slots,
)
from bff.domain.orders.store import LINE_ID
from bff.domain.pickups.model import PickupStatus
from bff.domain.pickups.service import NO_SLOT
from bff.domain.refunds.advances import IS_ADVANCED
from bff.domain.retention.model import Kept
from bff.domain.returns.model import ReturnStatus

_line = order_lines.c
_open = returns.c.status != ReturnStatus.CLOSED

# A return knows its line by `oli_…-number` alone.
_digits = "0123456789"
_before_number = func.rtrim(returns.c.order_line_id, _digits)
_number = cast(func.substr(returns.c.order_line_id, func.length(_before_number) + 1), Integer)
_prefix = len(ids.external_id(ids.ORDER_LINE, "")) + 1
_order_id = literal(ids.external_id(ids.ORDER, "")) + func.substr(
    _before_number, _prefix, func.length(_before_number) - _prefix
)
_bought = (
    select(_line.order_id)
    .join(orders, orders.c.id == _line.order_id)
    .where(
        _line.order_id == _order_id,
        _line.line_no == _number,
        orders.c.shopper_id == returns.c.shopper_id,
        orders.c.merchant_id == returns.c.merchant_id,
        orders.c.currency == refunds.c.currency,
    )
    .exists()
)
BOUGHT = RowLaw(
    name="returns of lines",
    claim="Each return has a refund, and is of what its shopper has bought of its merchant.",
    key=returns.c.id,
    wrong=select(
        returns.c.id.label("key"),
        returns.c.id.label("return_id"),
        returns.c.order_line_id,
        refunds.c.id.label("refund_id"),
    )
    .outerjoin(refunds, refunds.c.return_id == returns.c.id)
    .where(within(returns.c.id), or_(refunds.c.id.is_(None), ~_bought)),
    ids=("return_id",),
    words=lambda row: (
        Words(f"an order line {row.order_line_id} of the same people and currency", "none")
        if row.refund_id
        else Words("a refund", "none")
    ),
)

_pieces, _refunded = func.sum(returns.c.quantity), func.sum(refunds.c.amount_minor)
LEFT = RowLaw(
    name="refunds of lines",
    claim="The returns of a line give back no more than was bought, and of all pieces all.",
    key=orders.c.id,
    wrong=select(
        _line.order_id.label("key"),
        LINE_ID.label("line_id"),
        _line.quantity,
        _line.paid_minor,
        _line.currency,
        _pieces.label("pieces"),
        _refunded.label("refunded"),
    )
    .join(returns, returns.c.order_line_id == LINE_ID)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(within(_line.order_id), _open)
    .group_by(_line.order_id, _line.line_no)
    .having(
        or_(
            _pieces > _line.quantity,
            _refunded > _line.paid_minor,
            and_(_pieces == _line.quantity, _refunded != _line.paid_minor),
        )
    ),
    ids=("line_id",),
    words=lambda row: Words(
        f"at most {row.quantity} pieces for {money(row.paid_minor, row.currency)}, all for all",
        f"{row.pieces} pieces for {money(row.refunded, row.currency)}",
    ),
)

# What a return and a credit note both hold of a line counts once.
_of_line = (
    select(LINE_ID.label("id"), _line.order_id, _line.currency)
    .where(within(_line.order_id))
    .cte("of_line")
)
_no, _none = literal(0), literal(0)
_holds = union_all(
    select(
        *(_of_line.c.id, _of_line.c.order_id, _of_line.c.currency),
        returns.c.quantity.label("pieces"),
        refunds.c.amount_minor.label("minor"),
        _no.label("held_pieces"),
        _none.label("held_minor"),
    )
    .join(returns, returns.c.order_line_id == _of_line.c.id)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(_open),
    select(*_of_line.c, credit_notes.c.quantity, credit_notes.c.refunded_minor, _no, _none).join(
        credit_notes, credit_notes.c.order_line_id == _of_line.c.id
    ),
    select(
        *_of_line.c, -credited_returns.c.quantity, -credited_returns.c.refunded_minor, _no, _none
    )
    .join(returns, returns.c.order_line_id == _of_line.c.id)
    .join(credited_returns, credited_returns.c.return_id == returns.c.id)
    .where(_open),
    select(
        *(LINE_ID, _line.order_id, _line.currency, _no, _none),
        *(_line.held_quantity, _line.held_minor),
    ).where(within(_line.order_id)),
).subquery("holds")
_sums = {
    name: func.sum(_holds.c[name]) for name in ("pieces", "minor", "held_pieces", "held_minor")
}


def _held(row: Any) -> Words:
    return Words(
        f"{row.pieces} pieces for {money(row.minor, row.currency)} held, "
        "as its returns and credit notes say",
        f"{row.held_pieces} pieces for {money(row.held_minor, row.currency)}",
    )


HELD = RowLaw(
    name="held of lines",
    claim="A line knows what its returns that are not closed, and credit notes, hold of it.",
    key=orders.c.id,
    wrong=select(
        _holds.c.order_id.label("key"),
        _holds.c.id.label("line_id"),
        _holds.c.currency,
        *(total.label(name) for name, total in _sums.items()),
    )
    .group_by(_holds.c.order_id, _holds.c.id, _holds.c.currency)
    .having(or_(_sums["pieces"] != _sums["held_pieces"], _sums["minor"] != _sums["held_minor"])),
    ids=("line_id",),
    words=_held,
)

_advances = union_all(
    select(
        _line.order_id,
        refunds.c.amount_minor.label("expected"),
        _none.label("found"),
    )
    .join(returns, returns.c.order_line_id == LINE_ID)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(within(_line.order_id), IS_ADVANCED),
    select(orders.c.id, _none, orders.c.advanced_minor).where(within(orders.c.id)),
).subquery("advances")
_expected, _found = func.sum(_advances.c.expected), func.sum(_advances.c.found)
ADVANCED = RowLaw(
    name="advanced of orders",
    claim="An order knows what is advanced of it, or promised, and not settled.",
    key=orders.c.id,
    wrong=select(
        _advances.c.order_id.label("key"),
        _advances.c.order_id,
        orders.c.currency,
        _expected.label("expected"),
        _found.label("found"),
    )
    .join(orders, orders.c.id == _advances.c.order_id)
    .group_by(_advances.c.order_id, orders.c.currency)
    .having(_expected != _found),
    ids=("order_id",),
    words=lambda row: Words(
        f"{money(row.expected, row.currency)}, as its refunds say",
        money(row.found, row.currency),
    ),
)

# Places of days long gone are deleted, by a rule of retention.
_has_places = (
    select(slots.c.key)
    .where(slots.c.area == pickups.c.area, slots.c.key == pickups.c.slot_key)
    .exists()
)
_may_be_deleted = (
    select(retention_runs.c.rule)
    .where(retention_runs.c.rule == Kept.SLOTS, retention_runs.c.ran_at > pickups.c.ends_at)
    .exists()
)
_places = union_all(
    select(
        slots.c.area,
        slots.c.key.label("slot"),
        _no.label("booked"),
        (slots.c.capacity - slots.c.remaining).label("taken"),
    ).where(within(slots.c.area)),
    select(pickups.c.area, pickups.c.slot_key, literal(1), _no).where(
        within(pickups.c.area),
        pickups.c.status != PickupStatus.CANCELLED,
        pickups.c.slot_key != NO_SLOT,
        or_(_has_places, ~_may_be_deleted),
    ),
).subquery("places")
_areas = union(select(slots.c.area), select(pickups.c.area)).subquery("areas")
_booked, _taken = func.sum(_places.c.booked), func.sum(_places.c.taken)
PLACES = RowLaw(
    name="places in slots",
    claim="As many places of a slot are taken as there are pickups in it.",
    key=_areas.c.area,
    wrong=select(
        _places.c.area.label("key"),
        _places.c.area,
        _places.c.slot,
        _booked.label("booked"),
        _taken.label("taken"),
    )
    .group_by(_places.c.area, _places.c.slot)
    .having(_booked != _taken),
    ids=("area", "slot"),
    words=lambda row: Words(
        f"{row.booked} places taken, by as many pickups", f"{row.taken} places taken"
    ),
)
LAWS = (BOUGHT, LEFT, HELD, ADVANCED, PLACES)
