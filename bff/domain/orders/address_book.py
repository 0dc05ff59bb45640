"""A shopper's addresses. The caller commits.

A row's words never change, so that orders, pickups and returns keep theirs: an update takes the
old row out of the book and puts another one in.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from bff.core.refusal import NotFound
from bff.db.transaction import Tx
from bff.domain.orders.model import Address
from bff.domain.orders.records import AddressForm, address_of
from bff.domain.orders.refusals import AddressLimitReached
from bff.domain.orders.store import (
    add_address,
    addresses_by_owner,
    clear_default,
    find_address,
    update_address,
)

MAX_ADDRESSES = 20


def default_address(book: Sequence[Address]) -> Address | None:
    """The one that was chosen, or the only one."""
    chosen = next((address for address in book if address.is_default), None)
    return chosen or (book[0] if len(book) == 1 else None)


async def add_to_book(
    tx: Tx, shopper_id: str, form: AddressForm, *, is_default: bool = False
) -> Address:
    """The same address again is the one that is there. Raises AddressLimitReached."""
    book, address = await _book(tx, shopper_id), address_of(form, shopper_id)
    if address.id not in book and len(book) >= MAX_ADDRESSES:
        raise AddressLimitReached(MAX_ADDRESSES)
    await _put(tx, address)
    if is_default:
        await set_default(tx, shopper_id, address.id)
    return address


async def keep_for_once(tx: Tx, shopper_id: str, form: AddressForm) -> Address:
    """In the book too, while there is room in it."""
    try:
        return await add_to_book(tx, shopper_id, form)
    except AddressLimitReached:
        address = address_of(form, shopper_id)
        if await find_address(tx.connection, address.owner_id, address.id) is None:
            await add_address(tx, replace(address, removed_at=tx.now))
        return address


async def update_in_book(
    tx: Tx, shopper_id: str, address_id: str, form: AddressForm, *, is_default: bool | None = None
) -> Address:
    """The new version of it; `is_default` None: as before. Raises NotFound."""
    old = await _in_book(tx, shopper_id, address_id)
    address = address_of(form, shopper_id)
    if address.id != old.id:
        await remove_from_book(tx, shopper_id, old.id)
        await _put(tx, address)
    if old.is_default if is_default is None else is_default:
        await set_default(tx, shopper_id, address.id)
    elif is_default is False:
        await update_address(tx, address, is_default=False)
    return address


async def remove_from_book(tx: Tx, shopper_id: str, address_id: str) -> None:
    """Raises NotFound."""
    address = await _in_book(tx, shopper_id, address_id)
    await update_address(tx, address, removed_at=tx.now, is_default=False)


async def set_default(tx: Tx, shopper_id: str, address_id: str) -> None:
    """Raises NotFound."""
    address = await _in_book(tx, shopper_id, address_id)
    await clear_default(tx, shopper_id)
    await update_address(tx, address, is_default=True)


async def _book(tx: Tx, shopper_id: str) -> dict[str, Address]:
    owned = (await addresses_by_owner(tx.connection, [shopper_id]))[shopper_id]
    return {address.id: address for address in owned}


async def _in_book(tx: Tx, shopper_id: str, address_id: str) -> Address:
    address = (await _book(tx, shopper_id)).get(address_id)
    if address is None:
        raise NotFound("addressId")
    return address


async def _put(tx: Tx, address: Address) -> None:
    if await find_address(tx.connection, address.owner_id, address.id) is None:
        await add_address(tx, address)
    else:
        await update_address(tx, address, removed_at=None)
