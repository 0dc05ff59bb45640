"""A return in a demonstration, which its simulated partners take to its end."""

import asyncio
from typing import Any

from tests.support.client import Client, Socket

EVENTS = [
    "RETURN_OPENED",
    "RETURN_APPROVED",
    "PICKUP_BOOKED",
    "PICKUP_ACCEPTED",
    "PICKUP_COLLECTED",
    "PICKUP_WEIGHED",
    "WAYBILL_SUBMITTED",
    "REFUND_ADVANCED",
]
EXPRESS = """
{ viewer { orders { nodes { lines { id paid { minor } returnability { express } } } } } }
"""


async def express_line(app: Client) -> str:
    """The cheapest: which are there depends on the hour, and not every refund is advanced."""
    orders = (await app.ask(EXPRESS))["viewer"]["orders"]["nodes"]
    lines = [line for order in orders for line in order["lines"]]
    express = [line for line in lines if line["returnability"]["express"]]
    return str(min(express, key=lambda line: int(line["paid"]["minor"]))["id"])


async def until(phone: Socket, event: str) -> list[Any]:
    """What is pushed, up to this event; fails when it doesn't come within a minute."""
    updates: list[Any] = []
    async with asyncio.timeout(60):
        while not updates or updates[-1]["event"] != event:
            updates.append((await phone.next())["refundUpdates"])
    return updates
