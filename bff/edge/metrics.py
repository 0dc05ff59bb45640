"""What an operator watches, counted for Prometheus."""

from collections.abc import Mapping
from itertools import product
from typing import Literal

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

from bff.execution import Answer
from bff.faults import CODE as FAULT

Transport = Literal["http", "websocket"]
Kind = OperationType | None
Outcome = Literal["planned", "graphql-core", "refused", "fault"]
TRANSPORTS: tuple[Transport, ...] = ("http", "websocket")
OUTCOMES: tuple[Outcome, ...] = ("planned", "graphql-core", "refused", "fault")
KINDS = (*OperationType, None)
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
WRITES = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """In a registry of their own. Children are looked up once: counting is on the hot path."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.sockets = self._gauge("bff_sockets_open", "Websockets that are open.")
        self.subscriptions = self._gauge("bff_subscriptions_open", "Subscriptions under way.")
        self.pushed = self._counter("bff_events_pushed", "Events sent to subscribers.")
        self.dropped = self._counter(
            "bff_slow_clients_dropped", "Websockets closed because their client did not keep up."
        )
        self._requests = self._by_labels()
        self._seconds = self._durations()
        self._writes = self._histogram(
            "bff_commit_writes", "Writes that shared one commit.", WRITES
        )
        self._commit_seconds = self._histogram(
            "bff_commit_seconds", "From a commit's first write until it was durable.", SECONDS
        )

    def answered(self, transport: Transport, answer: Answer, seconds: float) -> None:
        self._requests[transport, answer.kind, outcome_of(answer)].inc()
        self._seconds[transport, answer.kind].observe(seconds)

    def failed(self, transport: Transport, *, fault: bool) -> None:
        """What came to no answer: a request that was refused as a whole, or a fault in it."""
        self._requests[transport, None, "fault" if fault else "refused"].inc()

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

    def _gauge(self, name: str, told: str) -> Gauge:
        return Gauge(name, told, registry=self.registry)

    def _counter(self, name: str, told: str) -> Counter:
        return Counter(name, told, registry=self.registry)

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, told, buckets=buckets, registry=self.registry)


def _label(kind: Kind) -> str:
    return kind.value if kind else "none"


def outcome_of(answer: Answer) -> Outcome:
    if answer.errors and any(
        error.get("extensions", {}).get("code") == FAULT for error in answer.errors
    ):
        return "fault"
    if not answer.executed:
        return "refused"
    return "planned" if answer.planned else "graphql-core"
