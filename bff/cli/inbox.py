"""`bff inbox`: partners' reports that are a matter for staff."""

from typing import Annotated

import typer

from bff.cli.output import AsJson, format_moment, print_list
from bff.cli.runtime import current_settings, exit_where, run_with_services, run_write, stop
from bff.db.transaction import Tx
from bff.jobs import open_reports, received_events
from bff.jobs.inbox import Verdict
from bff.jobs.open_reports import DAYS, Concern, NotOpenError, OpenReport
from bff.partners.inbound.reports import INBOX
from bff.services import Services

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Reports, by their id.")]
Days = Annotated[
    int, typer.Option(min=1, max=3650, help="For how long a contradicting report is listed.")
]
WORDS = {
    Concern.WAITS: "waits",
    Concern.OVERDUE: "overdue",
    Concern.GIVEN_UP: "given up",
    Concern.CONTRADICTS: "contradicts",
}
commands = typer.Typer(
    help="Partners' reports that wait or were refused; exits with 1 where staff are needed.",
    invoke_without_command=True,
)


@commands.callback()
def show(context: typer.Context, days: Days = DAYS, as_json: AsJson = False) -> None:
    """List what waits, is overdue, was given up or contradicts the state, the newest first."""
    if context.invoked_subcommand:
        return

    async def all_open(services: Services) -> list[OpenReport]:
        async with services.db.read() as connection:
            return await open_reports.all_reports(connection, services.db.clock.now(), days)

    reports = run_with_services(all_open, current_settings())
    headings = ("id", "report\nof", "about", "happened\ncame", "state")
    nothing = "Nothing waits, and nothing needs anybody."
    print_list(reports, headings, _row, as_json=as_json, nothing=nothing)
    exit_where(any(report.concern is not Concern.WAITS for report in reports))


def _row(report: OpenReport) -> tuple[str, ...]:
    return (
        str(report.id),
        f"{report.type}\n{report.partner} {report.event_id}",
        report.subject_id,
        f"{format_moment(report.happened_at)}\n{format_moment(report.received_at)}",
        f"{WORDS[report.concern]}:\n{report.reason}",
    )


@commands.command()
def dismiss(ids: Ids) -> None:
    """Take reports off the list, once somebody has seen to them; all that are named, or none."""
    try:
        run_write(lambda tx: open_reports.dismiss(tx, ids))
    except NotOpenError as error:
        stop(str(error))
    typer.echo(f"{len(set(ids))} dismissed")


@commands.command()
def retry(received_id: Annotated[int, typer.Argument(metavar="ID", help="A report's id.")]) -> None:
    """Try a report again at once, also one that was refused."""

    async def use_case(tx: Tx) -> Verdict | None:
        kept = await received_events.lock_event(tx, received_id)
        return await INBOX.retry(tx, kept) if kept and kept.subject_id and kept.code else None

    verdict = run_write(use_case)
    if verdict is None:
        stop(f"no report {received_id} waits or was refused")
    typer.echo(f"{received_id} is {verdict.status}: {verdict.reason or 'it has had its effect'}")
