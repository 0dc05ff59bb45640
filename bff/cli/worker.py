"""`bff worker`: what is done in the background, apart from the servers."""

import asyncio
import os
import signal

import typer

from bff.app import running, watch_database, work_loops
from bff.cli.environment import environment_help
from bff.cli.logs import set_up
from bff.cli.runtime import current_settings, run
from bff.cli.serve import serving_metrics
from bff.cli.telemetry import collecting_traces
from bff.graphql.metrics import Metrics
from bff.services import open_services
from bff.settings import Settings

commands = typer.Typer()


@commands.command(epilog=environment_help())
def worker() -> None:
    """Fire timers, call partners, sweep photos: for servers that are run with --no-worker."""
    settings = current_settings()
    set_up(settings)
    run(work_until_stopped(settings))


async def work_until_stopped(settings: Settings) -> None:
    """SIGTERM and SIGINT end it in order: calls under way have some seconds to be answered."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    with collecting_traces(os.environ):
        services, metrics = await open_services(settings), Metrics()
        watch_database(services.db, metrics)
        try:
            with serving_metrics(settings, metrics):
                async with services.awake(), running(work_loops(services, metrics)):
                    await stopped.wait()
        finally:
            await services.db.close()
