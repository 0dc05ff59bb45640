"""Erasing a person in steps, each a transaction; a timer takes over what a crash has left.

What the law makes one keep stays under the shopper's id, which says nothing by itself: of an order
at least three years (电子商务法, art. 31), of the books 30 (会计档案管理办法, art. 14 and its
table). Until then it is stored, and used for nothing else (个人信息保护法, art. 47).
"""

from collections.abc import Mapping
from datetime import timedelta

from bff.core import ids
from bff.db.locks import lock
from bff.db.transaction import Tx
from bff.domain.erasure.matters import open_matters
from bff.domain.erasure.model import Erasure, MattersOpenError, UnknownShopperError
from bff.domain.erasure.personal_data import (
    erase_addresses,
    erase_refused_orders,
    erase_reports,
    erase_returns,
    erase_shopper,
    next_orders,
    next_returns,
)
from bff.domain.erasure.store import add_erasure, find_erasure, update_erasure
from bff.domain.orders.store import erasures_by_shopper
from bff.jobs import timers
from bff.jobs.timers import Handler

ERASE = "shopper.erase"
ERASED = "erasures"  # the topic that wakes who refuses their tokens
BATCH = 50
AGAIN_AFTER = timedelta(days=1)
FIRST_ORDER = ids.external_id(ids.ORDER, "")


async def request_erasure(tx: Tx, shopper_id: str, by: str) -> Erasure:
    """On record; nothing is erased yet. One that was requested stays as it was.

    Raises UnknownShopperError.
    """
    await lock(tx, [shopper_id])
    if known := await find_erasure(tx.connection, shopper_id):
        return known
    if shopper_id not in await erasures_by_shopper(tx.connection, [shopper_id]):
        raise UnknownShopperError(shopper_id)
    erasure = Erasure(shopper_id, tx.now, by, None, None, "")
    await add_erasure(tx, erasure)
    return erasure


async def begin_erasure(tx: Tx, shopper_id: str, by: str) -> None:
    """The name goes, and the tokens are good no more: nothing new can begin. The rest follows.

    Raises UnknownShopperError, or MattersOpenError: then nothing was changed.
    """
    erasure = await request_erasure(tx, shopper_id, by)
    if erasure.erased_at:
        return
    if matters := await open_matters(tx.connection, shopper_id):
        raise MattersOpenError(matters)
    await erase_shopper(tx, shopper_id)
    await update_erasure(tx, shopper_id, erased_at=tx.now)
    await timers.sync(tx, shopper_id, shopper_id, [ERASE], {ERASE: tx.now})
    tx.topics.add(ERASED)


async def erase_when_done(tx: Tx, shopper_id: str, by: str) -> Erasure:
    """By a timer, as soon as nothing is open any more. Raises UnknownShopperError."""
    erasure = await request_erasure(tx, shopper_id, by)
    if erasure.ended_at is None:
        await timers.schedule(tx, shopper_id, ERASE, shopper_id, tx.now)
    return erasure


async def continue_erasure(tx: Tx, shopper_id: str) -> bool:
    """Some more of what is there, once it has begun; whether there may be more."""
    await lock(tx, [shopper_id])
    erasure = await find_erasure(tx.connection, shopper_id)
    if erasure is None or erasure.erased_at is None or erasure.ended_at:
        return False
    position = await _erase_some(tx, erasure)
    if position is None:
        await erase_reports(tx, shopper_id, [shopper_id])
        await erase_refused_orders(tx, shopper_id)
        await erase_addresses(tx, shopper_id)
        await update_erasure(tx, shopper_id, ended_at=tx.now)
        await timers.sync(tx, shopper_id, shopper_id, [ERASE], {})
        return False
    await update_erasure(tx, shopper_id, position=position)
    return True


async def _erase_some(tx: Tx, erasure: Erasure) -> str | None:
    """Of the returns, then of the orders: the new position, or None where none is left."""
    shopper_id, position = erasure.shopper_id, erasure.position
    if not position.startswith(FIRST_ORDER):
        if found := await next_returns(tx, shopper_id, position, BATCH):
            await erase_returns(tx, shopper_id, found)
            return found[-1]
        position = FIRST_ORDER
    if found := await next_orders(tx, shopper_id, position, BATCH):
        await erase_reports(tx, shopper_id, found)
        return found[-1]
    return None


async def _erase(tx: Tx, shopper_id: str) -> None:
    """The timer: it comes again until all is erased, each day while something is open."""
    await lock(tx, [shopper_id])
    erasure = await find_erasure(tx.connection, shopper_id)
    if erasure is None:
        return
    if erasure.erased_at:
        if await continue_erasure(tx, shopper_id):
            await timers.schedule(tx, shopper_id, ERASE, shopper_id, tx.now)
        return
    matters = await open_matters(tx.connection, shopper_id)
    if not matters:
        await begin_erasure(tx, shopper_id, erasure.requested_by)
        return
    moments = [one.until for one in matters if one.until and one.until > tx.now]
    again_at = min([*moments, tx.now + AGAIN_AFTER])
    await timers.schedule(tx, shopper_id, ERASE, shopper_id, again_at)


# Of the timers that are set here
HANDLERS: Mapping[str, Handler] = {ERASE: _erase}
