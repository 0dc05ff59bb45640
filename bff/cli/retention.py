"""`bff retention`: what is old enough to go."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

import typer

from bff.app import periods_of
from bff.cli.output import AsJson, print_list
from bff.cli.runtime import current_settings, run_with_services
from bff.domain.retention.model import Kept, Outcome, Periods
from bff.domain.retention.service import count_old, delete_some
from bff.services import Services

commands = typer.Typer()


@commands.command()
def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would go; delete nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is older than the settings BFF_RETENTION_… say, as the worker does each day."""
    settings = current_settings()
    periods = periods_of(settings)
    count = _count if dry_run else _delete
    counts = run_with_services(lambda services: count(services, periods), settings)
    outcomes = [Outcome(kept, periods[kept].days, number) for kept, number in counts.items()]
    headings = ("what", "kept for days", "would go" if dry_run else "deleted")
    print_list(outcomes, headings, _row, as_json=as_json, nothing="")


async def _count(services: Services, periods: Periods) -> Mapping[Kept, int]:
    db, counts = services.db, {}
    for kept, period in periods.items():
        async with db.read() as connection:
            counts[kept] = await count_old(connection, db.clock.now(), kept, period)
    return counts


async def _delete(services: Services, periods: Periods) -> Mapping[Kept, int]:
    counts = dict.fromkeys(periods, 0)
    for kept in periods:
        more = True
        while more:
            deleted, more = await services.db.write(
                partial(delete_some, kept=kept, period=periods[kept])
            )
            counts[kept] += deleted
    return counts


def _row(outcome: Outcome) -> tuple[str, ...]:
    return outcome.kept, str(outcome.days), str(outcome.count)
