"""oneTapReturn a second, each durable before it is answered; then the books are checked."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import text

from benchmarks import files, rows, servers
from benchmarks.http_client import operation
from benchmarks.outcome import Options, Outcome, Sheet, format_figures
from benchmarks.rounds import Alternating, Figures, ratio
from benchmarks.rows import Mix
from benchmarks.servers import Peer, Running, running, stop
from benchmarks.wrk import LoadError, Pace, Requests, load, write_requests
from bff.core import ids
from bff.core.clock import SystemClock
from bff.db.sqlite.database import SqliteDatabase
from bff.db.transaction import Tx
from tests.support.invariants import COUNTS_SQL

MIX, QUICK_MIX = Mix(400_000, express=True), Mix(100_000, express=True)
CONNECTIONS = 64
OURS, ONE_EACH, MERCURIUS = "this project", "one commit each", "mercurius-loaders"
TITLES = {
    OURS: "this project, group commit",
    ONE_EACH: "this project, one commit each",
    MERCURIUS: "Mercurius, better-sqlite3",
}
DONE = "OneTapReturnSuccess"
FULL = 2
TAPPED_RETURNS = (  # the demonstration's shoppers have some of their own
    f"SELECT count(*) FROM returns WHERE order_line_id GLOB '{ids.ORDER_LINE}_{rows.PREFIX}*'"
)
FAULTS = {
    "returns without a refund of what was paid": """
        SELECT count(*) FROM returns r
        JOIN order_lines l ON r.order_line_id =
            'oli_' || substr(l.order_id, 5) || '-' || l.line_no
            AND l.order_id = 'ord_' || substr(r.order_line_id, 5, instr(r.order_line_id, '-') - 5)
        LEFT JOIN refunds f ON f.return_id = r.id
        WHERE f.id IS NULL OR f.amount_minor != l.paid_minor OR r.quantity != l.quantity""",
    "lines returned twice": """
        SELECT count(*) FROM (SELECT 1 FROM returns GROUP BY order_line_id HAVING count(*) > 1)""",
    "returns without a courier": """
        SELECT count(*) FROM returns r LEFT JOIN pickups p ON p.return_id = r.id
        WHERE p.id IS NULL""",
    "places taken by nobody": """
        SELECT count(*) FROM (SELECT 1 FROM slots s LEFT JOIN pickups p
            ON p.area = s.area AND p.slot_key = s.key GROUP BY s.area, s.key
            HAVING s.capacity - s.remaining != count(p.id))""",
    "postings that do not add up to nothing": """
        SELECT count(*) FROM (SELECT 1 FROM ledger_entries
            GROUP BY subject_id, posting, currency HAVING sum(amount_minor) != 0)""",
}


@dataclass(slots=True)
class Tapped:
    """The first `sent` rows have been sent."""

    sent: int = 0
    acknowledged: int = 0
    busiest: float = 0.0
    wrong: list[str] = field(default_factory=list)


def measure(options: Options) -> Outcome:
    mix = QUICK_MIX if options.quick else MIX
    source = files.kept(mix)
    asyncio.run(_check_durable(source))
    databases = {name: files.copied(source, options.folder, name) for name in TITLES}
    requests = tap_requests(options.folder, source, mix)
    with ExitStack() as stack:
        started = [stack.enter_context(running(peer)) for peer in _peers(databases)]
        rates, tapped = by_turns(options, started, requests)
        for server in started:
            stop(server.process)
    for name, database in databases.items():
        _check(database, tapped[name], ours=name != MERCURIUS)
    return _outcome(rates, tapped)


def _peers(databases: dict[str, Path]) -> list[Peer]:
    return [
        servers.this_project(databases[OURS], OURS),
        servers.this_project(databases[ONE_EACH], ONE_EACH, most_together="1"),
        servers.node(databases[MERCURIUS], MERCURIUS),
    ]


async def _check_durable(path: Path) -> None:
    """Raises LoadError where this project writes at less than FULL."""

    async def level(tx: Tx) -> int:
        return int((await tx.execute(text("PRAGMA synchronous"))).scalar())

    db = SqliteDatabase(path, SystemClock())
    found = await db.write(level)
    await db.close()
    if found < FULL:
        raise LoadError(f"writes aren't durable: synchronous={found}")


def tap_requests(folder: Path, source: Path, mix: Mix) -> Requests:
    """A fresh line and key each; neighbours are other shoppers', as in life."""
    tokens = files.tokens(source, range(mix.shoppers))
    pickup = {"addressId": "@3"}
    body = {
        "query": operation("one_tap"),
        "variables": {"key": "@2", "line": "@2", "pickup": pickup},
    }
    requests = write_requests(folder, "taps", "POST /graphql", body, list(_rows(mix, tokens)))
    return replace(requests, needle=DONE)


def _rows(mix: Mix, tokens: list[str]) -> Iterator[tuple[str, str, str]]:
    for line in range(1, rows.LINES_EACH + 1):
        for order in range(mix.orders):
            shopper = order % mix.shoppers
            yield tokens[shopper], rows.order_line_id(order, line), rows.address_id(shopper)


def by_turns(
    options: Options, started: list[Running], requests: Requests
) -> tuple[dict[str, Figures], dict[str, Tapped]]:
    tapped = {server.peer.name: Tapped() for server in started}
    pace = Pace(options.extent)

    def tap(server: Running, seconds: int) -> float:
        one = tapped[server.peer.name]
        run = load(server, requests, CONNECTIONS, seconds, one.sent)
        pace.note(server, run)
        one.sent += run.sent
        one.acknowledged += run.acknowledged
        one.busiest = max(one.busiest, run.busy)
        return run.acknowledged / run.seconds

    def rate(server: Running, number: int) -> float:
        if number == 0:
            tap(server, options.extent.warm_up_s)
        return tap(server, pace.seconds(server, CONNECTIONS))

    found = Alternating(started, "oneTapReturn").run(options.extent.rounds, rate)
    return {server.peer.name: value for server, value in found.items()}, tapped


def _check(database: Path, tapped: Tapped, *, ours: bool) -> None:
    """All that was acknowledged is there, and no more than was sent; the books are right."""
    with closing(sqlite3.connect(database)) as db:
        [known] = db.execute(TAPPED_RETURNS).fetchone()
        if not tapped.acknowledged <= known <= tapped.sent:
            acknowledged_text = f"{tapped.acknowledged} acknowledged of {tapped.sent} sent"
            tapped.wrong.append(f"{known} returns, {acknowledged_text}")
        for what, statement in FAULTS.items():
            [count] = db.execute(statement).fetchone()
            if count:
                tapped.wrong.append(f"{count} {what}")
        if ours and any(db.execute(COUNTS_SQL).fetchone()):
            tapped.wrong.append("books that the tests would not pass")


def _outcome(rates: dict[str, Figures], tapped: dict[str, Tapped]) -> Outcome:
    found = Outcome()
    ours = rates[OURS].median
    found.figures |= {f"taps.{name}.per_s": rate.median for name, rate in rates.items()}
    found.figures |= {
        f"taps.{name}.share": ratio(rate.median, ours) for name, rate in rates.items()
    }
    found.figures["taps.to_one_commit_each"] = ratio(ours, rates[ONE_EACH].median)
    found.figures["taps.to_mercurius"] = ratio(ours, rates[MERCURIUS].median)
    found.figures["taps.wrong"] = sum(len(one.wrong) for one in tapped.values())
    title = f"oneTapReturn with a courier, {CONNECTIONS} connections, synchronous=FULL"
    sheet = Sheet(title, ("served by", "a second", "to ours", "acknowledged", "amiss"))
    for name, rate in rates.items():
        one = tapped[name]
        wrong = "; ".join(one.wrong) or "nothing"
        share = f"{ratio(rate.median, ours):.2f}"
        sheet.add(TITLES[name], format_figures(rate), share, f"{one.acknowledged:,}", wrong)
    sheet.note = f"load's core busy for at most {max(one.busiest for one in tapped.values()):.0%}"
    found.sheets.append(sheet)
    return found
