"""Drills: what is promised of several processes, tried with real ones that are killed.

`python -m tests.support.drills journeys|kills|outages|upgrade`
"""

import argparse
import asyncio
import sys
from contextlib import ExitStack

from rich.console import Console
from rich.progress import Progress

from tests.support.drills import journeys, kills, outages
from tests.support.drills.report import Report
from tests.support.drills.stage import open_stage, own_postgresql, own_redis

SQLITE, POSTGRESQL = "sqlite", "postgresql"
JOURNEYS, KILLS = 1000, 200


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.drills", description=__doc__)
    parser.add_argument("drill", choices=("journeys", "kills", "outages"))
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=POSTGRESQL)
    parser.add_argument("--count", type=int, help=f"of journeys ({JOURNEYS}) or of kills ({KILLS})")
    arguments = parser.parse_args(words)
    console = Console()
    with Progress(console=Console(stderr=True)) as progress:
        report = asyncio.run(_run(arguments, progress))
    for line in report.lines():
        console.print(line, markup=False, highlight=False)
    return 0 if report.passed else 1


async def _run(arguments: argparse.Namespace, progress: Progress) -> Report:
    count = arguments.count
    with ExitStack() as stack:
        if arguments.drill == "kills" and arguments.database == SQLITE:
            stage = stack.enter_context(open_stage())
            return await kills.drill(stage, count or KILLS, progress)
        postgresql = stack.enter_context(own_postgresql())
        if arguments.drill == "kills":
            stage = stack.enter_context(open_stage(database_url=postgresql.url()))
            return await kills.drill(stage, count or KILLS, progress)
        redis = stack.enter_context(own_redis())
        urls = {"database_url": postgresql.url(), "redis_url": redis.url}
        stage = stack.enter_context(open_stage(**urls))
        if arguments.drill == "outages":
            return await outages.drill(stage, postgresql, redis, progress)
        return await journeys.drill(stage, count or JOURNEYS, progress)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
