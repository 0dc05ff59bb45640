"""`bff history`: all that happened to a return, for staff who are called about it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from bff.cli.output import AsJson, Row, format_moment, print_json, print_table
from bff.cli.runtime import current_settings, run_with_services, stop
from bff.core.clock import SHANGHAI
from bff.core.masks import Masker
from bff.domain.returns.history import Happening, History, history_of, returns_called
from bff.domain.returns.model import Return
from bff.locale.messages import format_money
from bff.services import Services

Full = Annotated[bool, typer.Option("--full", help="With personal data, and reports in full.")]
Name = Annotated[
    str,
    typer.Argument(metavar="RETURN", help="A return's id; or an order's or a waybill's number."),
]
PERSONAL = ("courier_name", "courier_phone", "pickup_code", "refusal_note")
commands = typer.Typer()


@commands.command()
def history(name: Name, full: Full = False, as_json: AsJson = False) -> None:
    """List all that happened to a return, who did it, and where its money is.

    Of an order or a waybill, list the returns. Personal data is masked.
    """

    async def find(services: Services) -> tuple[list[Return], History | None]:
        async with services.db.snapshot() as connection:
            found = await returns_called(connection, name)
            alone = [one for one in found if one.id == name]
            return found, await history_of(connection, alone[0].id) if alone else None

    settings = current_settings()
    found, known = run_with_services(find, settings)
    masker = None if full else Masker(settings.token_secret)
    if not found:
        stop(f"there is no return {name}, and no order or waybill of that number has one")
    if known is None:
        _print_returns(found, as_json=as_json)
    elif as_json:
        print_json([_plain(to_builtins(known, builtin_types=[datetime]), masker)])
    else:
        _print(known, masker)


def _print_returns(found: Sequence[Return], *, as_json: bool) -> None:
    headings = ("return", "opened", "line", "state", "waybill")
    if as_json:
        print_json([dict(zip(headings, _return_row(one), strict=True)) for one in found])
    else:
        print_table(headings, [_return_row(one) for one in found])


def _return_row(one: Return) -> Row:
    waybill = f"{one.courier_company} {one.waybill_number}" if one.waybill else ""
    return one.id, format_moment(one.opened_at), one.order_line_id, one.status, waybill


def _print(known: History, masker: Masker | None) -> None:
    for word, words in _summary(known):
        typer.echo(f"{word + ':':<10} {_masked(masker, words)}")
    typer.echo("")
    headings = ("came", "happened", "who", "what", "state")
    print_table(headings, [_row(one, masker) for one in known.happenings])


def _summary(known: History) -> Iterator[tuple[str, str]]:
    """Where it stands, in Shanghai's time."""
    this_return, refund, pickup = known.case.this_return, known.case.refund, known.case.pickup
    yield "return", f"{this_return.id}, {this_return.kind}, {this_return.status}"
    yield "shopper", this_return.shopper_id
    yield "goods", f"{this_return.quantity} of {this_return.order_line_id}"
    at = f"since {format_moment(refund.refunded_at)}" if refund.refunded_at else "not refunded"
    yield "refund", f"{format_money('en', refund.amount)}, advance {refund.advance}, {at}"
    for word, owed in (("owed", refund.owed), ("overpaid", refund.overpaid)):
        if owed.minor:
            yield word, format_money("en", owed)
    if pickup:
        fee = f"fee {format_money('en', pickup.fee)}, {pickup.fee_status}"
        yield "pickup", f"{pickup.id}, {pickup.status}, {pickup.courier_company}, {fee}"
        if pickup.courier_phone:
            yield "courier", f"{pickup.courier_name or ''} courier_phone={pickup.courier_phone}"
    if this_return.waybill:
        yield "waybill", f"{this_return.courier_company} {this_return.waybill_number}"
    for what, due_at in known.deadlines.items():
        yield "until", f"{format_moment(due_at)} {what}"


def _row(one: Happening, masker: Masker | None) -> Row:
    happened = format_moment(one.happened_at) if one.happened_at else ""
    state = one.state if masker or not one.data else f"{one.state}\n{one.data}"
    return (
        format_moment(one.at),
        happened,
        one.who,
        _masked(masker, one.what),
        _masked(masker, state),
    )


def _plain(value: Any, masker: Masker | None) -> Any:
    """In Shanghai's time. With a masker, a report's own words are left out."""
    match value:
        case datetime():
            return value.astimezone(SHANGHAI)
        case dict():
            hidden = (*PERSONAL, "data") if masker else ()
            return {key: _plain(each, masker) for key, each in value.items() if key not in hidden}
        case list() | tuple():
            return [_plain(each, masker) for each in value]
        case str():
            return _masked(masker, value)
    return value


def _masked(masker: Masker | None, words: str) -> str:
    return masker.text(words) if masker else words
