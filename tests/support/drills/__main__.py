"""Drills: what is promised of several processes, tried with real ones under load.

journeys: a thousand through two servers and two workers, each killed in turn.
kills: a server that is killed two hundred times, on either database.
outages: Redis, then PostgreSQL, away for ten seconds.
upgrade: from a former commit, on either database.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack

from rich.console import Console
from rich.progress import Progress

from tests.support.drills import journeys, kills, outages, upgrade
from tests.support.drills.report import Report
from tests.support.drills.stage import Stage, open_stage, own_postgresql, own_redis

JOURNEYS, KILLS = 1000, 200
ALL = "all"

Drill = Callable[[ExitStack, argparse.Namespace, Progress], Awaitable[Report]]


def _on_sqlite(stack: ExitStack) -> Stage:
    return stack.enter_context(open_stage())


def _on_postgresql(stack: ExitStack) -> Stage:
    url = stack.enter_context(own_postgresql()).url()
    return stack.enter_context(open_stage(database_url=url))


def _journeys(
    stack: ExitStack, arguments: argparse.Namespace, progress: Progress
) -> Awaitable[Report]:
    postgresql, redis = stack.enter_context(own_postgresql()), stack.enter_context(own_redis())
    stage = stack.enter_context(open_stage(database_url=postgresql.url(), redis_url=redis.url))
    return journeys.drill(stage, arguments.count or JOURNEYS, progress)


def _outages(
    stack: ExitStack, _arguments: argparse.Namespace, progress: Progress
) -> Awaitable[Report]:
    postgresql, redis = stack.enter_context(own_postgresql()), stack.enter_context(own_redis())
    stage = stack.enter_context(open_stage(database_url=postgresql.url(), redis_url=redis.url))
    return outages.drill(stage, postgresql, redis, progress)


def _kills(open_on: Callable[[ExitStack], Stage]) -> Drill:
    return lambda stack, arguments, progress: kills.drill(
        open_on(stack), arguments.count or KILLS, progress
    )


def _upgrade(open_on: Callable[[ExitStack], Stage]) -> Drill:
    return lambda stack, arguments, progress: upgrade.drill(
        open_on(stack), arguments.former, progress
    )


DRILLS: Mapping[str, Drill] = {
    "journeys": _journeys,
    "kills-sqlite": _kills(_on_sqlite),
    "kills-postgresql": _kills(_on_postgresql),
    "outages": _outages,
    "upgrade-sqlite": _upgrade(_on_sqlite),
    "upgrade-postgresql": _upgrade(_on_postgresql),
}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.drills",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("drill", choices=(*DRILLS, ALL))
    parser.add_argument("--count", type=int, help=f"of journeys ({JOURNEYS}) or of kills ({KILLS})")
    parser.add_argument("--former", default="HEAD", help="the commit to upgrade from")
    arguments = parser.parse_args(words)
    names = DRILLS if arguments.drill == ALL else (arguments.drill,)
    passed = [_passed(name, arguments) for name in names]  # each, whatever the others found
    return int(not all(passed))


def _passed(name: str, arguments: argparse.Namespace) -> bool:
    with Progress(console=Console(stderr=True)) as progress, ExitStack() as stack:

        async def run() -> Report:
            return await DRILLS[name](stack, arguments, progress)

        report = asyncio.run(run())
    for line in report.lines():
        Console(soft_wrap=True).print(line, markup=False, highlight=False)
    return report.passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
