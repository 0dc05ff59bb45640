"""Home and taps on PostgreSQL, with one server process and with two, beside one on SQLite.

PostgreSQL needs a core as well, so nobody has one alone: it, the servers and the load share two.
"""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from benchmarks import files, home, postgresql, taps
from benchmarks.http_client import check_equal
from benchmarks.outcome import Options, Outcome, Sheet, format_figures
from benchmarks.rounds import CONNECTIONS, ratio
from benchmarks.rows import PREFIX
from benchmarks.servers import Peer, Running, on_both_cores, on_load_core, running, this_project
from benchmarks.taps import Tapped
from bff.audit import auditor
from bff.core import ids
from bff.db.tables import returns
from bff.services import open_services
from tests.support.servers.postgresql import PostgresqlServer

SQLITE, ONE, TWO = "SQLite", "PostgreSQL", "two on PostgreSQL"
TITLES = {
    SQLITE: "SQLite, one process",
    ONE: "PostgreSQL, one process",
    TWO: "PostgreSQL, two processes",
}
TAPPED_RETURNS = select(func.count()).where(
    returns.c.order_line_id.startswith(f"{ids.ORDER_LINE}_{PREFIX}", autoescape=True)
)
SHARED = "servers, PostgreSQL and the load share two cores"


def measure(options: Options) -> Outcome:
    """Raises DifferentAnswerError where they answer home otherwise."""
    outcome = Outcome()
    with postgresql.durable_server() as server:
        _measure_home(outcome, options, server)
        _measure_taps(outcome, options, server)
    return outcome


def _measure_home(outcome: Outcome, options: Options, server: PostgresqlServer) -> None:
    file = files.kept(home.MIX)
    url = postgresql.filled(server, "home", file)
    tokens = files.tokens(file, files.some_shoppers(home.MIX, home.SHOPPERS))
    requests = home.home_requests(options.folder, tokens)
    with ExitStack() as stack:
        started = _started(stack, {SQLITE: file, ONE: url, TWO: url})
        check_equal(started, tokens[: home.COMPARED])
        rates, _ = home.by_turns(options, started, requests)
    sheet = Sheet("Home: requests a second", ("on", *_columns()))
    sheet.note = SHARED
    for name, title in TITLES.items():
        cells = []
        for count in CONNECTIONS:
            share = ratio(rates[name, count].median, rates[SQLITE, count].median)
            outcome.figures[f"processes.home.{count}.{name}.per_s"] = rates[name, count].median
            outcome.figures[f"processes.home.{count}.{name}.to_sqlite"] = share
            cells += [format_figures(rates[name, count]), f"{share:.2f}"]
        sheet.add(title, *cells)
    outcome.sheets.append(sheet)


def _columns() -> list[str]:
    return [cell for count in CONNECTIONS for cell in (f"{count} conn., req/s", "to SQLite")]


def _started(stack: ExitStack, databases: Mapping[str, Path | str]) -> list[Running]:
    started = [stack.enter_context(running(peer_of(*one))) for one in databases.items()]
    stack.enter_context(on_load_core())
    return started


def peer_of(name: str, database: Path | str) -> Peer:
    arguments = ("--workers", "2") if name == TWO else ()
    return on_both_cores(this_project(database, name, *arguments))


def _measure_taps(outcome: Outcome, options: Options, server: PostgresqlServer) -> None:
    mix = taps.QUICK_MIX if options.quick else taps.MIX
    source = files.kept(mix)
    databases: dict[str, Path | str] = {
        SQLITE: files.copied(source, options.folder, SQLITE),
        ONE: postgresql.filled(server, "taps", source),
        TWO: postgresql.copied(server, "taps", "taps_by_two"),
    }
    requests = taps.tap_requests(options.folder, source, mix)
    with ExitStack() as stack:
        started = _started(stack, databases)
        rates, tapped = taps.by_turns(options, started, requests)
    title = f"oneTapReturn with a courier, {taps.CONNECTIONS} connections, each on the disk"
    sheet = Sheet(title, ("on", "a second", "to SQLite", "acknowledged", "amiss"))
    sheet.note = SHARED
    for name, rate in rates.items():
        one = tapped[name]
        one.wrong += asyncio.run(_amiss(databases[name], one))
        share = ratio(rate.median, rates[SQLITE].median)
        outcome.figures[f"processes.taps.{name}.per_s"] = rate.median
        outcome.figures[f"processes.taps.{name}.to_sqlite"] = share
        amiss = "; ".join(one.wrong) or "nothing"
        cells = (format_figures(rate), f"{share:.2f}", f"{one.acknowledged:,}", amiss)
        sheet.add(TITLES[name], *cells)
    outcome.figures["processes.wrong"] = sum(len(one.wrong) for one in tapped.values())
    outcome.figures["processes.taps.two_to_one"] = ratio(rates[TWO].median, rates[ONE].median)
    outcome.sheets.append(sheet)


async def _amiss(database: Path | str, tapped: Tapped) -> list[str]:
    """By the laws of the books, and by the number of returns."""
    services = await open_services(files.settings_for(database))
    async with services.db.read() as connection:
        known = (await connection.execute(TAPPED_RETURNS)).scalar()
    judgements = await auditor.audit(services.db)
    await services.db.close()
    wrong = [f"{one.claim}: {one.findings[0]}" for one in judgements if not one.holds]
    if not tapped.acknowledged <= known <= tapped.sent:
        wrong.append(f"{known} returns, {tapped.acknowledged} acknowledged of {tapped.sent} sent")
    return wrong
