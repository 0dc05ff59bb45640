"""A route written by hand: what home.graphql asks, without GraphQL, from the same stores."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.python_peers import common
from bff.core.clock import ShiftedClock
from bff.core.pages import Page
from bff.db.connection import Connection, JoinResult
from bff.db.sqlite.database import SqliteDatabase
from bff.domain.orders.model import Merchant, Order, OrderLine
from bff.domain.orders.store import (
    lines_by_order,
    merchants_by_id,
    orders_with_merchants,
    shoppers_by_id,
)
from bff.domain.policy.model import Policy
from bff.domain.policy.store import PolicyBook
from bff.domain.returns.rules.returnability import Subject, assess
from bff.domain.stars.model import Stars, entitlements
from bff.domain.stars.next_star import next_star
from bff.domain.stars.store import stars_by_shopper
from bff.http.auth import TokenError, Tokens, bearer
from bff.locale.language import Language, negotiate
from bff.locale.messages import format_money

MOST = 100
TOKEN_LIFE = timedelta(days=7)


class Home:
    def __init__(self) -> None:
        clock = ShiftedClock(datetime.fromisoformat(common.setting("NOW")))
        self._db = SqliteDatabase(common.database(), clock)
        self._book = PolicyBook()
        self._tokens = Tokens(common.setting("SECRET"), TOKEN_LIFE)

    async def answer(self, request: Request) -> Response:
        try:
            token = bearer(request.headers.get("authorization"))
            shopper_id = self._tokens.shopper_of(token or "")
        except TokenError as error:
            return _answer({"errors": [{"message": str(error)}]}, 401)
        first = request.query_params.get("first", "20")
        if not first.isdecimal() or not 1 <= int(first) <= MOST:
            return _answer({"errors": [{"message": f"first: 1 to {MOST}"}]}, 400)
        language = negotiate(request.headers.get("accept-language"))
        return _answer({"data": {"viewer": await self._viewer(shopper_id, int(first), language)}})

    async def _viewer(self, shopper_id: str, first: int, language: Language) -> dict[str, Any]:
        now = self._db.clock.now()
        async with self._db.read() as connection:
            policy = await self._book.current(connection, now)
            nickname = (await shoppers_by_id(connection, [shopper_id]))[shopper_id].nickname
            stars = (await stars_by_shopper(connection, [shopper_id]))[shopper_id]
            page = await orders_with_merchants(connection, shopper_id, first, None)
            shelf = await Shelf.of(connection, self._book, shopper_id, page)
        orders_writer = HomeWriter(policy, stars.level, now, language, shelf)
        return {
            "nickname": nickname,
            "starLevel": _star_level(stars, policy),
            "entitlements": _entitlements(policy, stars.level, language),
            "orders": orders_writer.page(page.result),
        }


class Shelf:
    """All that a page of orders needs from other tables."""

    def __init__(
        self,
        merchants: Mapping[str, Merchant],
        lines: Mapping[str, Sequence[OrderLine]],
        policies: Mapping[str, Policy],
    ) -> None:
        self.merchants = merchants
        self.lines = lines
        self.policies = policies

    @classmethod
    async def of(
        cls,
        connection: Connection,
        book: PolicyBook,
        shopper_id: str,
        page: JoinResult[Page[Order]],
    ) -> "Shelf":
        orders = page.result.items
        lines = await lines_by_order(connection, shopper_id, [order.id for order in orders])
        versions = {order.policy_version for order in orders}
        return cls(
            page.related[merchants_by_id],
            lines,
            {version: await book.version(connection, version) for version in versions},
        )


class HomeWriter:
    def __init__(
        self, policy: Policy, level: int, now: datetime, language: Language, shelf: Shelf
    ) -> None:
        self._policy = policy
        self._level = level
        self._now = now
        self._language = language
        self._shelf = shelf

    def page(self, page: Page[Order]) -> dict[str, Any]:
        last = page.items[-1] if page.items else None
        return {
            "pageInfo": {
                "hasNextPage": page.has_next,
                "endCursor": common.cursor(last.paid_at, last.id) if last else None,
            },
            "nodes": [self._order(order) for order in page.items],
        }

    def _order(self, order: Order) -> dict[str, Any]:
        merchant = self._shelf.merchants[order.merchant_id]
        return {
            "id": order.id,
            "number": order.number,
            "status": order.status,
            "paidAt": common.moment(order.paid_at),
            "receivedAt": common.moment(order.received_at),
            "merchant": {"id": merchant.id, "name": merchant.name},
            "lines": [self._line(line, order, merchant) for line in self._shelf.lines[order.id]],
        }

    def _line(self, line: OrderLine, order: Order, merchant: Merchant) -> dict[str, Any]:
        display = format_money(self._language, line.paid)
        return {
            "id": line.id,
            "title": line.title,
            "quantity": line.quantity,
            "paid": {"minor": line.paid_minor, "currency": line.currency, "display": display},
            "returnability": self._returnability(line, order, merchant),
        }

    def _returnability(self, line: OrderLine, order: Order, merchant: Merchant) -> dict[str, Any]:
        policy = self._shelf.policies[order.policy_version]
        subject = Subject(line, order, merchant, policy, self._level)
        answer = assess(subject, None, self._now)
        return {
            "returnable": answer.returnable,
            "express": answer.express,
            "until": common.moment(answer.until),
            "message": common.outcome(answer, self._policy, self._language),
        }


def _star_level(stars: Stars, policy: Policy) -> dict[str, Any]:
    following = next_star(stars, policy.scorecard)
    return {
        "level": stars.level,
        "since": common.moment(stars.since),
        "next": following and {"level": following.level, "missing": following.missing},
    }


def _entitlements(policy: Policy, level: int, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "code": rung.entitlement.code,
            "title": rung.entitlement.title.in_(language),
            "granted": rung.granted,
            "unlockedAt": rung.entitlement.unlocked_at,
        }
        for rung in entitlements(policy, level)
    ]


def _answer(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


app = Starlette(routes=[Route("/home", Home().answer)])

if __name__ == "__main__":
    common.serve(app)
