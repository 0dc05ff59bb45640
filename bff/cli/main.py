"""The command line."""

import typer

from bff.cli import (
    audit,
    backup,
    copy,
    deliveries,
    disputes,
    erasure,
    history,
    imports,
    inbox,
    migrate,
    outbox,
    payments,
    policy,
    pseudonym,
    reference,
    retention,
    serve,
    timers,
    token,
    visits,
    worker,
)
from bff.cli.environment import environment_help

cli = typer.Typer(
    help="Backend-for-frontend of express returns (极速退货).",
    epilog=environment_help(),
    no_args_is_help=True,
    add_completion=False,
)
cli.add_typer(serve.commands)
cli.add_typer(worker.commands)
cli.add_typer(migrate.commands)
cli.add_typer(imports.commands)
cli.add_typer(token.commands)
cli.add_typer(pseudonym.commands)
cli.add_typer(policy.commands, name="policy")
cli.add_typer(outbox.commands, name="outbox")
cli.add_typer(inbox.commands, name="inbox")
cli.add_typer(audit.commands)
cli.add_typer(timers.commands)
cli.add_typer(history.commands)
cli.add_typer(disputes.commands)
cli.add_typer(visits.commands)
cli.add_typer(payments.commands)
cli.add_typer(deliveries.commands)
cli.add_typer(erasure.commands)
cli.add_typer(backup.commands)
cli.add_typer(copy.commands)
cli.add_typer(retention.commands)
cli.add_typer(reference.commands)
