"""`bff visits` and `bff decide-visits`: couriers who came in vain twice, for staff to decide on."""

from typing import Annotated

import typer

from bff.cli.output import AsJson, format_moment, print_list
from bff.cli.runtime import current_settings, run_with_services, run_write, stop
from bff.core.report_errors import ImpossibleReportError
from bff.domain.returns.escalations import Escalation, open_escalations
from bff.domain.returns.model import VisitsOutcome
from bff.domain.returns.reports import staff
from bff.locale.messages import format_money

commands = typer.Typer()


@commands.command()
def visits(as_json: AsJson = False) -> None:
    """List the returns for which couriers came in vain, the one that has waited longest first."""
    waiting = run_with_services(lambda services: open_escalations(services.db), current_settings())
    headings = ("return", "shopper", "since\ndecide by", "visits")
    nothing = "Nothing waits for a decision."
    print_list(waiting, headings, _row, as_json=as_json, nothing=nothing)


def _row(escalation: Escalation) -> tuple[str, ...]:
    seen = [f"{one.courier_company}: {one.reason}" for one in escalation.visits]
    return (
        f"{escalation.return_id}\n{format_money('en', escalation.amount)}",
        escalation.shopper_id,
        f"{format_moment(escalation.since)}\n{format_moment(escalation.decide_by)}",
        "\n".join(seen),
    )


@commands.command(name="decide-visits")
def decide_visits(
    return_id: Annotated[str, typer.Argument(metavar="RETURN", help="The return's id.")],
    outcome: Annotated[
        VisitsOutcome,
        typer.Option(
            "--as",
            case_sensitive=False,
            help="The shopper ships in the full days, nothing is returned, or the money goes back.",
        ),
    ],
) -> None:
    """Decide what becomes of a return whose pickups failed: no outcome costs the shopper stars."""
    try:
        run_write(lambda tx: staff.visits_decided(tx, return_id, outcome), [return_id])
    except ImpossibleReportError as error:
        stop(f"{return_id}: {error.reason}")
    typer.echo(f"{return_id} is decided: {outcome}")
