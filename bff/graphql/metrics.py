"""Counts and durations for Prometheus."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Literal, Protocol

from graphql import OperationType
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bff.graphql.engine.response import OUTCOMES, GraphQLResponse, Outcome

Transport = Literal["http", "websocket"]
Kind = OperationType | None
HTTP: Transport = "http"
WEBSOCKET: Transport = "websocket"
TRANSPORTS = (HTTP, WEBSOCKET)
KINDS = (*OperationType, None)
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
WRITES = (1, 2, 4, 8, 16, 32, 64, 128)


class SocketCounts(Protocol):
    """The first two are gauges of what is open now, the others counters."""

    sockets: int
    subscriptions: int
    events_pushed: int
    dropped_as_slow: int


class _Sockets(Collector):
    def __init__(self, counts: SocketCounts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        counts = self._counts
        yield GaugeMetricFamily("bff_sockets_open", "Websockets that are open.", counts.sockets)
        yield GaugeMetricFamily(
            "bff_subscriptions_open", "Subscriptions under way.", counts.subscriptions
        )
        yield CounterMetricFamily(
            "bff_events_pushed", "Events sent to subscribers.", counts.events_pushed
        )
        yield CounterMetricFamily(
            "bff_slow_clients_dropped",
            "Websockets closed because their client did not keep up.",
            counts.dropped_as_slow,
        )


class Metrics:
    """In a registry of their own. Children are looked up once: counting is on the hot path."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self._operations = self._operation_counters()
        self._operation_seconds = self._operation_histograms()
        self._commit_writes = Histogram(
            "bff_commit_writes",
            "Writes that shared one commit.",
            buckets=WRITES,
            registry=self.registry,
        )
        self._commit_seconds = Histogram(
            "bff_commit_seconds",
            "From a commit's first write until it was durable.",
            buckets=SECONDS,
            registry=self.registry,
        )

    def count_response(
        self, transport: Transport, response: GraphQLResponse, seconds: float
    ) -> None:
        self._operations[transport, response.kind, response.outcome].inc()
        self._operation_seconds[transport, response.kind].observe(seconds)

    def count_subscription(self, transport: Transport, seconds: float) -> None:
        """One that has begun."""
        self._operations[transport, OperationType.SUBSCRIPTION, "graphql-core"].inc()
        self._operation_seconds[transport, OperationType.SUBSCRIPTION].observe(seconds)

    def count_failure(self, transport: Transport, outcome: Outcome) -> None:
        """A request that came to no response: it was refused as a whole, or a fault ended it."""
        self._operations[transport, None, outcome].inc()

    def count_commit(self, writes: int, seconds: float) -> None:
        self._commit_writes.observe(writes)
        self._commit_seconds.observe(seconds)

    def watch(self, counts: SocketCounts) -> None:
        """Read whenever the metrics are."""
        self.registry.register(_Sockets(counts))

    def gauge(self, name: str, description: str, read: Callable[[], int]) -> None:
        """Likewise; `read` is called in a thread of its own."""
        Gauge(name, description, registry=self.registry).set_function(read)

    def _operation_counters(self) -> Mapping[tuple[Transport, Kind, Outcome], Counter]:
        family = Counter(
            "bff_operations",
            "Operations by how they came, what they are and what ran them.",
            ("transport", "operation", "outcome"),
            registry=self.registry,
        )
        return {
            (transport, kind, outcome): family.labels(transport, _label(kind), outcome)
            for transport, kind, outcome in product(TRANSPORTS, KINDS, OUTCOMES)
        }

    def _operation_histograms(self) -> Mapping[tuple[Transport, Kind], Histogram]:
        family = Histogram(
            "bff_operation_seconds",
            "From a request's document and variables to its answer.",
            ("transport", "operation"),
            buckets=SECONDS,
            registry=self.registry,
        )
        return {
            (transport, kind): family.labels(transport, _label(kind))
            for transport, kind in product(TRANSPORTS, KINDS)
        }


def _label(kind: Kind) -> str:
    return kind.value if kind else "none"
