"""Counts and durations, by their labels."""

from dataclasses import dataclass

import pytest
from graphql import OperationType

from bff.graphql.engine.response import GraphQLResponse, Outcome
from bff.graphql.metrics import HTTP, MAX_NAME, MAX_NAMES, TRANSPORTS, WEBSOCKET, Metrics
from resolvers.user_errors import VIEWS


@dataclass
class Counts:
    sockets: int = 1
    subscriptions: int = 2
    events_pushed: int = 3
    dropped_as_slow: int = 4


def sample(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_a_response_is_counted_and_timed() -> None:
    metrics = Metrics()
    response = GraphQLResponse(b"{}", planned=True, kind=OperationType.QUERY)
    for seconds in (0.002, 0.004):
        metrics.count_response(HTTP, response, seconds)
    labels = {"transport": HTTP, "operation": "query"}
    assert sample(metrics, "bff_operations_total", outcome="planned", **labels) == 2
    assert sample(metrics, "bff_operation_seconds_sum", **labels) == pytest.approx(0.006)
    assert sample(metrics, "bff_operation_seconds_bucket", le="0.0025", **labels) == 1


def test_every_combination_is_served_from_the_beginning() -> None:
    metrics = Metrics()
    for transport in TRANSPORTS:
        labels = {"transport": transport, "operation": "none", "outcome": "fault"}
        assert sample(metrics, "bff_operations_total", **labels) == 0


@pytest.mark.parametrize("outcome", ["refused", "unavailable", "fault"])
def test_a_request_without_a_response_is_counted(outcome: Outcome) -> None:
    metrics = Metrics()
    metrics.count_failure(WEBSOCKET, outcome)
    labels = {"transport": WEBSOCKET, "operation": "none", "outcome": outcome}
    assert sample(metrics, "bff_operations_total", **labels) == 1


def test_a_subscription_that_begins_is_counted() -> None:
    metrics = Metrics()
    metrics.count_subscription(WEBSOCKET, 0.1)
    labels = {"transport": WEBSOCKET, "operation": "subscription"}
    assert sample(metrics, "bff_operations_total", outcome="graphql-core", **labels) == 1
    assert sample(metrics, "bff_operation_seconds_count", **labels) == 1


def test_a_commit_is_counted_with_its_writes() -> None:
    metrics = Metrics()
    metrics.count_commit(5, 0.01)
    assert sample(metrics, "bff_commit_writes_sum") == 5
    assert sample(metrics, "bff_commit_seconds_count") == 1


def test_sockets_are_counted_where_they_are_open() -> None:
    metrics, counts = Metrics(), Counts()
    metrics.watch(counts)
    counts.sockets = 7
    assert sample(metrics, "bff_sockets_open") == 7
    assert sample(metrics, "bff_subscriptions_open") == 2
    assert sample(metrics, "bff_events_pushed_total") == 3
    assert sample(metrics, "bff_slow_clients_dropped_total") == 4


def named(metrics: Metrics, name: str, outcome: str) -> float | None:
    labels = {"name": name, "outcome": outcome}
    return metrics.registry.get_sample_value("bff_named_operations_total", labels)


def count(metrics: Metrics, name: str | None, *, planned: bool = True) -> None:
    response = GraphQLResponse(b"{}", planned=planned, kind=OperationType.QUERY, name=name)
    metrics.count_response(HTTP, response, 0.001)


def test_the_operations_of_a_manifest_are_named_and_no_others() -> None:
    metrics = Metrics(["Home"])
    for name in ("Home", "Home", "Made", None):
        count(metrics, name)
    assert named(metrics, "Home", "planned") == 2
    assert named(metrics, "other", "planned") == 1
    assert named(metrics, "unnamed", "planned") == 1
    assert named(metrics, "Made", "planned") is None


def test_without_a_manifest_few_names_are_kept_and_only_of_what_was_planned() -> None:
    metrics = Metrics()
    count(metrics, "Once", planned=False)
    count(metrics, "x" * (MAX_NAME + 1))
    for number in range(MAX_NAMES + 5):
        count(metrics, f"N{number}")
    count(metrics, "N0", planned=False)
    assert named(metrics, "Once", "graphql-core") is None
    assert named(metrics, "other", "graphql-core") == 1
    assert named(metrics, "N0", "graphql-core") == 1
    assert named(metrics, f"N{MAX_NAMES - 1}", "planned") == 1
    assert named(metrics, "other", "planned") == 6


def test_every_refusal_stands_at_0_until_it_comes_up() -> None:
    metrics = Metrics()
    for view in VIEWS:
        assert sample(metrics, "bff_refusals_total", code=view.code) == 0
    metrics.count_refusal("SLOT_FULL")
    assert sample(metrics, "bff_refusals_total", code="SLOT_FULL") == 1


def test_calls_pushes_retries_and_waits_are_counted_and_timed() -> None:
    metrics = Metrics()
    metrics.count_call("courier", "delivered", 0.2)
    metrics.count_push(0.02)
    metrics.count_retry()
    metrics.count_wait("writer", 0.01)
    call = {"partner": "courier", "outcome": "delivered"}
    assert sample(metrics, "bff_partner_calls_total", **call) == 1
    assert sample(metrics, "bff_partner_call_seconds_sum", partner="courier") == 0.2
    assert sample(metrics, "bff_push_delay_seconds_sum") == 0.02
    assert sample(metrics, "bff_write_retries_total") == 1
    assert sample(metrics, "bff_pool_wait_seconds_sum", pool="writer") == 0.01
