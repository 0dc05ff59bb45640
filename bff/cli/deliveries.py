"""`bff deliveries`: goods that were delivered though all of their order was refunded."""

import typer

from bff.cli.output import AsJson, format_moment, print_json, print_table
from bff.cli.runtime import current_settings, run_with_services
from bff.domain.orders.deliveries import RefundedDelivery, refunded_deliveries
from bff.services import Services

commands = typer.Typer()


@commands.command()
def deliveries(as_json: AsJson = False) -> None:
    """List orders that were refunded before they were shipped, and were delivered all the same."""
    known = run_with_services(_deliveries, current_settings())
    if as_json:
        print_json(known)
    elif known:
        headings = ("order", "shopper\nmerchant", "refunded", "shipped\nreceived")
        print_table(headings, [_row(delivery) for delivery in known])
    else:
        typer.echo("No refunded order was delivered.")


async def _deliveries(services: Services) -> list[RefundedDelivery]:
    async with services.db.read() as connection:
        return await refunded_deliveries(connection)


def _row(delivery: RefundedDelivery) -> tuple[str, ...]:
    received = format_moment(delivery.received_at) if delivery.received_at else "on its way"
    return (
        delivery.order_number,
        f"{delivery.shopper_id}\n{delivery.merchant}",
        format_moment(delivery.refunded_at),
        f"{format_moment(delivery.shipped_at)}\n{received}",
    )
