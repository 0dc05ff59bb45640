"""`bff history`: all that happened to a return, and all that was reported of it."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Annotated

import typer

from bff.cli.output import AsJson, Row, format_moment, print_json, print_table
from bff.cli.runtime import run_read, stop
from bff.db import events
from bff.db.connection import Connection
from bff.db.events import Event
from bff.db.lookups import owner_of_return
from bff.domain.pickups.store import pickups_by_id
from bff.domain.returns.model import Return
from bff.domain.returns.store import returns_by_id
from bff.jobs import received_events
from bff.jobs.received_events import ReceivedEvent

MAX_EVENTS = 10_000
Happening = Event | ReceivedEvent
commands = typer.Typer()


@commands.command()
def history(
    return_id: Annotated[str, typer.Argument(metavar="RETURN", help="The return's id.")],
    as_json: AsJson = False,
) -> None:
    """List a return's events, and beside them every report about it, also those refused."""

    async def query(connection: Connection) -> list[Happening]:
        owner = await owner_of_return(connection, return_id)
        if owner is None:
            return []
        known = await returns_by_id(connection, owner, [return_id])
        return await _happenings(connection, known[return_id])

    happenings = run_read(query)
    if not happenings:
        stop(f"there is no return {return_id}")
    if as_json:
        print_json(happenings)
    else:
        print_table(("came", "happened", "what", "state"), [_row(one) for one in happenings])


async def _happenings(connection: Connection, this_return: Return) -> list[Happening]:
    """In the order in which they came here."""
    own = await events.read_after(connection, this_return.id, 0, MAX_EVENTS)
    subjects = await _subjects(connection, this_return)
    reports = await received_events.about(connection, subjects)
    placed: list[tuple[datetime, int, Happening]] = [
        *((one.at, 1, one) for one in own),
        *((one.received_at, 0, one) for one in reports),
    ]
    return [one for *_, one in sorted(placed, key=itemgetter(0, 1))]


async def _subjects(connection: Connection, this_return: Return) -> Sequence[str]:
    """Whose reports concern it: itself, its order, and whose pickup it may share."""
    shared = await pickups_by_id(connection, this_return.shopper_id, [this_return.pickup_id or ""])
    return [this_return.id, this_return.order_id, *(one.return_id for one in shared.values())]


def _row(one: Happening) -> Row:
    if isinstance(one, Event):
        known = [f"{name}: {value}" for name, value in one.facts.items() if value]
        return format_moment(one.at), "", one.kind, "\n".join(known)
    return (
        format_moment(one.received_at),
        format_moment(one.happened_at),
        f"{one.type}\n{one.partner} {one.event_id}",
        f"{one.status}: {one.reason}" if one.reason else str(one.status),
    )
