"""The whole journey in Chromium, by running GraphiQL's tabs against a real server."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.support.browser.graphiql import TABS, GraphiQL

pytestmark = pytest.mark.browser

PUSHED = ["PICKUP_ACCEPTED", "PICKUP_COLLECTED", "WAYBILL_SUBMITTED", "REFUND_ADVANCED"]


@pytest.fixture
def graphiql(window: Page, address: str) -> GraphiQL:
    opened = GraphiQL(window)
    opened.open(address)
    return opened


def _updates(graphiql: GraphiQL) -> list[dict[str, Any]]:
    return [payload["data"]["refundUpdates"] for payload in graphiql.pushed]


def _events(graphiql: GraphiQL) -> list[str]:
    return [update["event"] for update in _updates(graphiql)]


def _tap(graphiql: GraphiQL) -> Any:
    answer = graphiql.run("OneTap")["oneTapReturn"]
    assert answer["__typename"] == "OneTapReturnSuccess", answer
    return answer


def _watch(graphiql: GraphiQL) -> None:
    graphiql.choose("Watch")
    graphiql.press_run()
    graphiql.until(lambda: PUSHED[-1] in _events(graphiql), "the money did not come back")


def test_tabs_are_laid_out_with_the_token_in_place(graphiql: GraphiQL) -> None:
    assert graphiql.tabs() == TABS
    assert graphiql.read("headers")["Authorization"].startswith("Bearer ")


def test_shopper_sees_level_orders_and_slots(graphiql: GraphiQL, screenshots: Path) -> None:
    viewer = graphiql.run("Me")["viewer"]
    assert viewer["starLevel"]["level"] >= 3
    assert any(entitlement["granted"] for entitlement in viewer["entitlements"])
    orders = graphiql.run("MyOrders")["viewer"]["orders"]["nodes"]
    graphiql.window.screenshot(path=screenshots / "orders.png")
    lines = [line for order in orders for line in order["lines"]]
    assert any(line["returnability"]["express"] for line in lines)
    assert graphiql.run("PickupSlots")["pickupSlots"]


def test_tap_is_approved_with_an_address_and_a_courier(
    graphiql: GraphiQL, screenshots: Path
) -> None:
    answer = _tap(graphiql)
    graphiql.window.screenshot(path=screenshots / "one-tap.png")
    assert answer["replayed"] is False
    assert answer["return"]["express"] is True
    assert answer["return"]["approvedAt"]
    assert answer["return"]["returnAddress"]
    assert answer["return"]["pickup"]["status"] == "AWAITING_COURIER"


def test_each_step_is_pushed_and_the_money_is_back_within_a_second(
    graphiql: GraphiQL, screenshots: Path
) -> None:
    _tap(graphiql)
    _watch(graphiql)
    graphiql.until(lambda: len(graphiql.log()) == len(graphiql.pushed), "the log is behind")
    graphiql.window.screenshot(path=screenshots / "watch.png")
    assert [event for event in _events(graphiql) if event in PUSHED] == PUSHED
    at = {each["event"]: datetime.fromisoformat(each["at"]) for each in _updates(graphiql)}
    assert at["REFUND_ADVANCED"] - at["WAYBILL_SUBMITTED"] < timedelta(seconds=1)


def test_what_was_pushed_is_pushed_again_to_one_who_comes_back(graphiql: GraphiQL) -> None:
    _tap(graphiql)
    _watch(graphiql)
    cursors = [update["cursor"] for update in _updates(graphiql)]
    graphiql.press_run()  # stops
    graphiql.pushed.clear()
    _watch(graphiql)
    assert [update["cursor"] for update in _updates(graphiql)] == cursors


def test_after_the_refund_the_tabs_tell_what_stands(graphiql: GraphiQL, screenshots: Path) -> None:
    tapped = _tap(graphiql)["return"]["id"]
    _watch(graphiql)
    latest = graphiql.run("MyReturns")["viewer"]["returns"]["nodes"][0]
    graphiql.window.screenshot(path=screenshots / "my-returns.png")
    assert latest["id"] == tapped
    assert latest["waybill"]["number"]
    assert latest["refund"]["advance"] == "ADVANCED"
    again = graphiql.run("TapAgain")["oneTapReturn"]
    assert (again["replayed"], again["return"]["id"]) == (True, tapped)
    assert graphiql.run("Cancel")["returnCancel"]["__typename"] == "ReturnNotCancellable"


def test_change_of_mind_right_after_the_tap(graphiql: GraphiQL) -> None:
    _tap(graphiql)
    closed = graphiql.run("Cancel")["returnCancel"]
    assert closed["return"]["status"] == "CLOSED"


def test_an_order_that_is_not_shipped_is_refunded_at_once(graphiql: GraphiQL) -> None:
    opened = graphiql.run("Refund")["refundOpen"]
    assert opened["__typename"] == "RefundOpenSuccess", opened
    assert {one["status"] for one in opened["returns"]} == {"SUCCEEDED"}
    assert all(one["express"] for one in opened["returns"])


def test_everything_comes_from_one_origin(graphiql: GraphiQL, address: str) -> None:
    for tab in TABS:
        graphiql.choose(tab)
        graphiql.press_run()
        graphiql.until(lambda: graphiql.read("response"), f"{tab} shows no answer")
    assert any(url.startswith("ws:") for url in graphiql.requested)
    assert any("worker" in url for url in graphiql.requested)
    assert graphiql.origins() == {urlsplit(address).netloc}
    assert graphiql.complaints == []


def test_next_visit_starts_anew(graphiql: GraphiQL, address: str) -> None:
    _tap(graphiql)
    before = graphiql.read("variables")
    graphiql.open(address)
    assert graphiql.tabs() == TABS
    graphiql.choose("Watch")
    assert graphiql.read("variables") == {"returnId": "", "after": None}
    graphiql.choose("OneTap")
    after = graphiql.read("variables")
    assert after["idempotencyKey"] != before["idempotencyKey"]
    assert after["orderLineId"] != before["orderLineId"]
    assert "Bearer" not in graphiql.stored()


def test_the_token_is_not_stored_though_the_headers_are_ready_before_the_run(
    graphiql: GraphiQL, address: str
) -> None:
    bearer = graphiql.until(lambda: graphiql.read("headers"), "no headers")["Authorization"]
    graphiql.run("Me")
    graphiql.until(lambda: "query Me" in graphiql.stored(), "the run is not in the history")
    assert bearer.removeprefix("Bearer ") not in graphiql.stored()
    assert "Bearer" not in graphiql.stored()
    graphiql.open(address)
    graphiql.choose_from_history("Me")
    again = graphiql.until(lambda: graphiql.read("headers"), "no headers")["Authorization"]
    assert again.startswith("Bearer ")
    assert again.removeprefix("Bearer ") not in graphiql.stored()
