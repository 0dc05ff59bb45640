"""Steps of a return: what the shopper's app does, and what partners report."""

from typing import Any

from bff.domain.returns.reports import courier
from tests.support.client import Client
from tests.support.documents import ONE_TAP, RETURN
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.return_cases import SF_NUMBER, apply_report
from tests.support.return_documents import EVENTS, SHIP
from tests.support.rows import pickup_under
from tests.support.world import START, World


async def ask(app: Client, document: str, **variables: Any) -> Any:
    """The value of the document's one field. Its `key` is "once" where none is given."""
    variables.setdefault("key", "once")
    return await app.ask_field(document, **variables)


async def ship(app: Client, return_id: str, number: str = SF_NUMBER, **options: str) -> Any:
    return await ask(app, SHIP, id=return_id, **{"company": "sf", "number": number} | options)


async def buy(world: World, shopper: str, goods: Goods | None = None, **order: Any) -> str:
    """A line of one order, received now."""
    order.setdefault("received_at", START)
    [line] = await create_order(world.db, shopper, [goods or Goods()], **order)
    return line


async def tap(app: Client, line: str, **wishes: Any) -> Any:
    wishes.setdefault("key", f"tap {line}")
    return (await app.ask(ONE_TAP, line=line, **wishes))["oneTapReturn"]


async def open_return(app: Client, line: str, **wishes: Any) -> Any:
    """The return that a tap opened. Fails where it was refused."""
    answer = await tap(app, line, **wishes)
    assert answer["__typename"] == "OneTapReturnSuccess", answer
    return answer["return"]


async def read_return(app: Client, return_id: str) -> Any:
    return (await app.ask(RETURN, id=return_id))["node"]


async def first_events(app: Client, return_id: str, length: int) -> list[str]:
    """The first events of a return."""
    async with app.socket() as phone:
        await phone.subscribe(EVENTS, returnId=return_id)
        return [(await phone.next())["refundUpdates"]["event"] for _ in range(length)]


async def approved_return(world: World, level: int = 3, **order: Any) -> tuple[str, str]:
    """A shopper, and their return that waits for the goods."""
    shopper = await create_shopper(world.db, level=level)
    line = await buy(world, shopper, **order)
    async with world.client(shopper) as app:
        return shopper, (await open_return(app, line))["id"]


async def tap_return(world: World, shopper: str) -> str:
    [line] = await create_order(world.db, shopper, received_at=START)
    async with world.client(shopper) as app:
        return str((await app.ask_field(ONE_TAP, key=line, line=line))["return"]["id"])


async def courier_accepts(world: World, pickup_id: str) -> None:
    async with world.db.read() as connection:
        company = (await pickup_under(connection, pickup_id)).courier_company
    assert await apply_report(world, courier.accepted, pickup_id, company)


async def courier_collects(world: World, pickup_id: str) -> None:
    await courier_accepts(world, pickup_id)
    assert await apply_report(world, courier.collected, pickup_id)


def codes(actions: list[dict[str, str]]) -> list[str]:
    return [action["code"] for action in actions]
