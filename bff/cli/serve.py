"""`bff serve`: the server, until it is stopped."""

import errno
import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from prometheus_client import start_http_server

from bff.app import PATH, build, explorer_of, tokens_of, trusted_of
from bff.cli.environment import environment_help
from bff.cli.logs import set_up
from bff.cli.runtime import current_settings, run, stop
from bff.cli.telemetry import collecting_traces
from bff.demo.load import DemoShopper, load_demo
from bff.graphql.metrics import Metrics
from bff.http.application import Application
from bff.http.protocol import HttpProtocol, WebSocketProtocol
from bff.services import open_services
from bff.settings import Settings

EXPLORER_LEVEL = 4
GARBAGE_THRESHOLDS = (50_000, 20, 100)
# A peer that takes nothing for so long is gone, whatever still waits for it: a transport that is
# closed waits without end until that is sent.
MAX_STALLED_MS = 30_000
commands = typer.Typer()


@commands.command(epilog=environment_help())
def serve(
    operations: Annotated[
        Path | None,
        typer.Option(help="A manifest of trusted documents, in place of BFF_OPERATIONS."),
    ] = None,
) -> None:
    """Serve /graphql; in demo mode with shoppers, quick partners and GraphiQL."""
    settings = current_settings(**({"operations": operations} if operations else {}))
    set_up(settings)
    run(serve_forever(settings))


async def serve_forever(settings: Settings) -> None:
    """What a person has to put right is found before the database is opened."""
    trusted = trusted_of(settings)
    with collecting_traces(os.environ), listening(settings) as bound:
        services = await open_services(settings)
        shoppers = await load_demo(services.db) if settings.demo else []
        explorer = explorer_of(settings, _explorer_shopper(shoppers).id) if settings.demo else None
        app = build(services, trusted, explorer)
        spare_the_collector()
        with serving_metrics(settings, app.state.metrics):
            if settings.demo:
                welcome(settings, bound.getsockname()[1], shoppers)
            await uvicorn.Server(_config(settings, app)).serve(sockets=[bound])


def _config(settings: Settings, app: Application) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,  # ours is set up
        log_level=settings.log_level,
    )


def listening(settings: Settings) -> socket.socket:
    """A bound socket, whose options its connections inherit. Ends the program where none can be."""
    host, port = settings.host, settings.port
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if sys.platform == "linux":
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, MAX_STALLED_MS)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        stop(_bind_message(host, port, error))
    return bound


def _bind_message(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"BFF_HOST: {host}: {error.strerror}"
    if error.errno == errno.EADDRINUSE:
        return f"BFF_PORT: port {port} is taken by another program; choose another"
    return f"BFF_HOST, BFF_PORT: cannot serve on {host} port {port}: {error.strerror}"


@contextmanager
def serving_metrics(settings: Settings, metrics: Metrics) -> Iterator[None]:
    """Serve metrics on a port of their own, which clients of the API cannot reach."""
    if settings.metrics_port is None:
        yield
        return
    try:
        server, _ = start_http_server(
            settings.metrics_port, settings.metrics_host, metrics.registry
        )
    except socket.gaierror as error:
        stop(f"BFF_METRICS_HOST: {error.strerror}")
    except OSError as error:
        stop(f"BFF_METRICS_PORT: {error.strerror}")
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def spare_the_collector() -> None:
    """What is there at the start stays: garbage is looked for beyond it only, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def _explorer_shopper(shoppers: list[DemoShopper]) -> DemoShopper:
    return next(one for one in shoppers if one.level == EXPLORER_LEVEL)


def welcome(settings: Settings, port: int, shoppers: list[DemoShopper]) -> None:
    typer.echo(f"Open http://{settings.host}:{port}{PATH} in a browser, or use a token:")
    for shopper in shoppers:
        typer.echo(f"\n{'★' * shopper.level}{'☆' * (5 - shopper.level)} {shopper.nickname}")
        typer.echo(tokens_of(settings).issue(shopper.id))
    if settings.operations_only:
        typer.echo("\nNothing but the manifest's operations is run, in GraphiQL as well.")
    typer.echo()
