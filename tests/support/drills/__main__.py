"""Drills: what is promised of several processes, tried with real ones that are killed.

`python -m tests.support.drills journeys|kills|outages|upgrade`
"""

import argparse
import asyncio
import sys
from contextlib import ExitStack

from rich.console import Console
from rich.progress import Progress

from tests.support.drills import journeys, kills, outages, upgrade
from tests.support.drills.report import Report
from tests.support.drills.stage import Stage, open_stage, own_postgresql, own_redis

SQLITE, POSTGRESQL = "sqlite", "postgresql"
JOURNEYS, KILLS = 1000, 200


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.drills", description=__doc__)
    parser.add_argument("drill", choices=("journeys", "kills", "outages", "upgrade"))
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=POSTGRESQL)
    parser.add_argument("--count", type=int, help=f"of journeys ({JOURNEYS}) or of kills ({KILLS})")
    parser.add_argument("--former", default="HEAD", help="the commit to upgrade from")
    arguments = parser.parse_args(words)
    console = Console()
    with Progress(console=Console(stderr=True)) as progress:
        report = asyncio.run(_run(arguments, progress))
    for line in report.lines():
        console.print(line, markup=False, highlight=False)
    return 0 if report.passed else 1


async def _run(arguments: argparse.Namespace, progress: Progress) -> Report:
    with ExitStack() as stack:
        if arguments.drill in ("kills", "upgrade"):
            stage = _on_either(stack, arguments.database)
            if arguments.drill == "upgrade":
                return await upgrade.drill(stage, arguments.former, progress)
            return await kills.drill(stage, arguments.count or KILLS, progress)
        postgresql = stack.enter_context(own_postgresql())
        redis = stack.enter_context(own_redis())
        urls = {"database_url": postgresql.url(), "redis_url": redis.url}
        stage = stack.enter_context(open_stage(**urls))
        if arguments.drill == "outages":
            return await outages.drill(stage, postgresql, redis, progress)
        return await journeys.drill(stage, arguments.count or JOURNEYS, progress)


def _on_either(stack: ExitStack, database: str) -> Stage:
    if database == SQLITE:
        return stack.enter_context(open_stage())
    postgresql = stack.enter_context(own_postgresql())
    return stack.enter_context(open_stage(database_url=postgresql.url()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
