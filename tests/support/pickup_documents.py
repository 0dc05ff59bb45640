"""What an app asks while a return is on its way, and how a test sees that nothing changed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bff.domain.pickups.store import pickups_by_id
from bff.domain.returns.reports import courier
from tests.support.client import Client
from tests.support.documents import ONE_TAP, RETURN
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.import_files import dump
from tests.support.world import START, World

PROBLEM = """
  ... on UserError { code message }
  ... on InvalidInput { field expected }
  ... on NotFound { field }
"""
NO_PICKUP = """
  ... on PickupBookedAlready { pickupId }
  ... on PickupNotOffered { level levelNeeded }
"""
NO_PLACE = """
  ... on SlotFull { alternatives { id capacityLeft } }
  ... on SlotPast { startedAt alternatives { id } }
  ... on SlotNotOffered { opensHour closesHour alternatives { id } }
"""
ELSEWHERE = {
    "recipient": "李四",
    "phone": "139",
    "region": "上海市杨浦区",
    "street": "政立路477号",
}
PICKUP = """
fragment Booked on Pickup {
  id status bookedAt courierCompany { code } address { recipient phone region street }
  slot { kind startsAt endsAt } fee { status payer amount { minor } shopperPays { minor } }
}"""
FEE = "fee { status amount { minor } shopperPays { minor } due { minor } payBy paymentUnderWay }"
STATE = "status nextActions { code } pickup { id status } refund { advance refundedAt }"

BOOK = f"""
mutation Book($key: String!, $id: ID!, $slot: ID, $addressId: ID, $address: AddressInput) {{
  pickupBook(input: {{
    idempotencyKey: $key, returnId: $id, slotId: $slot, addressId: $addressId, address: $address
  }}) {{
    __typename
    ... on PickupBookSuccess {{ replayed pickup {{ ...Booked }} return {{ id {STATE} }} }}
    ... on ReturnNotAwaitingShipment {{ status }}
    {PROBLEM} {NO_PICKUP} {NO_PLACE}
  }}
}}
{PICKUP}"""
CALL_OFF = f"""
mutation CallOff($key: String!, $id: ID!) {{
  pickupCancel(input: {{ idempotencyKey: $key, pickupId: $id }}) {{
    __typename
    ... on PickupCancelSuccess {{ replayed pickup {{ id status }} return {{ id {STATE} }} }}
    ... on PickupNotCancellable {{ status }}
    {PROBLEM}
  }}
}}"""
MOVE = f"""
mutation Move($key: String!, $id: ID!, $slot: ID) {{
  pickupReschedule(input: {{ idempotencyKey: $key, pickupId: $id, slotId: $slot }}) {{
    __typename
    ... on PickupRescheduleSuccess {{ replayed pickup {{ ...Booked }} return {{ id {STATE} }} }}
    ... on PickupNotReschedulable {{ status }}
    {PROBLEM} {NO_PLACE}
  }}
}}
{PICKUP}"""
PAY = f"""
mutation Pay($key: String!, $id: ID!) {{
  pickupFeePay(input: {{ idempotencyKey: $key, pickupId: $id }}) {{
    __typename
    ... on PickupFeePaySuccess {{ replayed pickup {{ id {FEE} }} return {{ id {STATE} }} }}
    ... on PickupFeeNotDue {{ status }}
    {PROBLEM}
  }}
}}"""
CANCEL = f"""
mutation Cancel($key: String!, $id: ID!) {{
  returnCancel(input: {{ idempotencyKey: $key, returnId: $id }}) {{
    __typename
    ... on ReturnCancelSuccess {{ replayed return {{ id endedAt deadlines {{ at }} {STATE} }} }}
    ... on ReturnNotCancellable {{ status }}
    {PROBLEM}
  }}
}}"""
SHIP = f"""
mutation Ship($key: String!, $id: ID!, $company: String!, $number: String!) {{
  waybillSubmit(input: {{
    idempotencyKey: $key, returnId: $id, courierCompany: $company, waybillNumber: $number
  }}) {{
    __typename
    ... on WaybillSubmitSuccess {{
      replayed
      return {{
        id waybill {{ number submittedBy submittedAt courierCompany {{ code name }} }} {STATE}
      }}
      refund {{ advance refundedAt message amount {{ minor }} }}
    }}
    ... on ReturnNotAwaitingShipment {{ status }}
    ... on WaybillUsed {{ waybillNumber }}
    ... on PickupFeeUnpaid {{ pickupId amount {{ minor }} }}
    {PROBLEM}
  }}
}}"""
SLOTS = """
query Slots($returnId: ID, $addressId: ID, $on: Date) {
  pickupSlots(returnId: $returnId, addressId: $addressId, on: $on) {
    id kind startsAt endsAt capacityLeft title
  }
}"""
EVENTS = """
subscription Events($returnId: ID!) { refundUpdates(returnId: $returnId) { event } }"""


async def ask(app: Client, document: str, **variables: Any) -> Any:
    """The one thing that is asked for; `key` is of no account unless it is given."""
    variables.setdefault("key", "once")
    [answer] = (await app.ask(document, **variables)).values()
    return answer


async def buy(world: World, shopper: str, goods: Goods | None = None, **order: Any) -> str:
    """A line of one order, received now."""
    order.setdefault("received_at", START)
    [line] = await create_order(world.db, shopper, [goods or Goods()], **order)
    return line


async def tap(app: Client, line: str, **wishes: Any) -> Any:
    wishes.setdefault("key", f"tap {line}")
    return (await app.ask(ONE_TAP, line=line, **wishes))["oneTapReturn"]


async def opened(app: Client, line: str, **wishes: Any) -> Any:
    """The return that a tap opened. Fails where it was refused."""
    answer = await tap(app, line, **wishes)
    assert answer["__typename"] == "OneTapReturnSuccess", answer
    return answer["return"]


async def seen(app: Client, return_id: str) -> Any:
    return (await app.ask(RETURN, id=return_id))["node"]


async def story(app: Client, return_id: str, length: int) -> list[str]:
    """The first events of a return."""
    async with app.socket() as phone:
        await phone.subscribe(EVENTS, returnId=return_id)
        return [(await phone.next())["refundUpdates"]["event"] for _ in range(length)]


async def approved(world: World, level: int = 3, **order: Any) -> tuple[str, str]:
    """A shopper, and their return that waits for the goods."""
    shopper = await create_shopper(world.db, level=level)
    line = await buy(world, shopper, **order)
    async with world.client(shopper) as app:
        return shopper, (await opened(app, line))["id"]


Report = Callable[..., Awaitable[bool]]


async def reported(world: World, report: Report, subject_id: str, *facts: Any) -> bool:
    """Whether what a partner says changed anything."""
    return await world.db.write(lambda tx: report(tx, subject_id, *facts))


async def accepted(world: World, pickup_id: str) -> None:
    async with world.db.read() as connection:
        company = (await pickups_by_id(connection, [pickup_id]))[pickup_id].courier_company
    assert await reported(world, courier.accepted, pickup_id, company)


async def collected(world: World, pickup_id: str) -> None:
    await accepted(world, pickup_id)
    assert await reported(world, courier.collected, pickup_id)


def codes(actions: list[dict[str, str]]) -> list[str]:
    return [action["code"] for action in actions]


@asynccontextmanager
async def nothing_changes(world: World) -> AsyncIterator[None]:
    """Not a row of any table."""
    before = await dump(world.db)
    yield
    assert await dump(world.db) == before
