"""Counts and durations, by their labels."""

from dataclasses import dataclass

import pytest
from graphql import OperationType

from bff.graphql.engine.response import GraphQLResponse, Outcome
from bff.graphql.metrics import HTTP, TRANSPORTS, WEBSOCKET, Metrics


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


def test_a_gauge_is_read_whenever_the_metrics_are() -> None:
    metrics, counts = Metrics(), iter((1, 2))
    metrics.gauge("bff_things_open", "Things that are open.", lambda: next(counts))
    assert [sample(metrics, "bff_things_open") for _ in range(2)] == [1, 2]
