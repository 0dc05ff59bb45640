"""Shows that the tests catch known defects: `python -m tools.mutants [NAME…]`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tools.mutants.catalogue import CATALOGUE
from tools.mutants.runner import Mutant, Outcome, outcomes, untouched

ROOT = Path(__file__).parents[2]
COLOURS = {"caught": "green", "escaped": "red", "broken": "red"}


def main(names: Sequence[str]) -> int:
    """The exit code: 0 where every mutant is caught, 1 where one is not, 2 for an unknown name."""
    chosen = [mutant for mutant in CATALOGUE if mutant.name in names or not names]
    if unknown := set(names) - {mutant.name for mutant in chosen}:
        known = ", ".join(mutant.name for mutant in CATALOGUE)
        sys.stderr.write(f"no mutant {', '.join(sorted(unknown))}; there are: {known}\n")
        return 2
    console = Console()
    baseline, *results = _run(console, [untouched(chosen), *chosen])
    console.print(f"{sum(map(_as_expected, results))} of {len(chosen)} caught")
    return int(not all(map(_as_expected, [baseline, *results])))


def _run(console: Console, mutants: Sequence[Mutant]) -> list[Outcome]:
    """Prints each outcome as it comes; returns them in the order of the mutants."""
    columns = (TextColumn("mutants"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    results = []
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("mutants", total=len(mutants))
        for outcome in outcomes(ROOT, mutants):
            progress.advance(task)
            console.print(_summary(outcome), soft_wrap=True)
            results.append(outcome)
    return sorted(results, key=lambda outcome: mutants.index(outcome.mutant))


def _summary(outcome: Outcome) -> str:
    if outcome.mutant.name == "untouched":
        if _as_expected(outcome):
            return "the unchanged source passes"
        return f"[red]the unchanged source fails[/]: {escape(outcome.by)}"
    end = f"[{COLOURS[outcome.end]}]{outcome.end:8}[/]"
    return f"{end} {outcome.mutant.name}: {outcome.mutant.breaks}\n         {escape(outcome.by)}"


def _as_expected(outcome: Outcome) -> bool:
    return outcome.end == ("escaped" if outcome.mutant.name == "untouched" else "caught")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
