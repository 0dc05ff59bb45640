"""What stays in the server's memory: of many events on one subscription, of many documents."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from rich.console import Console
from rich.progress import Progress

from benchmarks import files, followed_return, servers
from benchmarks.cold import MIX, never_seen
from benchmarks.followed_return import OURS, FollowedReturn, Trigger
from benchmarks.http_client import PAGE, http_client
from benchmarks.outcome import Options, Outcome, Sheet
from benchmarks.servers import Running, running
from benchmarks.sockets import SocketError, Switchboard

EVENTS, QUICK_EVENTS = 100_000, 10_000
DOCUMENTS, QUICK_DOCUMENTS = 5_000, 2_000
TOGETHER = 1_000
WARM_UP = 5
KB_IN_MB = 1_024
LIKE_THE_LAST = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
INSERT INTO events (shopper_id, topic, id, kind, at, facts)
SELECT shopper_id, topic, id + n, kind, at, facts FROM numbers, (
    SELECT * FROM events WHERE topic = :topic ORDER BY id DESC LIMIT 1
)"""


def measure(options: Options) -> Outcome:
    outcome = Outcome()
    _tell_events(outcome, options, followed_return.prepare(options.folder))
    _tell_documents(outcome, QUICK_DOCUMENTS if options.quick else DOCUMENTS)
    return outcome


def _tell_events(outcome: Outcome, options: Options, one: FollowedReturn) -> None:
    many = QUICK_EVENTS if options.quick else EVENTS
    with running(followed_return.peer_of(OURS, one)) as server:
        before_kb, after_kb = _grown(server, one, many)
    more_kb = after_kb - before_kb
    outcome.figures["memory.events.mb"] = more_kb / KB_IN_MB
    sheet = Sheet(f"{many:,} events on one subscription", ("server's memory", "MB"))
    for name, kb in (("before", before_kb), ("after", after_kb), ("more", more_kb)):
        sheet.add(name, f"{kb / KB_IN_MB:.1f}")
    sheet.note = "written as another process would, one through the API with each thousand"
    outcome.sheets.append(sheet)


def _grown(server: Running, one: FollowedReturn, many: int) -> tuple[int, int]:
    """Memory in KB before and after; what comes first of all is warming up."""
    kept = []
    with closing(Trigger(server, one)) as trigger, closing(Switchboard()) as board:
        subscriber = one.subscriber(server, one.cursor())
        board.add(subscriber)
        for number in _track(range(many // TOGETHER + WARM_UP), "Events"):
            trigger.reopen()
            board.spread([subscriber], lambda: _write_and_send(trigger, one), TOGETHER)
            trigger.check_response()
            if number >= WARM_UP - 1:
                kept.append(server.memory_kb())
        if not one.is_update(subscriber.last):
            raise SocketError(subscriber.last.decode())
    return kept[0], kept[-1]


def _track(numbers: range, what: str) -> Iterator[int]:
    with Progress(console=Console(stderr=True)) as progress:
        yield from progress.track(numbers, description=what)


def _write_and_send(trigger: Trigger, one: FollowedReturn) -> None:
    """All but one by another process; the one wakes who waits for them."""
    with closing(sqlite3.connect(one.database, timeout=10)) as db, db:
        db.execute(LIKE_THE_LAST, {"topic": one.return_id, "many": TOGETHER - 1})
    trigger.send()


def _tell_documents(outcome: Outcome, many: int) -> None:
    """What thousands more leave, once a thousand have filled what is bounded."""
    database = files.kept(MIX)
    [token] = files.tokens(database, files.some_shoppers(MIX, 1))
    sheet = Sheet("Memory after so many different documents", ("documents", "MB", "more"))
    peer = servers.this_project(database, OURS)
    with running(peer) as server, http_client(server) as client:
        first_kb = 0
        for number in _track(range(1, many + 1), "Documents"):
            client.ask(never_seen(), token, **PAGE)
            if number % TOGETHER == 0:
                now_kb = server.memory_kb()
                first_kb = first_kb or now_kb
                more_mb = (now_kb - first_kb) / KB_IN_MB
                sheet.add(f"{number:,}", f"{now_kb / KB_IN_MB:.1f}", f"{more_mb:.1f}")
                outcome.figures["memory.documents.mb"] = more_mb
    outcome.sheets.append(sheet)
