"""Serving until told to stop."""

import gc
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
import uvicorn
from prometheus_client import start_http_server
from rich.console import Console

from bff.app import PATH, build, explorer_of, open_services, tokens_of, trusted_of
from bff.cli.runtime import stop
from bff.demo.load import DemoShopper, load_demo
from bff.graphql.metrics import Metrics
from bff.http.protocol import BoundedRequests
from bff.http.websocket_protocol import Wire
from bff.services import Services
from bff.settings import Settings

SHOWN_LEVEL = 4
GARBAGE_THRESHOLDS = (50_000, 20, 100)
# A peer that takes nothing for so long is gone, whatever still waits for it: a transport that is
# closed waits without end until that is sent.
MOST_STALLED_MS = 30_000


async def serve(settings: Settings) -> None:
    trusted = trusted_of(settings)  # or nothing is opened
    services = await open_services(settings)
    explorer = None
    if settings.demo:
        shoppers = await load_demo(services.db)
        explorer = explorer_of(settings, _shown(shoppers).id)
        welcome(services, shoppers)
    app = build(services, trusted, explorer)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=BoundedRequests,
        ws=Wire,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        access_log=False,
        log_level=settings.log_level,
    )
    spare_the_collector()
    with measured(settings, app.state.metrics):
        await uvicorn.Server(config).serve(sockets=[listening(config)])


def listening(config: uvicorn.Config) -> socket.socket:
    """Bound; those who connect inherit its options."""
    bound = config.bind_socket()
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if sys.platform == "linux":
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, MOST_STALLED_MS)
    return bound


@contextmanager
def measured(settings: Settings, metrics: Metrics) -> Iterator[None]:
    """Metrics are served on a port of their own: whoever may ask for answers may not see them."""
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


def spare_the_collector() -> None:
    """What is there at the start stays: garbage is looked for beyond it only, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def _shown(shoppers: list[DemoShopper]) -> DemoShopper:
    return next(one for one in shoppers if one.level == SHOWN_LEVEL)


def welcome(services: Services, shoppers: list[DemoShopper]) -> None:
    settings = services.settings
    console = Console()
    console.print(
        f"Open http://{settings.host}:{settings.port}{PATH} in a browser, or use a token:"
    )
    for shopper in shoppers:
        console.print(f"\n{'★' * shopper.level}{'☆' * (5 - shopper.level)} {shopper.nickname}")
        typer.echo(tokens_of(settings).issue(shopper.id))
    if settings.operations_only:
        console.print("\nNothing but the manifest's operations is run, in GraphiQL as well.")
    console.print()
