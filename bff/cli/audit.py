"""`bff audit`: whether the books are right, for the night."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bff.audit import auditor
from bff.audit.auditor import Judgement
from bff.audit.law import Finding, Law
from bff.audit.laws import LAWS
from bff.cli.output import AsJson, print_json, print_table
from bff.cli.progress import open_bars
from bff.cli.runtime import check_database_file, current_settings, exit_where, run, stop
from bff.core.clock import SystemClock
from bff.db.engines import open_database
from bff.db.schema import require_schema
from bff.settings import Settings

Only = Annotated[
    list[str] | None, typer.Option(metavar="LAW", help="A law by its name; again for another.")
]
COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)
commands = typer.Typer()


@commands.command()
def audit(only: Only = None, as_json: AsJson = False) -> None:
    """Look for whatever is wrong in the books, while others write; exits with 1 where anything is.

    It reads, and changes nothing.
    """
    laws = _chosen(only)
    judgements = run(_audit(current_settings(), laws))
    if as_json:
        print_json(judgements)
    else:
        _print(judgements)
    exit_where(not all(one.holds for one in judgements))


def _chosen(names: Sequence[str] | None) -> Sequence[Law]:
    known = {law.name: law for law in LAWS}
    if unknown := [name for name in names or () if name not in known]:
        stop(f"there is no law {', '.join(unknown)}; there are: {', '.join(known)}")
    return [known[name] for name in names] if names else LAWS


async def _audit(settings: Settings, laws: Sequence[Law]) -> list[Judgement]:
    """As the database lies there: opening the services would set what timers are missing."""
    check_database_file(settings)
    db = open_database(settings.address, SystemClock())
    try:
        await require_schema(db)
        with open_bars(*COLUMNS) as bars:
            return await auditor.audit(db, laws, progress=LawBar(bars, len(laws)).show)
    finally:
        await db.close()


def _print(judgements: Sequence[Judgement]) -> None:
    findings = [finding for one in judgements for finding in one.findings]
    if findings:
        print_table(("law", "of", "expected", "found"), [_row(one) for one in findings])
    else:
        looked_at = [(one.law, f"{one.looked_at:,}", one.claim) for one in judgements]
        print_table(("law", "looked at", "what holds"), looked_at)
    for one in judgements:
        if one.more:
            typer.echo(f"{one.law}: and {one.more:,} more")
    broken = sum(not one.holds for one in judgements)
    wrong = sum(len(one.findings) + one.more for one in judgements)
    typer.echo(
        f"Wrong: {wrong:,}, by {broken} of {len(judgements)} laws."
        if wrong
        else f"The books are right, by {len(judgements)} laws."
    )


def _row(one: Finding) -> tuple[str, ...]:
    ids = "\n".join(f"{name} {value}" for name, value in one.ids.items())
    return one.law, ids, one.expected, one.found


class LawBar:
    """Which law is looked after, and how much of it."""

    def __init__(self, progress: Progress, laws: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=laws)
        self._seen: set[str] = set()

    def show(self, judgement: Judgement) -> None:
        self._seen.add(judgement.law)
        words = f"{judgement.law}: {judgement.looked_at:,} looked at"
        self._progress.update(self._task, description=words, completed=len(self._seen) - 1)
