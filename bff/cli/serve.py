"""`bff serve`: the server, until it is stopped."""

import asyncio
import errno
import gc
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from prometheus_client import start_http_server

from bff.app import PATH, Trusted, build, explorer_of, tokens_of, trusted_of
from bff.cli.environment import environment_help
from bff.cli.logs import set_up
from bff.cli.runtime import current_settings, run, stop
from bff.cli.supervisor import Supervisor
from bff.cli.telemetry import collecting_traces, exporter_of
from bff.core.clock import Clock
from bff.demo.load import DemoShopper, load_demo
from bff.graphql.metrics import Metrics
from bff.http.application import Application
from bff.http.protocol import HttpProtocol, WebSocketProtocol
from bff.http.readiness import Readiness
from bff.services import join_services, open_services
from bff.settings import Settings

EXPLORER_LEVEL = 4
DRAIN_S = 10  # that requests under way have to end, once the process is to stop
GARBAGE_THRESHOLDS = (50_000, 20, 100)
# A peer that takes nothing for so long is gone, whatever still waits for it: a transport that is
# closed waits without end until that is sent.
MAX_STALLED_MS = 30_000
commands = typer.Typer()


@dataclass(frozen=True)
class ServerStart:
    """What a server process begins with, here or as one of several. `works`: with a worker."""

    settings: Settings
    clock: Clock
    shoppers: tuple[DemoShopper, ...]
    works: bool

    def welcome(self, bound: socket.socket) -> None:
        if self.settings.demo:
            welcome(self.settings, bound.getsockname()[1], self.shoppers)


@commands.command(epilog=environment_help())
def serve(
    operations: Annotated[
        Path | None,
        typer.Option(help="A manifest of trusted documents, in place of BFF_OPERATIONS."),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="How many processes serve, behind one port.")
    ] = 1,
    worker: Annotated[
        bool,
        typer.Option("--worker/--no-worker", help="Fire timers and call partners as well."),
    ] = True,
) -> None:
    """Serve /graphql; in demo mode with shoppers, quick partners and GraphiQL."""
    settings = current_settings(**({"operations": operations} if operations else {}))
    set_up(settings)
    if workers == 1:
        run(_serve_alone(settings, works=worker))
    elif status := _serve_together(settings, workers, works=worker):
        raise typer.Exit(status)


async def _serve_alone(settings: Settings, *, works: bool) -> None:
    """What a person has to put right is found before the database is opened."""
    trusted = trusted_of(settings)
    with collecting_traces(os.environ), listening(settings) as bound:
        await _serve(await _prepare(settings, works=works), trusted, bound)


def _serve_together(settings: Settings, count: int, *, works: bool) -> int:
    """The exit status. What is done once at the start is done here, before the processes begin."""

    async def prepare() -> ServerStart:
        trusted_of(settings)
        exporter_of(os.environ)
        return await _prepare(settings, works=works)

    with listening(settings) as bound:
        start = run(prepare())
        start.welcome(bound)
        return Supervisor(count, partial(serve_as_one_of_many, start, bound), bound.close).run()


async def _prepare(settings: Settings, *, works: bool) -> ServerStart:
    services = await open_services(settings, sets_clock=True)
    try:
        shoppers = await load_demo(services.db) if settings.demo else []
    finally:
        await services.db.close()
    return ServerStart(settings, services.db.clock, tuple(shoppers), works)


def serve_as_one_of_many(start: ServerStart, bound: socket.socket, number: int) -> None:
    """In a process of its own. It ends with the process that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's is for all: until it is served
    set_up(start.settings)

    async def serve_until_alone() -> None:
        if parent := multiprocessing.parent_process():
            asyncio.get_running_loop().add_reader(parent.sentinel, _end_orphan, parent.sentinel)
        with collecting_traces(os.environ):
            await _serve(start, trusted_of(start.settings), bound, number)

    try:
        run(serve_until_alone())
    except typer.Exit as end:
        sys.exit(end.exit_code)


def _end_orphan(sentinel: int) -> None:
    asyncio.get_running_loop().remove_reader(sentinel)
    signal.raise_signal(signal.SIGTERM)


async def _serve(
    start: ServerStart, trusted: Trusted, bound: socket.socket, number: int | None = None
) -> None:
    """`number`: which of several processes it is."""
    settings = start.settings
    shopper_id = next((one.id for one in start.shoppers if one.level == EXPLORER_LEVEL), None)
    explorer = explorer_of(settings, shopper_id) if shopper_id else None
    services = join_services(settings, start.clock)
    app = build(services, trusted, explorer, works=start.works)
    spare_the_collector()
    with serving_metrics(settings, app.state.metrics, number or 0):
        if number is None:
            start.welcome(bound)
        await Server(settings, app).serve(sockets=[bound])


class Server(uvicorn.Server):
    def __init__(self, settings: Settings, app: Application) -> None:
        super().__init__(_config(settings, app))
        self._readiness: Readiness = app.state.readiness

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._readiness.draining = True
        await super().shutdown(sockets)


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
        timeout_graceful_shutdown=DRAIN_S,
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
def serving_metrics(settings: Settings, metrics: Metrics, number: int = 0) -> Iterator[None]:
    """Serve metrics on a port of their own, which clients of the API cannot reach.

    The `number` of a process is added to the port.
    """
    if settings.metrics_port is None:
        yield
        return
    try:
        server, _ = start_http_server(
            settings.metrics_port + number, settings.metrics_host, metrics.registry
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


def welcome(settings: Settings, port: int, shoppers: Sequence[DemoShopper]) -> None:
    typer.echo(f"Open http://{settings.host}:{port}{PATH} in a browser, or use a token:")
    for shopper in shoppers:
        typer.echo(f"\n{'★' * shopper.level}{'☆' * (5 - shopper.level)} {shopper.nickname}")
        typer.echo(tokens_of(settings).issue(shopper.id))
    if settings.operations_only:
        typer.echo("\nNothing but the manifest's operations is run, in GraphiQL as well.")
    typer.echo()
