"""The command line."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bff import settings as settings_module
from bff.app import open_services, tokens_of
from bff.cli import disputes as staff_commands
from bff.cli import outbox as outbox_commands
from bff.cli.logs import set_up
from bff.cli.progress import ShownProgress
from bff.cli.runtime import current_settings, run, stop
from bff.cli.serve import serve as serve_forever
from bff.core import ids
from bff.domain.orders.store import shoppers_by_id
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import PolicyError
from bff.graphql.schema import printed
from bff.importer.files import Files, import_files
from bff.importer.load import PolicyVersions
from bff.services import Services
from bff.settings import Settings

ENVIRONMENT = "\n\n".join(
    f"{name} {f'(default: {default}) ' if default else ''}{told}"
    for name, default, told in settings_module.described()
)

cli = typer.Typer(
    help="Backend-for-frontend of express returns (极速退货).",
    epilog=f"Settings from the environment:\n\n{ENVIRONMENT}",
    no_args_is_help=True,
    add_completion=False,
)


policies = typer.Typer(help="Policy files: the rules' numbers.", no_args_is_help=True)
cli.add_typer(policies, name="policy")
cli.add_typer(outbox_commands.commands, name="outbox")
cli.add_typer(staff_commands.commands)


def main() -> None:
    cli()


@cli.command(epilog=f"Settings from the environment:\n\n{ENVIRONMENT}")
def serve(
    operations: Annotated[
        Path | None,
        typer.Option(help="A manifest of trusted documents, in place of BFF_OPERATIONS."),
    ] = None,
) -> None:
    """Serve /graphql; in demo mode with shoppers, quick partners and GraphiQL."""
    settings = current_settings(**({"operations": operations} if operations else {}))
    set_up(settings.log_level)
    run(serve_forever(settings))


@cli.command(name="import")
def import_(
    orders: Annotated[Path, typer.Argument(help="Orders, a JSON object a line.")],
    returns: Annotated[Path | None, typer.Option(help="Credit lines of earlier returns.")] = None,
    merchants: Annotated[Path | None, typer.Option(help="Merchants and their addresses.")] = None,
    policy: Annotated[Path | None, typer.Option(help="A policy file to publish first.")] = None,
) -> None:
    """Import orders, all of a file or nothing; the same file again changes nothing."""
    run(_import(current_settings(), Files(orders, returns, merchants), policy))


async def _import(settings: Settings, files: Files, policy: Path | None) -> None:
    services = await open_services(settings)
    try:
        own = read_policies(policy) if policy else []
        versions = PolicyVersions(packaged=read_policies(settings.policy), own=own)
        with ShownProgress() as progress:
            done = await import_files(services.db, files, versions, progress)
    finally:
        await services.db.close()
    typer.echo(
        f"{done.orders} orders with {done.lines} lines, {done.credit_lines} credit lines, "
        f"{done.shoppers} shoppers, {done.merchants} merchants; known before: "
        f"{done.known_orders} orders, {done.known_credit_lines} credit lines"
    )


@cli.command()
def token(shopper: Annotated[str, typer.Argument(help="The shopper's id or number.")]) -> None:
    """Print a token for a shopper."""
    typer.echo(run(_token(current_settings(), shopper)))


async def _token(settings: Settings, shopper: str) -> str:
    services = await open_services(settings)
    try:
        return tokens_of(settings).issue(await _known(services, shopper))
    finally:
        await services.db.close()


async def _known(services: Services, shopper: str) -> str:
    wanted = [shopper, ids.known_as(ids.SHOPPER, shopper)]
    async with services.db.read() as connection:
        found = await shoppers_by_id(connection, wanted)
    if not found:
        stop(f"no shopper {shopper}")
    return next(iter(found))


@policies.command()
def check(file: Annotated[Path, typer.Argument(help="A policy file.")]) -> None:
    """List a file's versions, or every mistake in it with its line."""
    try:
        versions = read_policies(file)
    except PolicyError as error:
        stop(str(error), 1)
    for policy in versions:
        typer.echo(f"{policy.version}, in force from {policy.in_force_from:%Y-%m-%d %H:%M %z}")


@cli.command()
def schema() -> None:
    """Print the schema."""
    sys.stdout.write(printed())


@cli.command()
def settings() -> None:
    """List the settings and what they are now."""
    current = current_settings()
    # Names are never cut short, however narrow the terminal.
    longest = max(len(name) for name, _, _ in settings_module.described())
    table = Table(Column("variable", min_width=longest), "now", "default", "what it is for")
    for name, default, told in settings_module.described():
        now = settings_module.shown(current, name)
        table.add_row(name, now, default, told)
    Console().print(table)


if __name__ == "__main__":
    main()
