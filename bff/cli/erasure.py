"""`bff erase` and `bff erasures`: persons who want to be forgotten, and who was."""

import sys
from collections.abc import Sequence
from functools import partial
from getpass import getuser
from typing import Annotated

import typer

from bff.cli.output import AsJson, format_moment, print_list, print_table
from bff.cli.runtime import STAFF_NEEDED, current_settings, run_read, run_with_services, stop
from bff.db.connection import Connection
from bff.domain.erasure.matters import open_matters
from bff.domain.erasure.model import Erasure, Holding, Matter, MattersOpenError, UnknownShopperError
from bff.domain.erasure.service import begin_erasure, continue_erasure, erase_when_done
from bff.domain.erasure.store import all_erasures
from bff.domain.erasure.survey import holdings
from bff.domain.evidence.object_store import ObjectStore
from bff.domain.evidence.sweeper import Sweeper
from bff.services import Services

commands = typer.Typer()


@commands.command()
def erase(
    shopper_id: Annotated[str, typer.Argument(metavar="SHOPPER", help="The shopper's id.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would go and what stays; change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    when_done: Annotated[
        bool, typer.Option("--when-done", help="As soon as nothing is open any more.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who decides, for the audit trail.")] = "",
) -> None:
    """Erase a person: all that the law lets go; exits with 1 while a return or money is open."""
    if dry_run:
        _show(*run_read(partial(_survey, shopper_id)))
        return
    if not yes and not _confirm(f"Erase {shopper_id}? Nothing brings it back."):
        stop("Nothing was erased.")
    try:
        _erase(shopper_id, by or getuser(), when_done=when_done)
    except UnknownShopperError as error:
        stop(str(error))
    except MattersOpenError as error:
        _print_matters(error.matters)
        stop("Nothing was erased. With --when-done it is, once nothing is open.", STAFF_NEEDED)


def _confirm(question: str) -> bool:
    """Asked on a terminal alone: a program has to say --yes."""
    if not sys.stdin.isatty():
        stop("expected --yes where nobody can be asked")
    return typer.confirm(question)


def _erase(shopper_id: str, by: str, *, when_done: bool) -> None:
    async def work(services: Services) -> list[Matter]:
        db = services.db
        if when_done:
            await db.write(lambda tx: erase_when_done(tx, shopper_id, by))
            async with db.read() as connection:
                if matters := await open_matters(connection, shopper_id):
                    return matters
        await db.write(lambda tx: begin_erasure(tx, shopper_id, by))
        while await db.write(lambda tx: continue_erasure(tx, shopper_id)):
            pass
        sweeper = Sweeper(db, ObjectStore(services.settings.photo_store))
        while await sweeper.step():
            pass
        return []

    if matters := run_with_services(work, current_settings()):
        _print_matters(matters)
        typer.echo(f"{shopper_id} is erased once nothing is open any more.")
    else:
        typer.echo(f"{shopper_id} is erased.")


async def _survey(shopper_id: str, connection: Connection) -> tuple[list[Holding], list[Matter]]:
    return await holdings(connection, shopper_id), await open_matters(connection, shopper_id)


def _show(found: list[Holding], matters: list[Matter]) -> None:
    if not found:
        stop("there is nothing of this shopper")
    rows = [(one.what, str(one.count), one.fate, one.reason) for one in found]
    print_table(("what", "how many", "becomes", "because"), rows)
    _print_matters(matters)


def _print_matters(matters: Sequence[Matter]) -> None:
    if matters:
        rows = [
            (one.kind, one.subject_id, format_moment(one.until) if one.until else "")
            for one in matters
        ]
        print_table(("open", "of", "next deadline"), rows)


@commands.command()
def erasures(as_json: AsJson = False) -> None:
    """List who was erased, when, and who decided it: for the audit, and after a restore."""
    headings = ("shopper", "requested", "by", "state")
    nothing = "Nobody was erased."
    print_list(run_read(all_erasures), headings, _row, as_json=as_json, nothing=nothing)


def _row(erasure: Erasure) -> tuple[str, ...]:
    if erasure.ended_at:
        state = f"erased {format_moment(erasure.ended_at)}"
    else:
        state = "under way" if erasure.erased_at else "waits"
    requested_at = format_moment(erasure.requested_at)
    return erasure.shopper_id, requested_at, erasure.requested_by, state
