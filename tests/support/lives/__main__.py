"""Lives one life again, and prints its steps: `python -m tests.support.lives SEED`.

Or many of them, on every core: `python -m tests.support.lives --count 10000 [--first SEED]`.
"""

import argparse
import asyncio
import sys
from collections import Counter

import uvloop

from tests.support.lives.batch import run_batch
from tests.support.lives.life import Life, LifeFailedError
from tests.support.lives.stage import open_stage


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.lives", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", help="of the life to live again")
    parser.add_argument("--count", type=int, default=10_000, help="of lives, without a seed")
    parser.add_argument("--first", type=int, default=0, help="seed of many")
    arguments = parser.parse_args(words)
    if arguments.seed is None:
        return run_batch(range(arguments.first, arguments.first + arguments.count))
    return one(arguments.seed)


def one(seed: int) -> int:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, open_stage(runner) as stage:
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
