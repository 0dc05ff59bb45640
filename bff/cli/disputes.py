"""`bff disputes` and `bff decide`: what the platform's staff have to decide."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from msgspec import to_builtins
from rich.console import Console
from rich.table import Column, Table

from bff.app import open_services
from bff.cli.runtime import current_settings, run, stop
from bff.core.clock import SHANGHAI
from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.domain.returns.disputes import Dispute, open_disputes
from bff.domain.returns.model import Winner
from bff.domain.returns.reports import staff
from bff.locale.messages import format_money

commands = typer.Typer()


@commands.command()
def disputes(
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON list, for programs to read.")
    ] = False,
) -> None:
    """List the returns that wait for a decision, the one that has waited longest first."""
    found = run(_open_disputes())
    if as_json:
        plain = to_builtins(found, builtin_types=[datetime])
        typer.echo(json.dumps(plain, default=_iso, ensure_ascii=False))
    else:
        Console().print(_table(found) if found else "Nothing waits for a decision.")


async def _open_disputes() -> list[Dispute]:
    services = await open_services(current_settings())
    try:
        return await open_disputes(services.db)
    finally:
        await services.db.close()


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


def _table(found: Sequence[Dispute]) -> Table:
    # What is typed into the next command is never cut short.
    table = Table(
        Column("return", no_wrap=True), "shopper\nmerchant", "since\ndecide by", "refused"
    )
    for one in found:
        people = f"{one.shopper_id}\n{one.merchant}"
        times = f"{_told(one.since)}\n{_told(one.decide_by)}"
        table.add_row(one.return_id, people, times, _refused(one))
    return table


def _refused(one: Dispute) -> str:
    note = f": {one.note}" if one.note else ""
    amount = format_money("en", one.amount)
    return f"{one.reason}{note}\n{amount}"


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@commands.command()
def decide(
    return_id: Annotated[str, typer.Argument(metavar="RETURN", help="The return's id.")],
    winner: Annotated[
        Winner, typer.Option("--for", case_sensitive=False, help="Who is in the right.")
    ],
) -> None:
    """Decide a dispute, once: for the shopper the refusal falls, for the merchant it stands."""
    run(_decide(return_id, winner))
    typer.echo(f"{return_id} is decided for the {winner.lower()}")


async def _decide(return_id: str, winner: Winner) -> None:
    services = await open_services(current_settings())
    try:
        await services.db.write(lambda tx: staff.dispute_decided(tx, return_id, winner))
    except ImpossibleReportError as error:
        stop(f"{return_id}: {error.reason}")
    except TooEarlyError:
        stop(f"{return_id}: the shopper has not disputed a refusal")
    finally:
        await services.db.close()
