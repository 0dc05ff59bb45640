"""`bff deliveries`: goods that were delivered though all of their order was refunded."""

import typer

from bff.cli.output import AsJson, format_moment, print_list
from bff.cli.runtime import run_read
from bff.domain.orders.deliveries import RefundedDelivery, refunded_deliveries

commands = typer.Typer()


@commands.command()
def deliveries(as_json: AsJson = False) -> None:
    """List orders that were refunded before they were shipped, and were delivered all the same."""
    headings = ("order", "shopper\nmerchant", "refunded", "shipped\nreceived")
    nothing = "No refunded order was delivered."
    print_list(run_read(refunded_deliveries), headings, _row, as_json=as_json, nothing=nothing)


def _row(delivery: RefundedDelivery) -> tuple[str, ...]:
    received = format_moment(delivery.received_at) if delivery.received_at else "on its way"
    return (
        delivery.order_number,
        f"{delivery.shopper_id}\n{delivery.merchant}",
        format_moment(delivery.refunded_at),
        f"{format_moment(delivery.shipped_at)}\n{received}",
    )
