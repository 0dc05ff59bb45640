"""`bff disputes` and `bff decide`: what the platform's staff have to decide."""

from typing import Annotated

import typer

from bff.cli.output import AsJson, format_moment, print_list
from bff.cli.runtime import current_settings, run_with_services, run_write, stop
from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.domain.returns.disputes import Dispute, open_disputes
from bff.domain.returns.model import Winner
from bff.domain.returns.reports import staff
from bff.locale.messages import format_money

commands = typer.Typer()


@commands.command()
def disputes(as_json: AsJson = False) -> None:
    """List the returns that wait for a decision, the one that has waited longest first."""
    waiting = run_with_services(lambda services: open_disputes(services.db), current_settings())
    headings = ("return", "shopper\nmerchant", "since\ndecide by", "refused")
    nothing = "Nothing waits for a decision."
    print_list(waiting, headings, _row, as_json=as_json, nothing=nothing)


def _row(dispute: Dispute) -> tuple[str, ...]:
    note = f": {dispute.note}" if dispute.note else ""
    return (
        dispute.return_id,
        f"{dispute.shopper_id}\n{dispute.merchant}",
        f"{format_moment(dispute.since)}\n{format_moment(dispute.decide_by)}",
        f"{dispute.reason}{note}\n{format_money('en', dispute.amount)}",
    )


@commands.command()
def decide(
    return_id: Annotated[str, typer.Argument(metavar="RETURN", help="The return's id.")],
    winner: Annotated[
        Winner, typer.Option("--for", case_sensitive=False, help="Who is in the right.")
    ],
) -> None:
    """Decide a dispute, once: for the shopper the refusal falls, for the merchant it stands."""
    try:
        run_write(lambda tx: staff.dispute_decided(tx, return_id, winner), [return_id])
    except ImpossibleReportError as error:
        stop(f"{return_id}: {error.reason}")
    except TooEarlyError:
        stop(f"{return_id}: the shopper has not disputed a refusal")
    typer.echo(f"{return_id} is decided for the {winner.lower()}")
