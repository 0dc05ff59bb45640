"""Many lives, on every core."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context

import uvloop
from rich.console import Console
from rich.progress import Progress

from tests.support.lives.coverage import expected
from tests.support.lives.life import Life, LifeFailedError
from tests.support.lives.performer import Seen
from tests.support.lives.postgresql_stage import open_stage_on
from tests.support.lives.stage import open_stage
from tests.support.servers.postgresql import PostgresqlServer
from tests.support.servers.run_folder import run_folder, shared_folder

AT_ONCE = 250


def run_batch(seeds: range, *, on_postgresql: bool = False) -> int:
    """1 where a life fails, or where they do not reach all that they should."""
    console = Console()
    seen: Seen = Counter()
    failed: list[str] = []
    with ExitStack() as stack:
        server = stack.enter_context(own_postgresql()) if on_postgresql else None
        for reached, failures in _lived(seeds, server, console):
            seen.update(reached)
            failed.extend(failures)
    missed = sorted(expected() - seen.keys())
    console.print(f"{len(seeds) - len(failed)} of {len(seeds)} lives are as they should be")
    for line in [*failed[:5], *(f"never reached: {one}" for one in missed)]:
        console.print(line, markup=False)
    return int(bool(failed or missed))


@contextmanager
def own_postgresql() -> Iterator[str]:
    """The URL of a server for this run alone."""
    with run_folder(shared_folder()) as folder:
        server = PostgresqlServer(folder / "postgresql")
        server.create()
        server.start()
        yield server.url()


def _lived(seeds: range, server: str | None, console: Console) -> Iterator[tuple[Seen, list[str]]]:
    parts = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    cores = ProcessPoolExecutor(os.cpu_count(), get_context("spawn"))
    with cores, Progress(console=console, transient=True) as progress:
        task = progress.add_task("lives", total=len(seeds))
        under_way = {cores.submit(run_part, part, server): len(part) for part in parts}
        for done in as_completed(under_way):
            progress.advance(task, under_way[done])
            yield done.result()


def run_part(seeds: range, server: str | None) -> tuple[Seen, list[str]]:
    """What they saw, and how those went that failed. `server`: the URL of PostgreSQL's."""
    seen: Seen = Counter()
    failed = []
    with (
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        open_stage_on(server, runner) if server else open_stage(runner) as stage,
    ):
        for seed in seeds:
            try:
                runner.run(Life(stage, seed, seen).live())
            except LifeFailedError as error:
                failed.append(str(error))
    return seen, failed
