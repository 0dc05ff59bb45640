"""A server that is killed again and again under load: what it has acknowledged stays."""

import asyncio
import random
import statistics
from collections.abc import Sequence

import httpx
from rich.progress import Progress

from tests.support.buyers import Buyer, create_buyers
from tests.support.drills.findings import judge
from tests.support.drills.fleet import Member, new_fleet, running
from tests.support.drills.phone import Memory, Phone
from tests.support.drills.report import Report
from tests.support.drills.stage import Stage

CLIENTS = 16
LINES_EACH = 1000
UP_S = (0.05, 1.0)  # between being ready and the next kill
LOOKED_AT_AGAIN = 5


async def drill(stage: Stage, kills: int, progress: Progress) -> Report:
    buyers = await create_buyers(stage.parsed, CLIENTS, LINES_EACH)
    fleet = new_fleet(stage, servers=1, workers=0)
    [server] = fleet.servers
    server.arguments = ("serve",)
    memory, down_s = Memory(), list[float]()
    bar = progress.add_task("Kills", total=kills)
    async with running(fleet), httpx.AsyncClient(verify=False) as http:
        phones = [Phone(one.token, fleet.bases, http, memory) for one in buyers]
        clients = [
            asyncio.create_task(_tap_all(*each)) for each in zip(phones, buyers, strict=True)
        ]
        for _ in range(kills):
            await asyncio.sleep(random.uniform(*UP_S))
            down_s.append(await _kill(server))
            progress.advance(bar)
        for client in clients:
            client.cancel()
        ended = await asyncio.gather(*clients, return_exceptions=True)
        memory.answers.wrong.extend(repr(one) for one in ended if isinstance(one, Exception))
        for phone, buyer in zip(phones, buyers, strict=True):
            await _tap_again(phone, buyer)
    return await _report(stage, server, memory, down_s)


async def _tap_all(phone: Phone, buyer: Buyer) -> None:
    """One line after the other, each with the same key until it is answered."""
    for line in buyer.lines:
        await phone.tap(line)


async def _kill(server: Member) -> float:
    """The seconds until it is ready again."""
    await server.kill()
    await server.start()
    return await server.ready()


async def _tap_again(phone: Phone, buyer: Buyer) -> None:
    """The same keys give the same returns."""
    known = phone.memory.acknowledged
    for line in [line for line in buyer.lines if line in known][-LOOKED_AT_AGAIN:]:
        again = await phone.tap(line)
        if not again["replayed"] or again["return"]["id"] != known[line]:
            phone.answers.wrong.append(f"{line} again: {again}")


async def _report(stage: Stage, server: Member, memory: Memory, down_s: Sequence[float]) -> Report:
    report = Report(f"{server.kills} kills under the load of {CLIENTS} clients")
    ordered = sorted(down_s)
    report.figures["ready again after"] = (
        f"median {statistics.median(ordered):.2f} s, longest {ordered[-1]:.2f} s"
    )
    await judge(report, stage, memory)
    return report
