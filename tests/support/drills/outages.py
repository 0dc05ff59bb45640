"""Redis, then PostgreSQL, stopped for ten seconds under load, and started again."""

import asyncio
from collections.abc import Callable

import httpx
from rich.progress import Progress

from tests.support.buyers import Buyer, create_buyers
from tests.support.drills.findings import judge
from tests.support.drills.fleet import new_fleet, running
from tests.support.drills.phone import Memory, Phone
from tests.support.drills.report import Report
from tests.support.drills.stage import Stage
from tests.support.servers.postgresql import PostgresqlServer
from tests.support.servers.redis import RedisServer

CLIENTS = 16
LINES_EACH = 100
PAUSE_S = 0.3  # between two taps of a phone
AWAY_S = 10.0
BETWEEN_S = 5.0
PATIENCE_S = 900.0
LAST = ("REFUND_SETTLED", "REFUND_PAID_BY_MERCHANT")  # advanced, or not


async def drill(
    stage: Stage, postgresql: PostgresqlServer, redis: RedisServer, progress: Progress
) -> Report:
    """Meanwhile the answers are honest; afterwards all goes on, and nobody has to do anything."""
    buyers = await create_buyers(stage.parsed, CLIENTS, LINES_EACH)
    fleet = new_fleet(stage, servers=2, workers=1)
    memory, bar = Memory(), progress.add_task("Outages", total=2)
    async with running(fleet), httpx.AsyncClient(verify=False) as http:
        clients = [
            asyncio.create_task(_live(Phone(one.token, fleet.bases, http, memory), one))
            for one in buyers
        ]
        await _away(redis.stop, redis.start)
        progress.advance(bar)
        await _away(lambda: postgresql.stop("immediate"), postgresql.start)
        progress.advance(bar)
        ended = [one.name for one in fleet.members if one.process and one.process.returncode]
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*clients)
    report = Report(f"Redis, then PostgreSQL, away for {AWAY_S:.0f} seconds each")
    report.check("processes that ended", ended)
    await judge(report, stage, memory)
    return report


async def _live(phone: Phone, buyer: Buyer) -> None:
    """One line after the other. A courier comes for the first and the last, and these are followed
    to their ends."""
    first, *others, last = buyer.lines
    tapped = await phone.tap(first, buyer.region)
    following = asyncio.create_task(phone.follow(tapped["return"], LAST))
    for line in others:
        await asyncio.sleep(PAUSE_S)
        await phone.tap(line)
    tapped = await phone.tap(last, buyer.region)
    await phone.follow(tapped["return"], LAST)
    await following


async def _away(stop: Callable[[], None], start: Callable[[], None]) -> None:
    await asyncio.sleep(BETWEEN_S)
    await asyncio.to_thread(stop)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(start)
