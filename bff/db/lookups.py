"""Rows that are looked for by what an outsider names, whoever their shopper is.

On a distributed database each asks all shards, or an index of them all. It gives the owner, and
whatever is read or written next names the owner.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Table, bindparam, select

from bff.db.connection import Connection
from bff.db.elements import among, same_shopper
from bff.db.statements import Prepared, prepare, prepare_models
from bff.db.tables import addresses, credit_notes, orders, payments, photos, pickups, returns
from bff.db.tables.shards import shard_key


def _owner(table: Table) -> Prepared[Any]:
    return prepare(select(shard_key(table)).where(table.c.id == bindparam("id")))


_of_order, _of_return, _of_pickup = _owner(orders), _owner(returns), _owner(pickups)
_of_payment, _of_photo = _owner(payments), _owner(photos)
_of_orders = prepare(
    select(orders.c.id, orders.c.shopper_id).where(among(orders.c.id, "keys")),
)
_of_addresses = prepare(
    select(addresses.c.id, addresses.c.owner_id).where(among(addresses.c.id, "keys"))
)
_credits = prepare(select(credit_notes).where(among(credit_notes.c.number, "keys")))


class Numbered(Struct, frozen=True, gc=False):
    """A return whose goods travel under a waybill number, or will."""

    id: str
    shopper_id: str
    merchant_id: str
    ended_at: datetime | None


_numbered = select(*(returns.c[name] for name in Numbered.__struct_fields__))
_travelling = prepare_models(
    Numbered, _numbered.where(returns.c.waybill_number == bindparam("number"))
)
_held_for_fee = prepare_models(
    Numbered,
    _numbered.join(
        pickups, (pickups.c.return_id == returns.c.id) & same_shopper(pickups, returns)
    ).where(pickups.c.held_waybill == bindparam("number")),
)


async def owner_of_order(connection: Connection, order_id: str) -> str | None:
    return await _find(connection, _of_order, order_id)


async def owner_of_return(connection: Connection, return_id: str) -> str | None:
    return await _find(connection, _of_return, return_id)


async def owner_of_pickup(connection: Connection, pickup_id: str) -> str | None:
    return await _find(connection, _of_pickup, pickup_id)


async def owner_of_payment(connection: Connection, payment_id: str) -> str | None:
    return await _find(connection, _of_payment, payment_id)


async def owner_of_photo(connection: Connection, photo_id: str) -> str | None:
    return await _find(connection, _of_photo, photo_id)


async def owners_of_orders(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    return dict((await connection.execute(_of_orders, {"keys": keys})).all())


async def owners_of_addresses(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Shoppers, merchants, or the platform."""
    return dict((await connection.execute(_of_addresses, {"keys": keys})).all())


async def credits_by_note(
    connection: Connection, keys: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """The lines of credit notes: the shop numbers them, whoever has returned the goods."""
    rows: dict[str, list[dict[str, Any]]] = {key: [] for key in keys}
    for row in (await connection.execute(_credits, {"keys": keys})).mappings():
        rows[row["number"]].append(row)
    return rows


async def returns_under_number(connection: Connection, number: str) -> list[Numbered]:
    """Of any company; also of those whose number is held until a fee is paid."""
    facts = {"number": number}
    travelling = (await connection.execute(_travelling, facts)).all()
    return [*travelling, *(await connection.execute(_held_for_fee, facts)).all()]


async def _find(connection: Connection, statement: Prepared[Any], key: str) -> str | None:
    owner: str | None = (await connection.execute(statement, {"id": key})).scalar()
    return owner
