"""`bff duplicates` and `bff debts`: what was paid twice, and what shoppers owe."""

import typer

from bff.cli.output import AsJson, format_moment, print_list
from bff.cli.runtime import current_settings, exit_where, run_read, run_with_services
from bff.domain.payments.duplicates import Duplicate, all_duplicates
from bff.domain.returns.debtors import Debt, open_debts
from bff.locale.messages import format_money

commands = typer.Typer()


@commands.command()
def duplicates(as_json: AsJson = False) -> None:
    """List the payments that were made or requested twice; exits with 1 where any is open."""
    known = run_read(all_duplicates)
    headings = ("payment\nsecond of", "return", "from\nto", "amount", "since", "state")
    nothing = "Nothing was paid twice."
    print_list(known, headings, _duplicate_row, as_json=as_json, nothing=nothing)
    exit_where(any(duplicate.open for duplicate in known))


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
    headings = ("return", "shopper", "owed", "since\nrepay by", "state")
    print_list(owed, headings, _debt_row, as_json=as_json, nothing="Nobody owes anything.")


def _debt_row(debt: Debt) -> tuple[str, ...]:
    return (
        debt.return_id,
        debt.shopper_id,
        format_money("en", debt.owed),
        f"{format_moment(debt.since)}\n{format_moment(debt.repay_by)}",
        "payment under way" if debt.repaying else "owed",
    )
