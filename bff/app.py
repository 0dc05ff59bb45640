"""The composition root: settings, clock, database, partners, routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bff.auth import Tokens
from bff.core.clock import Clock, ShiftedClock, SystemClock, daytime_start
from bff.db.database import Database
from bff.db.events import last_moment
from bff.db.schema import migrate
from bff.endpoint import Endpoint, Explorer
from bff.graphiql import page
from bff.partners.postman import Postman
from bff.partners.simulated import SimulatedPartners
from bff.policy.reading import read_policies
from bff.policy.store import PolicyBook, publish
from bff.services import Services
from bff.settings import Settings
from bff.stars import service as stars
from bff.worker import Worker

PATH = "/graphql"


def tokens_of(settings: Settings) -> Tokens:
    return Tokens(settings.token_secret, timedelta(hours=settings.token_hours))


async def open_services(settings: Settings) -> Services:
    """A database that is up to date, with its policy published. Raises PolicyError."""
    system = Database(settings.database, SystemClock())
    await migrate(system)
    clock = await _clock(settings, system)
    await system.close()
    db = Database(settings.database, clock)
    await db.write(lambda tx: publish(tx, read_policies(settings.policy)))
    return Services(settings, db, PolicyBook())


async def _clock(settings: Settings, db: Database) -> Clock:
    """In a demonstration it is always a good time for a pickup, and time never goes back."""
    if not settings.demo:
        return SystemClock()
    async with db.read() as connection:
        recorded = await last_moment(connection)
    if settings.clock_starts_at:
        return ShiftedClock(max(settings.clock_starts_at, recorded or settings.clock_starts_at))
    return ShiftedClock(daytime_start(SystemClock().now(), recorded))


def build(services: Services, explorer: Explorer | None = None) -> Starlette:
    """The ASGI application; its worker runs as long as it does."""
    tokens = tokens_of(services.settings)
    endpoint = Endpoint(services, tokens, explorer)
    routes: list[BaseRoute] = [
        Route(PATH, endpoint),
        WebSocketRoute(PATH, endpoint),
        Route("/healthz", _health),
    ]
    if explorer:
        assets = StaticFiles(directory=page.found(PATH).assets)
        routes.insert(0, Mount(f"{PATH}/assets", assets))
    app = Starlette(routes=routes, lifespan=_lifespan)
    app.state.services = services
    return app


async def _health(request: Request) -> Response:
    """200 once the database answers."""
    async with request.app.state.services.db.read() as connection:
        await connection.exec_driver_sql("SELECT 1")
    return PlainTextResponse("ok")


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    services: Services = app.state.services
    task = asyncio.create_task(worker_of(services).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await services.db.close()


def worker_of(services: Services) -> Worker:
    partners = SimulatedPartners(services.db, services.book, services.settings.speed)
    handlers = {**partners.handlers, **stars.handlers(services.book)}
    return Worker(services.db, Postman(partners, partners), handlers)


def explorer_of(settings: Settings, shopper_id: str) -> Explorer:
    """GraphiQL's page for a shopper, each time with a new token."""
    found = page.found(PATH)
    tokens = tokens_of(settings)
    return lambda: HTMLResponse(found.html(token=tokens.issue(shopper_id)), headers=found.headers)
