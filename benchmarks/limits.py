"""What must hold, as data: whoever measures otherwise has a build that is not good enough."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import nan


@dataclass(frozen=True, slots=True)
class Limit:
    """`figure` at least `least`, or at most `most`."""

    figure: str
    what: str
    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    @property
    def part(self) -> str:
        return self.figure.partition(".")[0]

    @property
    def wanted(self) -> str:
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"


def _home(connections: int) -> tuple[Limit, ...]:
    name, at = f"home.{connections}", f"home at {connections} connections"
    return (
        Limit(f"{name}.to_mercurius", f"{at}, to the faster Mercurius", least=1.0),
        Limit(f"{name}.to_graphql_core", f"{at}, to the same on graphql-core", least=10.0),
        Limit(f"{name}.to_route", f"{at}, to the hand-written route", least=0.75),
    )


def _across(size: int) -> tuple[Limit, ...]:
    name, at = f"across.{size}", f"ms to the last of {size:,} in another process, p99"
    return (
        Limit(f"{name}.PostgreSQL.p99_ms", f"{at}, by PostgreSQL", most=150),
        Limit(f"{name}.Redis.p99_ms", f"{at}, by Redis", most=150),
    )


LIMITS = (
    *_home(1),
    *_home(16),
    *_home(64),
    Limit("taps.to_one_commit_each", "oneTapReturn, to one commit each", least=5.0),
    Limit("taps.to_mercurius", "oneTapReturn, to Mercurius at FULL", least=2.0),
    Limit("taps.wrong", "things amiss after the taps", most=0),
    Limit("push.1000.this project.p99_ms", "ms to the last of 1,000, p99", most=100),
    Limit("push.5000.this project.p99_ms", "ms to the last of 5,000, p99", most=250),
    Limit("push.1000.to_graphql_ws", "graphql-ws's p99 to ours, 1,000", least=1.0),
    Limit("push.5000.to_graphql_ws", "graphql-ws's p99 to ours, 5,000", least=1.0),
    Limit("push.1000.this project.kb", "KB a subscription, of 1,000", most=30),
    Limit("push.5000.this project.kb", "KB a subscription, of 5,000", most=30),
    Limit("memory.events.mb", "MB that many events leave", most=5),
    Limit("memory.documents.mb", "MB that thousands more documents leave", most=10),
    Limit("scale.1.ratio", "home in the largest file to the smallest, 1 connection", most=1.3),
    Limit("scale.16.ratio", "home in the largest file to the smallest, 16", most=1.3),
    Limit("cold.ratio", "a cold document, to graphql-core", most=1.5),
    Limit("journeys.p99_s", "seconds from waybill to money, p99", most=1.0),
    Limit("journeys.lost", "journeys lost", most=0),
    Limit("processes.wrong", "things amiss after taps on PostgreSQL", most=0),
    *_across(100),
    *_across(1_000),
    Limit("wire.home.round_trips", "round trips of home to PostgreSQL", most=4),
    Limit("wire.oneTapReturn.round_trips", "round trips of a tap to PostgreSQL", most=15),
)


@dataclass(frozen=True, slots=True)
class Held:
    limit: Limit
    value: float

    @property
    def holds(self) -> bool:
        return self.limit.holds(self.value)


def judged(figures: Mapping[str, float], parts: Collection[str]) -> list[Held]:
    """The limits on these parts. What was to be measured and wasn't is no number, and misses."""
    return [Held(one, figures.get(one.figure, nan)) for one in LIMITS if one.part in parts]


def measured(figures: Mapping[str, float]) -> list[Held]:
    """The limits on what there is."""
    return [Held(one, figures[one.figure]) for one in LIMITS if one.figure in figures]
