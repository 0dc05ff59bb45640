"""What shoppers do: each act as its mutation carries it out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bff.db.transaction import Tx
from bff.domain.orders.records import AddressForm
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.returns.commands import (
    express_refund as refunding,
)
from bff.domain.returns.commands import (
    pickups as collection,
)
from bff.domain.returns.commands import (
    returns as service,
)
from bff.domain.returns.commands import (
    waybill as shipping,
)

Given = Mapping[str, Any]
Answer = dict[str, Any]
ActFunction = Callable[[Tx, str, Given], Awaitable[Answer]]

NEW_ADDRESS = AddressForm(
    recipient="李四", phone="13900000000", region="浙江省杭州市西湖区", street="文二路2号"
)


def pickup_request(given: Given) -> PickupRequest | None:
    if not given["pickup"]:
        return None
    new = NEW_ADDRESS if given.get("new_address") else None
    return PickupRequest(given.get("slot"), given.get("address_id"), new, "pickup.")


async def one_tap(tx: Tx, shopper: str, given: Given) -> Answer:
    tap = service.TapRequest(given["line_id"], given["quantity"], pickup_request(given))
    return {"return_id": (await service.one_tap(tx, shopper, tap)).return_id}


async def cancel(tx: Tx, shopper: str, given: Given) -> Answer:
    await service.cancel_return(tx, shopper, given["return_id"])
    return {"return_id": given["return_id"]}


async def book_pickup(tx: Tx, shopper: str, given: Given) -> Answer:
    wanted = pickup_request({**given, "pickup": True}) or PickupRequest()
    return {"id": (await collection.book_pickup(tx, shopper, given["return_id"], wanted)).id}


async def reschedule(tx: Tx, shopper: str, given: Given) -> Answer:
    await collection.reschedule_pickup(tx, shopper, given["pickup_id"], given["slot"])
    return {"pickup_id": given["pickup_id"]}


async def cancel_pickup(tx: Tx, shopper: str, given: Given) -> Answer:
    await collection.cancel_pickup(tx, shopper, given["pickup_id"])
    return {"pickup_id": given["pickup_id"]}


async def pay_fee(tx: Tx, shopper: str, given: Given) -> Answer:
    await collection.pay_fee(tx, shopper, given["pickup_id"])
    return {"pickup_id": given["pickup_id"]}


async def submit_waybill(tx: Tx, shopper: str, given: Given) -> Answer:
    return_id, company, number = given["return_id"], given["company"], given["number"]
    await shipping.submit_waybill(tx, shopper, return_id, company, number)
    return {"return_id": return_id}


async def open_refund(tx: Tx, shopper: str, given: Given) -> Answer:
    parts = given["parts"]
    wanted = (
        None if parts is None else [refunding.RefundLine(line, pieces) for line, pieces in parts]
    )
    return {"ids": await refunding.open_refund(tx, shopper, given["order_id"], wanted)}


async def open_dispute(tx: Tx, shopper: str, given: Given) -> Answer:
    await service.open_dispute(tx, shopper, given["return_id"])
    return {"return_id": given["return_id"]}


async def repay(tx: Tx, shopper: str, given: Given) -> Answer:
    await service.repay_refund(tx, shopper, given["return_id"])
    return {"return_id": given["return_id"]}


ACTS: Mapping[str, ActFunction] = {
    "oneTapReturn": one_tap,
    "returnCancel": cancel,
    "pickupBook": book_pickup,
    "pickupReschedule": reschedule,
    "pickupCancel": cancel_pickup,
    "pickupFeePay": pay_fee,
    "waybillSubmit": submit_waybill,
    "refundOpen": open_refund,
    "disputeOpen": open_dispute,
    "refundRepay": repay,
}
