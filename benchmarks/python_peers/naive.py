"""Strawberry with SQLAlchemy's ORM, the usual way: a session a request, rows loaded lazily.

The same types as far as home.graphql asks for them, and the project's own rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import strawberry
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from benchmarks.python_peers import common, orm
from bff.core.clock import ShiftedClock
from bff.domain.policy.model import Policy, in_force
from bff.domain.returns.rules.returnability import Returnability as Answer
from bff.domain.returns.rules.returnability import Subject, assess
from bff.domain.stars import model as stars
from bff.domain.stars.next_star import NextStar as NextStarModel
from bff.domain.stars.next_star import next_star
from bff.http.auth import Tokens, bearer
from bff.locale.language import Language, negotiate
from bff.locale.messages import format_money

CLOCK = ShiftedClock(datetime.fromisoformat(common.setting("NOW")))
TOKENS = Tokens(common.setting("SECRET"), timedelta(days=7))
sessions = sessionmaker(create_engine(f"sqlite:///{common.database()}"))
with sessions() as opened:
    POLICIES = [
        Policy.model_validate(document)
        for document in opened.scalars(
            select(orm.Policy.document).order_by(orm.Policy.in_force_from)
        )
    ]


@dataclass
class Context:
    session: Session
    shopper_id: str
    language: Language
    now: datetime
    policy: Policy


Info = strawberry.Info[Context, None]


@strawberry.type
class Money:
    minor: int
    currency: str
    display: str


@strawberry.type
class NextStar:
    level: int
    missing: int


@strawberry.type
class StarLevel:
    level: int
    since: str | None
    next: NextStar | None


@strawberry.type
class Entitlement:
    code: str
    title: str
    granted: bool
    unlocked_at: int


@strawberry.type
class Merchant:
    id: strawberry.ID
    name: str


@strawberry.type
class Returnability:
    returnable: bool
    express: bool
    until: str | None
    message: str


@strawberry.type
class OrderLine:
    row: strawberry.Private[orm.OrderLine]
    title: str
    quantity: int

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.row.domain().id)

    @strawberry.field
    def paid(self, info: Info) -> Money:
        paid = self.row.domain().paid
        return Money(
            minor=paid.minor,
            currency=paid.currency,
            display=format_money(info.context.language, paid),
        )

    @strawberry.field
    def returnability(self, info: Info) -> Returnability:
        answer = _assessed(info.context, self.row)
        return Returnability(
            returnable=answer.returnable,
            express=answer.express,
            until=common.moment(answer.until),
            message=common.outcome(answer, info.context.policy, info.context.language),
        )


@strawberry.type
class Order:
    row: strawberry.Private[orm.Order]
    id: strawberry.ID
    number: str

    @strawberry.field
    def status(self) -> str:
        return self.row.domain().status

    @strawberry.field
    def paid_at(self) -> str | None:
        return common.moment(self.row.paid_at)

    @strawberry.field
    def received_at(self) -> str | None:
        return common.moment(self.row.received_at)

    @strawberry.field
    def merchant(self) -> Merchant:
        return Merchant(id=strawberry.ID(self.row.merchant.id), name=self.row.merchant.name)

    @strawberry.field
    def lines(self) -> list[OrderLine]:
        return [
            OrderLine(row=row, title=row.title, quantity=row.quantity) for row in self.row.lines
        ]


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Orders:
    page_info: PageInfo
    nodes: list[Order]


@strawberry.type
class Shopper:
    row: strawberry.Private[orm.Shopper]
    nickname: str

    @strawberry.field
    def star_level(self, info: Info) -> StarLevel:
        rated = self.row.stars()
        following = next_star(rated, info.context.policy.scorecard)
        return StarLevel(level=rated.level, since=common.moment(rated.since), next=_next(following))

    @strawberry.field
    def entitlements(self, info: Info) -> list[Entitlement]:
        context = info.context
        granted = stars.entitlements(context.policy, self.row.stars().level)
        return [_entitlement(one, context.language) for one in granted]

    @strawberry.field
    def orders(self, info: Info, first: int = 20) -> Orders:
        found = info.context.session.scalars(
            select(orm.Order)
            .where(orm.Order.shopper_id == self.row.id)
            .order_by(orm.Order.paid_at.desc(), orm.Order.id.desc())
            .limit(first + 1)
        ).all()
        return _page(found, first)


@strawberry.type
class Query:
    @strawberry.field
    def viewer(self, info: Info) -> Shopper:
        row = info.context.session.get_one(orm.Shopper, info.context.shopper_id)
        return Shopper(row=row, nickname=row.nickname)


def _page(found: Sequence[orm.Order], first: int) -> Orders:
    shown = found[:first]
    end = common.cursor(shown[-1].paid_at, shown[-1].id) if shown else None
    nodes = [Order(row=row, id=strawberry.ID(row.id), number=row.number) for row in shown]
    return Orders(page_info=PageInfo(has_next_page=len(found) > first, end_cursor=end), nodes=nodes)


def _next(following: NextStarModel | None) -> NextStar | None:
    if following is None:
        return None
    return NextStar(level=following.level, missing=following.missing)


def _entitlement(rung: stars.Granted, language: Language) -> Entitlement:
    return Entitlement(
        code=rung.entitlement.code,
        title=rung.entitlement.title.in_(language),
        granted=rung.granted,
        unlocked_at=rung.entitlement.unlocked_at,
    )


def _assessed(context: Context, row: orm.OrderLine) -> Answer:
    order = row.order
    policy = next(one for one in POLICIES if one.version == order.policy_version)
    level = order.shopper.stars().level
    subject = Subject(row.domain(), order.domain(), order.merchant.domain(), policy, level)
    return assess(subject, None, context.now)


class View(GraphQL[Context, None]):
    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        token = bearer(request.headers.get("authorization"))
        now = CLOCK.now()
        return Context(
            request.state.session,
            TOKENS.shopper_of(token or ""),
            negotiate(request.headers.get("accept-language")),
            now,
            in_force(POLICIES, now),
        )

    async def run(self, request: Any, *arguments: Any, **options: Any) -> Any:
        with sessions() as session:
            request.state.session = session
            return await super().run(request, *arguments, **options)


app = Starlette(routes=[Route("/graphql", View(strawberry.Schema(Query)))])

if __name__ == "__main__":
    common.serve(app)
