"""The composition root: settings, clock, database, partners, routes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bff.domain.erasure import service as erasure
from bff.domain.evidence.links import Signer
from bff.domain.evidence.object_store import ObjectStore
from bff.domain.evidence.sweeper import Sweeper
from bff.domain.payments import duplicates
from bff.domain.returns.deadlines import handlers as deadlines
from bff.domain.stars import service as stars
from bff.graphql.declarations import Declarations
from bff.graphql.engine.documents import Documents
from bff.graphql.engine.engine import Engine
from bff.graphql.graphiql import page
from bff.graphql.http.endpoint import Endpoint, Explorer
from bff.graphql.http.manifest import read_manifest
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
from bff.jobs.open_reports import Concern, report_count
from bff.jobs.worker import Worker
from bff.partners.directory import Partners
from bff.partners.inbound.reports import INBOX
from bff.partners.outbound.dispatcher import Dispatcher
from bff.services import Services
from bff.settings import Settings

PATH = "/graphql"
REPORT_GAUGES = {
    Concern.WAITS: "Partners' reports that wait for something else to happen.",
    Concern.OVERDUE: "Certain facts that have waited for over a day: `bff inbox`.",
    Concern.GIVEN_UP: "Reports that never made sense, not dismissed: `bff inbox`.",
    Concern.CONTRADICTS: "New reports that contradict the state, not dismissed: `bff inbox`.",
}


def tokens_of(settings: Settings) -> Tokens:
    return Tokens(settings.token_secret, timedelta(hours=settings.token_hours))


Trusted = Mapping[str, str]


def trusted_of(settings: Settings) -> Trusted:
    """Documents by id. Raises ManifestError."""
    return read_manifest(settings.operations, Documents(core)) if settings.operations else {}


def server_of(services: Services) -> GraphQLServer:
    settings = services.settings
    engine = Engine(core, Declarations() if settings.executor == "plan" else None)
    signer = Signer(settings.token_secret)
    return GraphQLServer(services, tokens_of(settings), signer, engine, Metrics())


def build(services: Services, trusted: Trusted, explorer: Explorer | None = None) -> Application:
    """The ASGI application; its worker runs as long as it does."""
    server = server_of(services)
    persisted = PersistedDocuments(trusted, only=services.settings.operations_only)
    parser = RequestParser(persisted)
    sockets = WebSocketHandler(server, parser)
    server.metrics.watch(sockets.counts)
    services.db.on_commit = server.metrics.count_commit
    server.metrics.gauge(
        "bff_duplicate_payments_open",
        "Payments made or requested twice that are not settled: `bff duplicates`.",
        lambda: services.db.count(duplicates.OPEN),
    )
    for concern, description in REPORT_GAUGES.items():
        read = partial(report_count, services.db, concern)
        server.metrics.gauge(f"bff_reports_{concern.lower()}", description, read)
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
    app.state.sweeper = Sweeper(services.db, object_store)
    app.state.revocations = Revocations(services.db, server.tokens)
    return app


@asynccontextmanager
async def _lifespan(app: Application) -> AsyncIterator[None]:
    services: Services = app.state.services
    loops = (worker_of(services).run(), app.state.sweeper.run(), app.state.revocations.run())
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await services.db.close()


def worker_of(services: Services) -> Worker:
    settings, db = services.settings, services.db
    partners = Partners(settings, db)
    dispatcher = Dispatcher(db, partners.gateways, settings.partner_timeout_seconds)
    handlers = {
        **partners.handlers,
        **INBOX.handlers,
        **deadlines.HANDLERS,
        **stars.HANDLERS,
        **erasure.HANDLERS,
    }
    return Worker(db, Delivery(db, dispatcher, settings.partner_attempts), handlers, partners.close)


def explorer_of(settings: Settings, shopper_id: str) -> Explorer:
    """GraphiQL's page for a shopper, each time with a new token."""
    graphiql = page.available_page(PATH)
    tokens = tokens_of(settings)
    return lambda: HTMLResponse(
        graphiql.html(token=tokens.issue(shopper_id)), headers=graphiql.headers
    )
