import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from bff.core.pages import Page, Position
from resolvers.connections import (
    MAX_FIRST,
    PageRequest,
    RelayConnection,
    from_cursor,
    page_request,
    to_cursor,
)
from tests.support.views import context_of
from tests.support.world import START, World


@dataclass
class Row:
    id: str
    paid_at: datetime


NEW, OLD = Row("ord_2", START), Row("ord_1", START - timedelta(days=1))


def connection(*rows: Row, **page: Any) -> RelayConnection[Row]:
    ends = {"has_next": False, "has_previous": False}
    return RelayConnection(Page(rows, **ends | page), "sho_1", at="paid_at")


@given(st.datetimes(timezones=st.just(UTC)), st.text(min_size=1))
def test_a_cursor_gives_its_position_back(at: datetime, identifier: str) -> None:
    position = Position(at, identifier)
    assert from_cursor(to_cursor(position)) == position


def test_a_position_is_in_utc_whatever_the_cursors_zone() -> None:
    at = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert from_cursor(to_cursor(Position(at, "ord_1"))) == Position(
        datetime(2026, 1, 1, tzinfo=UTC), "ord_1"
    )


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%%",
        "嗨",
        encoded("no moment|ord_1"),
        encoded("2026-01-01T00:00:00+00:00"),
        encoded("2026-01-01T00:00:00+00:00|"),
        encoded("2026-01-01T00:00:00|ord_1"),
        encoded("0001-01-01T00:00:00+23:59|ord_1"),
        base64.urlsafe_b64encode(b"\xff\xfe|ord_1").decode(),
    ],
)
def test_what_is_no_cursor_has_no_position(cursor: str) -> None:
    assert from_cursor(cursor) is None


def test_edges_and_page_info_have_the_items_cursors() -> None:
    page = connection(NEW, OLD, has_next=True)
    first, last = (to_cursor(Position(row.paid_at, row.id)) for row in (NEW, OLD))
    assert [(edge.node, edge.cursor) for edge in page.edges] == [(NEW, first), (OLD, last)]
    assert page.nodes == (NEW, OLD)
    info = page.page_info
    assert (info.start_cursor, info.end_cursor) == (first, last)
    assert (info.has_next_page, info.has_previous_page) == (True, False)


def test_an_empty_page_has_no_cursors() -> None:
    page = connection(has_previous=True)
    assert (page.page_info.start_cursor, page.page_info.end_cursor) == (None, None)
    assert (page.page_info.has_previous_page, page.edges) == (True, [])


async def test_a_request_has_its_position(world: World) -> None:
    position = Position(START, "ord_1")
    request = page_request(context_of(world), MAX_FIRST, to_cursor(position))
    assert request == PageRequest(MAX_FIRST, position)
    assert page_request(context_of(world), 1, None) == PageRequest(1, None)


@pytest.mark.parametrize(
    ("first", "after", "argument"),
    [
        (0, None, "first"),
        (-1, None, "first"),
        (MAX_FIRST + 1, None, "first"),
        (1, "", "after"),
        (1, "x", "after"),
    ],
)
async def test_a_request_that_cannot_be_names_its_argument(
    world: World, first: int, after: str | None, argument: str
) -> None:
    with pytest.raises(GraphQLError) as caught:
        page_request(context_of(world), first, after)
    assert caught.value.extensions == {"code": "BAD_USER_INPUT", "argument": argument}


async def test_pages_of_one_operation_share_its_rows(world: World) -> None:
    context = context_of(world)
    for _ in range(3):
        page_request(context, MAX_FIRST, None)
    with pytest.raises(GraphQLError, match="300"):
        page_request(context, 1, None)
