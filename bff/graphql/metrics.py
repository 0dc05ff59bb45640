"""What an operator watches, counted for Prometheus."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Literal, Protocol

from graphql import OperationType
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bff.core.faults import CODE as FAULT
from bff.graphql.engine.execution import GraphQLResponse

Transport = Literal["http", "websocket"]
Kind = OperationType | None
Outcome = Literal["planned", "graphql-core", "refused", "fault"]
HTTP: Transport = "http"
WEBSOCKET: Transport = "websocket"
TRANSPORTS = (HTTP, WEBSOCKET)
OUTCOMES: tuple[Outcome, ...] = ("planned", "graphql-core", "refused", "fault")
KINDS = (*OperationType, None)
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
WRITES = (1, 2, 4, 8, 16, 32, 64, 128)


class SocketCounts(Protocol):
    """The first two are those that are open now, the others grow."""

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
        self._requests = self._by_labels()
        self._seconds = self._durations()
        self._writes = self._histogram(
            "bff_commit_writes", "Writes that shared one commit.", WRITES
        )
        self._commit_seconds = self._histogram(
            "bff_commit_seconds", "From a commit's first write until it was durable.", SECONDS
        )

    def answered(self, transport: Transport, answer: GraphQLResponse, seconds: float) -> None:
        self._count(transport, answer.kind, outcome_of(answer), seconds)

    def followed(self, transport: Transport, seconds: float) -> None:
        """A subscription that has begun."""
        self._count(transport, OperationType.SUBSCRIPTION, "graphql-core", seconds)

    def _count(self, transport: Transport, kind: Kind, outcome: Outcome, seconds: float) -> None:
        self._requests[transport, kind, outcome].inc()
        self._seconds[transport, kind].observe(seconds)

    def failed(self, transport: Transport, *, fault: bool) -> None:
        """What came to no answer: a request that was refused as a whole, or a fault in it."""
        self._requests[transport, None, "fault" if fault else "refused"].inc()

    def watch(self, counts: SocketCounts) -> None:
        """Counted elsewhere, looked at when asked."""
        self.registry.register(_Sockets(counts))

    def committed(self, writes: int, seconds: float) -> None:
        self._writes.observe(writes)
        self._commit_seconds.observe(seconds)

    def _by_labels(self) -> Mapping[tuple[Transport, Kind, Outcome], Counter]:
        labels = ("transport", "operation", "outcome")
        told = "Operations by how they came, what they are and what ran them."
        family = Counter("bff_operations", told, labels, registry=self.registry)
        every = product(TRANSPORTS, KINDS, OUTCOMES)
        return {
            (transport, kind, outcome): family.labels(transport, _label(kind), outcome)
            for transport, kind, outcome in every
        }

    def _durations(self) -> Mapping[tuple[Transport, Kind], Histogram]:
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

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, told, buckets=buckets, registry=self.registry)


def _label(kind: Kind) -> str:
    return kind.value if kind else "none"


def outcome_of(answer: GraphQLResponse) -> Outcome:
    if answer.errors and any(
        error.get("extensions", {}).get("code") == FAULT for error in answer.errors
    ):
        return "fault"
    if not answer.executed:
        return "refused"
    return "planned" if answer.planned else "graphql-core"
