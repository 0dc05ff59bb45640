"""From a commit to the last of thousands of subscribers, and the memory that each takes."""

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import Progress

from benchmarks import followed_return
from benchmarks.followed_return import OURS, THEIRS, FollowedReturn, Trigger
from benchmarks.outcome import Options, Outcome, Sheet, percentile
from benchmarks.rounds import ratio
from benchmarks.servers import Running, allow_many_sockets, running
from benchmarks.sockets import SocketError, Spread, Subscriber, Switchboard

CROWDS, QUICK_CROWDS = (1_000, 5_000), (200, 1_000)
EVENTS, QUICK_EVENTS = 60, 15
WARM_UP = 5
MS = 1_000


@dataclass(slots=True)
class Stage:
    """A server, its return, and those who follow it. The trigger may be another server's."""

    server: Running
    followed: FollowedReturn
    trigger: Trigger
    switchboard: Switchboard
    subscribers: list[Subscriber] = field(default_factory=list)
    empty_kb: int = 0

    def grow(self, size: int) -> None:
        """Every new one has received an event when this returns. Raises SocketError."""
        cursor = self.followed.cursor()
        while len(self.subscribers) < size:
            new = self.followed.subscriber(self.server, cursor)
            self.switchboard.add(new)
            self.subscribers.append(new)
            self.switchboard.catch_up()
        self.events(WARM_UP)
        for one in self.subscribers:
            if not self.followed.is_update(one.last):
                raise SocketError(one.last.decode())

    def events(self, count: int) -> list[Spread]:
        return [self._event() for _ in range(count)]

    def _event(self) -> Spread:
        self.trigger.reopen()
        spread = self.switchboard.spread(self.subscribers, self.trigger.send)
        self.trigger.check_response()
        return spread

    def memory_each_kb(self) -> float:
        return (self.server.memory_kb() - self.empty_kb) / len(self.subscribers)


@dataclass(slots=True)
class Measured:
    """`client_busy`: the part of the time in which this process was at work."""

    spreads: list[Spread]
    memory_kb: float
    client_busy: float


Key = tuple[str, int]


def measure(options: Options) -> Outcome:
    allow_many_sockets()
    outcome = Outcome()
    first = followed_return.prepare(options.folder)
    with ExitStack() as stack:
        board = stack.enter_context(closing(Switchboard()))
        stages = [
            _open_stage(stack, board, name, followed_return.copy_of(first, options.folder, name))
            for name in (OURS, THEIRS)
        ]
        crowds = QUICK_CROWDS if options.quick else CROWDS
        _report(outcome, by_turns(stages, crowds, options))
    return outcome


def _open_stage(stack: ExitStack, board: Switchboard, name: str, one: FollowedReturn) -> Stage:
    """Warm: what the first events load is no subscription's."""
    server = stack.enter_context(running(followed_return.peer_of(name, one)))
    stage = Stage(server, one, Trigger(server, one), board)
    stack.callback(stage.trigger.close)
    stage.grow(WARM_UP)
    stage.empty_kb = server.memory_kb()
    return stage


def by_turns(
    stages: Sequence[Stage], crowds: Sequence[int], options: Options
) -> dict[Key, Measured]:
    """Several events at a time."""
    found = {}
    events = QUICK_EVENTS if options.quick else EVENTS
    with Progress(console=Console(stderr=True)) as progress:
        for size in progress.track(crowds, description="Push"):
            for stage in stages:
                stage.grow(size)
                name = stage.server.peer.name
                found[name, size] = Measured([], stage.memory_each_kb(), 0.0)
            for _ in range(options.extent.rounds):
                for stage in stages:
                    _add(found[stage.server.peer.name, size], stage, events)
    return found


def _add(measured: Measured, stage: Stage, events: int) -> None:
    begun_at, worked = time.perf_counter(), time.process_time()
    measured.spreads += stage.events(events)
    busy = (time.process_time() - worked) / (time.perf_counter() - begun_at)
    measured.client_busy = max(measured.client_busy, busy)


def _report(outcome: Outcome, measured: dict[Key, Measured]) -> None:
    columns = (
        "subscribers",
        "p50 ms",
        "p99 ms",
        "from first push, p99 ms",
        "KB each",
        "client busy",
    )
    sheet = Sheet("From sending what commits to the last subscriber's push", columns)
    sheet.note = "with the request and the commit itself, which come before the first push"
    for (name, size), one in measured.items():
        whole = [spread.from_trigger_s * MS for spread in one.spreads]
        p50, p99 = percentile(whole, 50), percentile(whole, 99)
        after_first = percentile((spread.from_first_s * MS for spread in one.spreads), 99)
        key = f"push.{size}.{name}"
        outcome.figures |= {f"{key}.p50_ms": p50, f"{key}.p99_ms": p99}
        outcome.figures[f"{key}.kb"] = one.memory_kb
        sheet.add(
            f"{name}, {size:,}",
            *(f"{value:.1f}" for value in (p50, p99, after_first, one.memory_kb)),
            f"{one.client_busy:.0%}",
        )
    for size in sorted({size for _, size in measured}):
        ours, theirs = (outcome.figures[f"push.{size}.{name}.p99_ms"] for name in (OURS, THEIRS))
        outcome.figures[f"push.{size}.to_graphql_ws"] = ratio(theirs, ours)
    outcome.sheets.append(sheet)
