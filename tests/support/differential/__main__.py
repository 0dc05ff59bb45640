"""Generated operations, each run by graphql-core and by its plan: the answers must be equal.

`python -m tests.support.differential --count 20000 [--seed FIRST]` runs many, on every core;
`python -m tests.support.differential SEED` runs one of them again. The exit status is 1 where
any differ.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.differential.batch import run_batch, run_part
from tests.support.differential.runner import built
from tests.support.lives.stage import MEMORY


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.differential", description=__doc__
    )
    parser.add_argument("again", type=int, nargs="?", metavar="SEED", help="of one to run again")
    parser.add_argument("--count", type=int, default=20_000, help="of operations")
    parser.add_argument("--seed", type=int, default=0, help="of the first of many")
    arguments = parser.parse_args(words)
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        if arguments.again is not None:
            return one(built(Path(folder)), arguments.again)
        return run_batch(
            built(Path(folder)), range(arguments.seed, arguments.seed + arguments.count)
        )


def one(folder: Path, seed: int) -> int:
    tally = run_part(folder, range(seed, seed + 1))
    sys.stdout.write("".join([*tally.differences, f"{tally}\n"]))
    return int(bool(tally.differences))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
