"""Lives one life again, and prints its steps: `python -m tests.support.lives SEED`.

Or many of them, on every core: `python -m tests.support.lives --count 10000 [--first SEED]`.
"""

import argparse
import asyncio
import sys
from collections import Counter
from contextlib import ExitStack

import uvloop

from tests.support.lives.batch import own_postgresql, run_batch
from tests.support.lives.life import Life, LifeFailedError
from tests.support.lives.postgresql_stage import open_stage_on
from tests.support.lives.stage import open_stage


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.lives", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", help="of the life to live again")
    parser.add_argument("--count", type=int, default=10_000, help="of lives, without a seed")
    parser.add_argument("--first", type=int, default=0, help="seed of many")
    parser.add_argument(
        "--postgresql",
        action="store_true",
        help="on PostgreSQL, by eight programs at the same time; a seed is another life each time",
    )
    arguments = parser.parse_args(words)
    if arguments.seed is None:
        seeds = range(arguments.first, arguments.first + arguments.count)
        return run_batch(seeds, on_postgresql=arguments.postgresql)
    return one(arguments.seed, on_postgresql=arguments.postgresql)


def one(seed: int, *, on_postgresql: bool) -> int:
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))
        if on_postgresql:
            server = stack.enter_context(own_postgresql())
            stage = stack.enter_context(open_stage_on(server, runner))
        else:
            stage = stack.enter_context(open_stage(runner))
        life = Life(stage, seed, Counter())
        try:
            runner.run(life.live())
        except LifeFailedError as error:
            sys.stdout.write(f"{error}\n")
            return 1
        sys.stdout.write("\n".join([*life.story, f"life {seed} is as it should be", ""]))
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
