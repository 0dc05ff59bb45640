"""Shows that the tests catch known mistakes: `python -m tools.mutants [NAME…]`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tools.planted import PLANTED
from tools.planting import Mutant, Outcome, outcomes, untouched

ROOT = Path(__file__).parents[1]
COLOURS = {"caught": "green", "escaped": "red", "broken": "red"}


def main(names: Sequence[str]) -> int:
    """0 where each mutant is caught, and 1 otherwise."""
    chosen = [mutant for mutant in PLANTED if mutant.name in names or not names]
    if unknown := set(names) - {mutant.name for mutant in chosen}:
        known = ", ".join(mutant.name for mutant in PLANTED)
        sys.stderr.write(f"no mutant {', '.join(sorted(unknown))}; there are: {known}\n")
        return 2
    console = Console()
    done = _watched(console, [untouched(chosen), *chosen])
    good = sum(_is_good(one) for one in done) - _is_good(done[0])
    console.print(f"{good} of {len(chosen)} caught")
    return int(not all(map(_is_good, done)))


def _watched(console: Console, mutants: Sequence[Mutant]) -> list[Outcome]:
    """The untouched source first, whoever was done first."""
    columns = (TextColumn("mutants"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    done = []
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("mutants", total=len(mutants))
        for outcome in outcomes(ROOT, mutants):
            progress.advance(task)
            console.print(_told(outcome), soft_wrap=True)
            done.append(outcome)
    return sorted(done, key=lambda one: mutants.index(one.mutant))


def _told(outcome: Outcome) -> str:
    if outcome.mutant.name == "untouched":
        good = _is_good(outcome)
        return "the source as it is passes" if good else f"[red]it fails[/]: {escape(outcome.by)}"
    end = f"[{COLOURS[outcome.end]}]{outcome.end:8}[/]"
    return f"{end} {outcome.mutant.name}: {outcome.mutant.breaks}\n         {escape(outcome.by)}"


def _is_good(outcome: Outcome) -> bool:
    return outcome.end == ("escaped" if outcome.mutant.name == "untouched" else "caught")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
