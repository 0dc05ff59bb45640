"""Counts and durations for Prometheus."""

from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Literal, Protocol, get_args

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

from bff.core.refusal import Refusal
from bff.db.database import Pool
from bff.graphql.engine.response import OUTCOMES, GraphQLResponse, Outcome

Transport = Literal["http", "websocket"]
Kind = OperationType | None
HTTP: Transport = "http"
WEBSOCKET: Transport = "websocket"
TRANSPORTS = (HTTP, WEBSOCKET)
KINDS = (*OperationType, None)
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
LONG_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
MAX_NAMES, MAX_NAME = 100, 60
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


class NamedOperations:
    """Counts by name. Clients make up names: few of them are kept apart.

    Those of the manifest, where there is one; else the first MAX_NAMES that were planned.
    """

    def __init__(self, registry: CollectorRegistry, names: Collection[str]) -> None:
        self._are_fixed = bool(names)
        self._names = set(names)
        self._children: dict[tuple[str | None, Outcome], Counter] = {}
        self._family = Counter(
            "bff_named_operations",
            "Operations by their name in the document.",
            ("name", "outcome"),
            registry=registry,
        )

    def count(self, name: str | None, outcome: Outcome) -> None:
        child = self._children.get((name, outcome))
        if child is None:
            label = self._label(name, outcome)
            child = self._family.labels(label, outcome)
            if label == name:
                self._children[name, outcome] = child
        child.inc()

    def _label(self, name: str | None, outcome: Outcome) -> str:
        if name is None:
            return "unnamed"
        if name not in self._names and outcome == "planned" and self._is_room_for(name):
            self._names.add(name)
        return name if name in self._names else "other"

    def _is_room_for(self, name: str) -> bool:
        return not self._are_fixed and len(self._names) < MAX_NAMES and len(name) <= MAX_NAME


class Metrics:
    """In a registry of their own. Children are looked up once: counting is on the hot path."""

    def __init__(self, names: Collection[str] = ()) -> None:
        """`names`: of the operations that are named; without them, the first that are planned."""
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self._operations = self._operation_counters()
        self._operation_seconds = self._operation_histograms()
        self._named = NamedOperations(self.registry, names)
        self._refusals = self._refusal_counters()
        self._calls = Counter(
            "bff_partner_calls",
            "Calls to partners: what became of them.",
            ("partner", "outcome"),
            registry=self.registry,
        )
        self._call_seconds = Histogram(
            "bff_partner_call_seconds",
            "From a call's turn until its answer, or the end of its time.",
            ("partner",),
            buckets=LONG_SECONDS,
            registry=self.registry,
        )
        self._push_seconds = Histogram(
            "bff_push_delay_seconds",
            "From the moment of an event until it was sent to its subscribers.",
            buckets=LONG_SECONDS,
            registry=self.registry,
        )
        self._retries = Counter(
            "bff_write_retries",
            "Writes that were run again because another was in the way.",
            registry=self.registry,
        )
        self._pool_seconds = Histogram(
            "bff_pool_wait_seconds",
            "For how long a connection was waited for.",
            ("pool",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._pools = {pool: self._pool_seconds.labels(pool) for pool in get_args(Pool)}
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
        self._named.count(response.name, response.outcome)

    def count_subscription(self, transport: Transport, seconds: float) -> None:
        """One that has begun."""
        self._operations[transport, OperationType.SUBSCRIPTION, "graphql-core"].inc()
        self._operation_seconds[transport, OperationType.SUBSCRIPTION].observe(seconds)

    def count_failure(self, transport: Transport, outcome: Outcome) -> None:
        """A request that came to no response: it was refused as a whole, or a fault ended it."""
        self._operations[transport, None, outcome].inc()

    def count_refusal(self, code: str) -> None:
        self._refusals.labels(code).inc()

    def count_call(self, partner: str, outcome: str, seconds: float) -> None:
        self._calls.labels(partner, outcome).inc()
        self._call_seconds.labels(partner).observe(seconds)

    def count_push(self, delay_s: float) -> None:
        self._push_seconds.observe(delay_s)

    def count_retry(self) -> None:
        self._retries.inc()

    def count_wait(self, pool: Pool, seconds: float) -> None:
        self._pools[pool].observe(seconds)

    def count_commit(self, writes: int, seconds: float) -> None:
        self._commit_writes.observe(writes)
        self._commit_seconds.observe(seconds)

    def watch(self, counts: SocketCounts) -> None:
        """Read whenever the metrics are."""
        self.registry.register(_Sockets(counts))

    def _refusal_counters(self) -> Counter:
        """Of every refusal that there is: one that never came up stands at 0."""
        family = Counter(
            "bff_refusals", "Refused mutations by code.", ("code",), registry=self.registry
        )
        for kind in Refusal.__subclasses__():
            family.labels(kind.code)
        return family

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
