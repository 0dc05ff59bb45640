"""Relay connections over pages, forward only, newest first."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import strawberry

from bff.core.pages import Page, Position
from bff.graphql.context import Context
from bff.locale.messages import N_
from resolvers.argument_errors import argument_error, reserve_rows
from resolvers.fields import attribute

T = TypeVar("T")
MAX_FIRST = 100


@strawberry.type(description="Where a page stands in the whole list.")
class PageInfo:
    has_next_page: bool = attribute("Whether there is more behind `endCursor`.")
    has_previous_page: bool = attribute("Whether there is something before this page.")
    start_cursor: str | None = attribute("The first edge's cursor.")
    end_cursor: str | None = attribute("The last edge's cursor: `after` of the next page.")


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    node: T
    cursor: str


@dataclass(frozen=True, slots=True)
class RelayConnection(Generic[T]):
    """A page of what a shopper has; `at` names the attribute that orders it."""

    page: Page[Any]
    shopper_id: str
    at: str

    @property
    def nodes(self) -> Sequence[T]:
        return self.page.items

    @property
    def edges(self) -> list[Edge[T]]:
        return [Edge(item, self._cursor(item)) for item in self.page.items]

    @property
    def page_info(self) -> PageInfo:
        items = self.page.items
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self._cursor(items[0]) if items else None,
            end_cursor=self._cursor(items[-1]) if items else None,
        )

    def _cursor(self, item: Any) -> str:
        return to_cursor(Position(getattr(item, self.at), item.id))


@dataclass(frozen=True, slots=True)
class PageRequest:
    first: int
    after: Position | None


def page_request(context: Context, first: int, after: str | None) -> PageRequest:
    """Raises a GraphQLError that names the argument."""
    if not 1 <= first <= MAX_FIRST:
        raise argument_error(context.language, "first", N_("a whole number from 1 to 100"))
    reserve_rows(context, "first", first)
    position = from_cursor(after) if after else None
    if after is not None and position is None:
        raise argument_error(context.language, "after", N_("a cursor that this list gave"))
    return PageRequest(first, position)


def to_cursor(position: Position) -> str:
    text = f"{position.at.isoformat()}|{position.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> Position | None:
    """None for what is no cursor."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        at, _, identifier = text.partition("|")
        moment = datetime.fromisoformat(at)
        utc = moment.astimezone(UTC)
    except (binascii.Error, ValueError, OverflowError):
        return None
    return Position(utc, identifier) if moment.tzinfo and identifier else None


FIRST = strawberry.argument(
    description="At most so many: 1 to 100, and 300 in all of one operation."
)
AFTER = strawberry.argument(description="The `endCursor` of the page before.")
