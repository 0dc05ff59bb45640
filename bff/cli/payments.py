"""`bff duplicates` and `bff debts`: what was paid twice, and what shoppers owe."""

import typer

from bff.cli.output import AsJson, format_moment, print_json, print_table
from bff.cli.runtime import current_settings, run_with_services
from bff.domain.payments.duplicates import Duplicate, all_duplicates
from bff.domain.returns.debtors import Debt, open_debts
from bff.locale.messages import format_money
from bff.services import Services

SOME_OPEN = 1
commands = typer.Typer()


@commands.command()
def duplicates(as_json: AsJson = False) -> None:
    """List the payments that were made or requested twice; exits with 1 where any is open."""
    known = run_with_services(_duplicates, current_settings())
    if as_json:
        print_json(known)
    elif known:
        headings = ("payment\nsecond of", "return", "from\nto", "amount", "since", "state")
        print_table(headings, [_duplicate_row(duplicate) for duplicate in known])
    else:
        typer.echo("Nothing was paid twice.")
    if any(duplicate.open for duplicate in known):
        raise typer.Exit(SOME_OPEN)


async def _duplicates(services: Services) -> list[Duplicate]:
    async with services.db.read() as connection:
        return await all_duplicates(connection)


def _duplicate_row(duplicate: Duplicate) -> tuple[str, ...]:
    return (
        f"{duplicate.payment_id}\n{duplicate.duplicate_of}",
        duplicate.return_id,
        f"{duplicate.payer}\n{duplicate.payee}",
        f"{duplicate.kind}\n{format_money('en', duplicate.amount)}",
        format_moment(duplicate.requested_at),
        duplicate.state,
    )


@commands.command()
def debts(as_json: AsJson = False) -> None:
    """List what shoppers owe: advances that were taken back, and what was paid twice."""
    owed = run_with_services(lambda services: open_debts(services.db), current_settings())
    if as_json:
        print_json(owed)
    elif owed:
        headings = ("return", "shopper", "owed", "since\nrepay by", "state")
        print_table(headings, [_debt_row(debt) for debt in owed])
    else:
        typer.echo("Nobody owes anything.")


def _debt_row(debt: Debt) -> tuple[str, ...]:
    return (
        debt.return_id,
        debt.shopper_id,
        format_money("en", debt.owed),
        f"{format_moment(debt.since)}\n{format_moment(debt.repay_by)}",
        "payment under way" if debt.repaying else "owed",
    )
