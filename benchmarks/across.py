"""From a commit in one server process to the last of those who follow it in another."""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass

from benchmarks import followed_return, postgresql
from benchmarks.followed_return import FollowedReturn, Trigger
from benchmarks.outcome import Options, Outcome, Sheet, percentile
from benchmarks.push import MS, WARM_UP, Key, Measured, Stage, by_turns
from benchmarks.servers import (
    allow_many_sockets,
    on_both_cores,
    on_load_core,
    running,
    this_project,
)
from benchmarks.sockets import Switchboard
from tests.support.drills.stage import own_redis
from tests.support.servers.control import Control
from tests.support.servers.postgresql import PostgresqlServer

ALONE, POSTGRESQL, REDIS = "one process", "PostgreSQL", "Redis"
TITLES = {
    ALONE: "one process on SQLite",
    POSTGRESQL: "from one process to another, by PostgreSQL",
    REDIS: "from one process to another, by Redis",
}
CROWDS, QUICK_CROWDS = (100, 1_000), (10, 100)
PERCENTILES = (50, 95, 99)
NEWEST = "SELECT max(id) FROM events WHERE topic = $1"


@dataclass(frozen=True, slots=True)
class SharedReturn(FollowedReturn):
    """In a database of PostgreSQL, filled from the file."""

    url: str

    def cursor(self) -> str:
        with closing(Control(self.url, "benchmarks")) as control:
            [newest] = control.values(NEWEST, self.return_id)
        return str(newest)


def measure(options: Options) -> Outcome:
    allow_many_sockets()
    crowds = QUICK_CROWDS if options.quick else CROWDS
    alone = followed_return.prepare(options.folder)
    with ExitStack() as stack:
        server = stack.enter_context(postgresql.durable_server())
        redis_url = stack.enter_context(own_redis()).url
        stages = Stages(stack, Switchboard())
        stages.open(ALONE, alone)
        stages.open(POSTGRESQL, _shared(alone, server, "by_postgresql"))
        stages.open(REDIS, _shared(alone, server, "by_redis"), redis_url=redis_url)
        stack.enter_context(on_load_core())
        return _outcome(by_turns(stages.opened, crowds, options))


def _shared(alone: FollowedReturn, server: PostgresqlServer, name: str) -> SharedReturn:
    url = postgresql.filled(server, name, alone.database)
    return SharedReturn(alone.database, alone.token, alone.return_id, alone.pickup_id, url)


class Stages:
    """Open until the stack is left."""

    def __init__(self, stack: ExitStack, board: Switchboard) -> None:
        self._stack = stack
        self._board = stack.enter_context(closing(board))
        self.opened: list[Stage] = []

    def open(self, name: str, followed: FollowedReturn, **options: str) -> None:
        """Of a return that is shared, the trigger goes to a second server."""
        shares = isinstance(followed, SharedReturn)
        database = followed.url if isinstance(followed, SharedReturn) else followed.database
        peer = on_both_cores(this_project(database, name, **options))
        server = self._stack.enter_context(running(peer))
        writing = self._stack.enter_context(running(peer)) if shares else server
        stage = Stage(server, followed, Trigger(writing, followed), self._board)
        self._stack.callback(stage.trigger.close)
        stage.grow(WARM_UP)
        stage.empty_kb = server.memory_kb()
        self.opened.append(stage)


def _outcome(measured: Mapping[Key, Measured]) -> Outcome:
    outcome = Outcome()
    columns = ("subscribers", *(f"p{percent} ms" for percent in PERCENTILES), "client busy")
    sheet = Sheet("From sending what commits to the last subscriber, across processes", columns)
    sheet.note = "with the request and the commit itself; two cores for all"
    for (name, size), one in measured.items():
        whole = [spread.from_trigger_s * MS for spread in one.spreads]
        found = {percent: percentile(whole, percent) for percent in PERCENTILES}
        outcome.figures |= {
            f"across.{size}.{name}.p{percent}_ms": value for percent, value in found.items()
        }
        cells = (f"{value:.1f}" for value in found.values())
        sheet.add(f"{TITLES[name]}, {size:,}", *cells, f"{one.client_busy:.0%}")
    outcome.sheets.append(sheet)
    return outcome
