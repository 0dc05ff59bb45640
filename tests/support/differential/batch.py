"""Many cases, on every core."""

import os
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.support.differential.runner import MIN_PLANNED, Tally, opened

AT_ONCE = 100
MAX_DIFFERENCES = 5


def run_batch(folder: Path, seeds: range) -> int:
    console = Console()
    tally = Tally()
    for part in _run(folder, seeds, console):
        tally.add(part)
    for difference in tally.differences[:MAX_DIFFERENCES]:
        console.print(difference, markup=False, highlight=False, soft_wrap=True)
    console.print(str(tally), highlight=False)
    return int(bool(tally.differences) or tally.share < MIN_PLANNED)


def _run(folder: Path, seeds: range, console: Console) -> Iterator[Tally]:
    """On every core, and no further once there is something to tell."""
    parts = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    cores = ProcessPoolExecutor(os.cpu_count(), get_context("spawn"))
    with cores, Progress(console=console, transient=True) as progress:
        task = progress.add_task("operations", total=len(seeds))
        under_way = {cores.submit(run_part, folder, part): len(part) for part in parts}
        for done in as_completed(under_way):
            progress.advance(task, under_way[done])
            yield done.result()
            if done.result().differences:
                cores.shutdown(cancel_futures=True)
                break


def run_part(folder: Path, seeds: range) -> Tally:
    # graphql-core drops what it has not begun when an error ends it
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    with opened(folder) as comparison:
        return comparison.run(seeds)
