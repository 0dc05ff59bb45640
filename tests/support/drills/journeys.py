"""A thousand journeys at once through two servers and two workers, each killed in turn."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import httpx
from rich.progress import Progress

from tests.support.buyers import Buyer, create_buyers
from tests.support.drills.findings import judge
from tests.support.drills.fleet import Fleet, new_fleet, running
from tests.support.drills.phone import Memory, Phone
from tests.support.drills.report import Report
from tests.support.drills.stage import Stage

LAST = ("REFUND_SETTLED",)
PAUSE_S, DOWN_S = 2.0, 0.5
PATIENCE_S = 3600.0


async def drill(stage: Stage, journeys: int, progress: Progress) -> Report:
    """Every subscriber sees the whole life of its return, whoever is killed meanwhile."""
    buyers = await create_buyers(stage.parsed, journeys, lines=1)
    fleet = new_fleet(stage, servers=2, workers=2)
    memory = Memory()
    async with running(fleet):
        killing = asyncio.create_task(fleet.kill_in_turn(PAUSE_S, DOWN_S))
        try:
            await _all(buyers, fleet, memory, progress)
        finally:
            killing.cancel()
            with suppress(asyncio.CancelledError):
                await killing
    return await _report(stage, fleet, memory)


async def _all(buyers: Sequence[Buyer], fleet: Fleet, memory: Memory, progress: Progress) -> None:
    bar = progress.add_task("Journeys", total=len(buyers))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(verify=False, limits=limits) as http:

        async def one(buyer: Buyer) -> None:
            phone = Phone(buyer.token, fleet.bases, http, memory)
            tapped = await phone.tap(buyer.lines[0], buyer.region)
            await phone.follow(tapped["return"], LAST)
            progress.advance(bar)

        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            for buyer in buyers:
                group.create_task(one(buyer))


async def _report(stage: Stage, fleet: Fleet, memory: Memory) -> Report:
    report = Report(
        f"{len(memory.acknowledged)} journeys through {len(fleet.servers)} servers and "
        f"{len(fleet.workers)} workers"
    )
    kills = ", ".join(f"{one.name} {one.kills} times" for one in fleet.members)
    report.figures["killed"] = kills
    await judge(report, stage, memory)
    return report
