"""The composition root: settings, clock, database, partners, routes."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bff.db.database import Database
from bff.db.engines import shared_values
from bff.domain.erasure import service as erasure
from bff.domain.evidence.links import Signer
from bff.domain.evidence.object_store import ObjectStore
from bff.domain.evidence.sweeper import Sweeper
from bff.domain.retention.model import Kept, Periods
from bff.domain.retention.service import retention_handlers
from bff.domain.returns.deadlines import handlers as deadlines
from bff.domain.stars import service as stars
from bff.figures import Figures
from bff.graphql.declarations import Declarations
from bff.graphql.engine.documents import Documents
from bff.graphql.engine.engine import Engine
from bff.graphql.graphiql import page
from bff.graphql.http.endpoint import Endpoint, Explorer
from bff.graphql.http.manifest import operation_names, read_manifest
from bff.graphql.http.persisted_documents import PersistedDocuments
from bff.graphql.http.request_parser import RequestParser
from bff.graphql.metrics import Metrics
from bff.graphql.schema import core
from bff.graphql.server import GraphQLServer
from bff.graphql.websocket.handler import WebSocketHandler
from bff.http.application import Application, root_route
from bff.http.auth import Tokens
from bff.http.photos import Photos
from bff.http.readiness import Readiness
from bff.http.revocations import Revocations
from bff.http.webhooks import Webhooks
from bff.jobs.delivery import Delivery
from bff.jobs.worker import Worker
from bff.partners.directory import Partners
from bff.partners.inbound.reports import INBOX
from bff.partners.outbound.dispatcher import Dispatcher
from bff.services import Services
from bff.settings import Settings

PATH = "/graphql"
LEASE_MARGIN = timedelta(seconds=5)  # beside a partner's time: for slow writes, and other clocks


def tokens_of(settings: Settings) -> Tokens:
    return Tokens(settings.token_secret, timedelta(hours=settings.token_hours))


Trusted = Mapping[str, str]


def trusted_of(settings: Settings) -> Trusted:
    """Documents by id. Raises ManifestError."""
    return read_manifest(settings.operations, Documents(core)) if settings.operations else {}


def server_of(services: Services, names: Collection[str] = ()) -> GraphQLServer:
    """`names`: of operations that metrics name."""
    settings = services.settings
    engine = Engine(core, Declarations() if settings.executor == "plan" else None)
    signer = Signer(settings.token_secret)
    return GraphQLServer(services, tokens_of(settings), signer, engine, Metrics(names))


def build(
    services: Services,
    trusted: Trusted,
    explorer: Explorer | None = None,
    *,
    works: bool = True,
) -> Application:
    """The ASGI application; with `works`, a worker runs as long as it does."""
    settings = services.settings
    server = server_of(services, operation_names(trusted.values()))
    shared = shared_values(settings.redis_url) if settings.redis_url else None
    persisted = PersistedDocuments(trusted, only=settings.operations_only, shared=shared)
    parser = RequestParser(persisted)
    sockets = WebSocketHandler(server, parser)
    server.metrics.watch(sockets.counts)
    watch_database(services.db, server.metrics)
    endpoint = Endpoint(server, parser, sockets, explorer)
    object_store = ObjectStore(services.settings.photo_store)
    readiness = Readiness(services.db)
    routes: list[BaseRoute] = [
        Route(PATH, endpoint),  # to which Starlette redirects a path with a slash at its end
        Route("/webhooks/{partner}", Webhooks(services).answer, methods=["POST"]),
        *Photos(services, object_store).routes,
        *readiness.routes,
        root_route(PATH, explorer=explorer is not None),
    ]
    if explorer:
        assets = StaticFiles(directory=page.available_page(PATH).assets)
        routes.insert(0, Mount(f"{PATH}/assets", assets))
    app = Application(PATH, endpoint, routes, _lifespan)
    app.state.services = services
    app.state.metrics = server.metrics
    app.state.readiness = readiness
    app.state.works = works
    app.state.shared = shared
    app.state.revocations = Revocations(services.db, server.tokens)
    return app


def watch_database(db: Database, metrics: Metrics) -> None:
    db.on_commit, db.on_retry, db.on_wait = (
        metrics.count_commit,
        metrics.count_retry,
        metrics.count_wait,
    )
    metrics.registry.register(Figures(db))


@asynccontextmanager
async def _lifespan(app: Application) -> AsyncIterator[None]:
    services: Services = app.state.services
    loops = [
        app.state.revocations.run(),
        *(work_loops(services, app.state.metrics) if app.state.works else ()),
    ]
    try:
        async with services.awake(), running(loops):
            yield
    finally:
        if app.state.shared:
            await app.state.shared.close()
        await services.db.close()


@asynccontextmanager
async def running(loops: Iterable[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """They are cancelled at the end, and come to theirs."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def work_loops(
    services: Services, metrics: Metrics | None = None
) -> list[Coroutine[Any, Any, None]]:
    """Of everything that is done in the background."""
    object_store = ObjectStore(services.settings.photo_store)
    return [worker_of(services, metrics).run(), Sweeper(services.db, object_store).run()]


def periods_of(settings: Settings) -> Periods:
    return {kept: timedelta(days=getattr(settings, f"retention_{kept}_days")) for kept in Kept}


def worker_of(services: Services, metrics: Metrics | None = None) -> Worker:
    settings, db = services.settings, services.db
    partners = Partners(settings, db)
    dispatcher = Dispatcher(db, partners.gateways, settings.partner_timeout_seconds)
    handlers = {
        **partners.handlers,
        **INBOX.handlers,
        **deadlines.HANDLERS,
        **stars.HANDLERS,
        **erasure.HANDLERS,
        **retention_handlers(periods_of(settings)),
    }
    lease = timedelta(seconds=settings.partner_timeout_seconds) + LEASE_MARGIN
    delivery = Delivery(db, dispatcher, settings.partner_attempts, lease)
    delivery.on_call = metrics.count_call if metrics else None
    return Worker(db, delivery, handlers, partners.close)


def explorer_of(settings: Settings, shopper_id: str) -> Explorer:
    """GraphiQL's page for a shopper, each time with a new token."""
    graphiql = page.available_page(PATH)
    tokens = tokens_of(settings)
    return lambda: HTMLResponse(
        graphiql.html(token=tokens.issue(shopper_id)), headers=graphiql.headers
    )
