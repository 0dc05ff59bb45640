"""Many lives, on every core."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import uvloop
from rich.console import Console
from rich.progress import Progress

from tests.support.lives.coverage import expected
from tests.support.lives.life import Life, LifeFailedError
from tests.support.lives.performer import Seen
from tests.support.lives.stage import open_stage

AT_ONCE = 250


def run_batch(seeds: range) -> int:
    """1 where a life fails, or where they do not reach all that they should."""
    console = Console()
    seen: Seen = Counter()
    failed: list[str] = []
    for reached, failures in _lived(seeds, console):
        seen.update(reached)
        failed.extend(failures)
    missed = sorted(expected() - seen.keys())
    console.print(f"{len(seeds) - len(failed)} of {len(seeds)} lives are as they should be")
    for line in [*failed[:5], *(f"never reached: {one}" for one in missed)]:
        console.print(line, markup=False)
    return int(bool(failed or missed))


def _lived(seeds: range, console: Console) -> Iterator[tuple[Seen, list[str]]]:
    parts = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    cores = ProcessPoolExecutor(os.cpu_count(), get_context("spawn"))
    with cores, Progress(console=console, transient=True) as progress:
        task = progress.add_task("lives", total=len(seeds))
        under_way = {cores.submit(run_part, part): len(part) for part in parts}
        for done in as_completed(under_way):
            progress.advance(task, under_way[done])
            yield done.result()


def run_part(seeds: range) -> tuple[Seen, list[str]]:
    """What they saw, and how those went that failed."""
    seen: Seen = Counter()
    failed = []
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, open_stage(runner) as stage:
        for seed in seeds:
            try:
                runner.run(Life(stage, seed, seen).live())
            except LifeFailedError as error:
                failed.append(str(error))
    return seen, failed
