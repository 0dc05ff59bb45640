"""From waybill to money: how long it takes while many return and many watch.

A server in its own process; phones connected over websockets, each following a return of its
own from before the start; then so many journeys a second: tap with pickup, follow, and a moment
later the waybill. Measured from sending `waybillSubmit` until the phone hears REFUND_ADVANCED,
and until the mutation is answered. Journeys start by the clock, however slow earlier ones are.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks.outcome import Options, Outcome, Sheet, percentile
from benchmarks.phone import Phone, connected
from benchmarks.stage import advanced, right_advance, serving, set_up

PATIENCE_S = 10.0
PAUSE_S = 1.0
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Load:
    subscribers: int
    rate: float
    seconds: float

    @property
    def journeys(self) -> int:
        return round(self.rate * self.seconds)

    @property
    def lines_each(self) -> int:
        """One that is followed throughout, and one for each of the phone's journeys."""
        return 1 + -(-self.journeys // self.subscribers)


LOAD, QUICK_LOAD = Load(200, 20.0, 30.0), Load(50, 10.0, 10.0)


@dataclass(frozen=True, slots=True)
class Journey:
    """Moments of this process's clock in seconds; `pushed_at` None: never pushed."""

    phone: Phone
    return_id: str
    submitted_at: float
    answered_at: float
    pushed_at: float | None

    @property
    def pushed_once(self) -> bool:
        return len(self.phone.pushed_at[self.return_id]) == 1


async def journey(phones: Sequence[Phone], number: int) -> Journey:
    phone = phones[number % len(phones)]
    line = phone.buyer.lines[1 + number // len(phones)]
    opened = await phone.tap(line, area_of(number % len(phones)))
    await phone.follow(opened["id"], opened["updatesCursor"])
    await asyncio.sleep(PAUSE_S)
    submitted_at = time.perf_counter()
    await phone.submit(opened["id"], f"CN{number:010}")
    answered_at = time.perf_counter()
    pushed_at = await phone.refunded(opened["id"], PATIENCE_S)
    return Journey(phone, opened["id"], submitted_at, answered_at, pushed_at)


def area_of(number: int) -> str:
    """Pickup places are counted by area: one for each phone."""
    return f"浙江省杭州市{number}区"


async def follow_first(phone: Phone, turn: asyncio.Semaphore) -> None:
    """A return without a pickup: nothing happens to it, and it stays followed."""
    async with turn:
        opened = await phone.tap(phone.buyer.lines[0])
        await phone.follow(opened["id"], opened["updatesCursor"])


async def drive(phones: Sequence[Phone], load: Load, progress: Progress) -> list[Journey]:
    """By the clock; a failed journey is left out and printed."""
    bar = progress.add_task("Journeys", total=load.journeys)
    begun_at = time.perf_counter()
    tasks = []
    for number in range(load.journeys):
        await asyncio.sleep(max(0.0, begun_at + number / load.rate - time.perf_counter()))
        task = asyncio.create_task(journey(phones, number))
        task.add_done_callback(lambda _: progress.advance(bar))
        tasks.append(task)
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in (one for one in ended if isinstance(one, BaseException)):
        progress.console.print(f"failed: {error!r}")
    return [one for one in ended if isinstance(one, Journey)]


async def measure_load(database: Path, load: Load, progress: Progress) -> list[Journey]:
    buyers = await set_up(database, load.subscribers, load.lines_each)
    turn = asyncio.Semaphore(AT_ONCE)
    async with serving(database) as served, AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(connected(served.base, one)) for one in buyers]
        await asyncio.gather(*(follow_first(phone, turn) for phone in phones))
        await asyncio.sleep(PAUSE_S)
        return await drive(phones, load, progress)


async def lost(database: Path, load: Load, done: Sequence[Journey]) -> int:
    """Journeys that failed, weren't pushed exactly once, or aren't right in the ledger."""
    ledger = await advanced(database)
    right = [
        one
        for one in done
        if one.pushed_once and ledger.get(one.return_id) == right_advance(one.phone.buyer)
    ]
    strangers = ledger.keys() - {one.return_id for one in done}
    return load.journeys - len(right) + len(strangers)


def sheet_of(load: Load, done: Sequence[Journey], missing: int) -> Sheet:
    sheet = Sheet(title(load, done), ("ms from waybillSubmit to", "p50", "p95", "p99", "max"))
    sheet.note = f"{len(done)} journeys, {missing} lost"
    for name, values in (("push of REFUND_ADVANCED", pushes(done)), ("HTTP answer", answers(done))):
        cells = (f"{percentile(values, percent) * 1000:.1f}" for percent in (50, 95, 99, 100))
        sheet.add(name, *cells)
    return sheet


def title(load: Load, done: Sequence[Journey]) -> str:
    times = [one.submitted_at for one in done]
    rate = (len(times) - 1) / (max(times) - min(times)) if len(times) > 1 else 0.0
    return f"Money back: {rate:.1f} journeys a second, {load.subscribers} phones connected"


def pushes(done: Sequence[Journey]) -> list[float]:
    return [one.pushed_at - one.submitted_at for one in done if one.pushed_at]


def answers(done: Sequence[Journey]) -> list[float]:
    return [one.answered_at - one.submitted_at for one in done]


async def run(database: Path, load: Load) -> Outcome:
    with Progress(console=Console(stderr=True)) as progress:
        done = await measure_load(database, load, progress)
    missing = await lost(database, load, done)
    figures = {"journeys.p99_s": percentile(pushes(done), 99), "journeys.lost": float(missing)}
    return Outcome(figures, [sheet_of(load, done, missing)])


def measure(options: Options) -> Outcome:
    load = QUICK_LOAD if options.quick else LOAD
    return asyncio.run(run(options.folder / "journeys.sqlite3", load))
