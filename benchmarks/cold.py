"""Documents that the server has never seen: how long the first answer takes."""

import time
from contextlib import ExitStack
from itertools import count

from benchmarks import files, servers
from benchmarks.http_client import PAGE, HttpClient, http_client, operation
from benchmarks.outcome import Options, Outcome, Sheet, format_figures, percentile
from benchmarks.rounds import Alternating, ratio
from benchmarks.rows import Mix
from benchmarks.servers import Running, running

MIX = Mix(10_000)
PLAN, CORE = "plan", "graphql-core"
EACH, QUICK_EACH = 40, 10
NEVER_SEEN = count()
MS = 1_000


def measure(options: Options) -> Outcome:
    outcome = Outcome()
    database = files.kept(MIX)
    [token] = files.tokens(database, files.some_shoppers(MIX, 1))
    with ExitStack() as stack:
        peers = [servers.this_project(database, name, executor=name) for name in (PLAN, CORE)]
        started = [stack.enter_context(running(peer)) for peer in peers]
        clients = {one: stack.enter_context(http_client(one)) for one in started}
        _report_times(outcome, options, clients, token)
    return outcome


def never_seen() -> str:
    """Home with another name for a field, which no cache can take for one that it knows."""
    return operation("home").replace("nickname", f"name{next(NEVER_SEEN)}: nickname", 1)


def _report_times(
    outcome: Outcome, options: Options, clients: dict[Running, HttpClient], token: str
) -> None:
    each = QUICK_EACH if options.quick else EACH

    def median_ms(server: Running, _number: int) -> float:
        clients[server].reopen()
        clients[server].home(token)
        return percentile([_time_ms(clients[server], token) for _ in range(each)], 50)

    found = Alternating(list(clients), "Cold documents").run(options.extent.rounds, median_ms)
    times = {server.peer.name: value for server, value in found.items()}
    outcome.figures |= {f"cold.{name}.ms": value.median for name, value in times.items()}
    outcome.figures["cold.ratio"] = ratio(times[PLAN].median, times[CORE].median)
    sheet = Sheet(
        "A document for the first time, one connection", ("executor", "ms", "to graphql-core")
    )
    for name, value in times.items():
        sheet.add(name, format_figures(value, 2), f"{ratio(value.median, times[CORE].median):.2f}")
    outcome.sheets.append(sheet)


def _time_ms(clients: HttpClient, token: str) -> float:
    document = never_seen()
    begun_at = time.perf_counter()
    clients.ask(document, token, **PAGE)
    return (time.perf_counter() - begun_at) * MS
