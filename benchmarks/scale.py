"""How home's time grows with the order lines in the database."""

from contextlib import ExitStack
from pathlib import Path

from benchmarks import files, servers
from benchmarks.home import home_requests
from benchmarks.outcome import Options, Outcome, Sheet, format_figures
from benchmarks.rounds import Alternating, Figures, ratio
from benchmarks.rows import Mix
from benchmarks.servers import running
from benchmarks.wrk import Pace, Requests, load

LINES = (10_000, 100_000, 1_000_000, 10_000_000)
QUICK_LINES = (10_000, 1_000_000)
CONNECTIONS = (1, 16)
SHOPPERS = 200  # in each file as many, all over it: it is the file that grows
MS = 1_000


def measure(options: Options) -> Outcome:
    """As many shoppers in each file, in no order."""
    sizes = QUICK_LINES if options.quick else LINES
    with ExitStack() as stack:
        started = {}
        for lines in sizes:
            database = files.kept(Mix(lines))
            peer = servers.this_project(database, f"{lines:,} lines")
            server = stack.enter_context(running(peer))
            started[lines] = (server, _requests(options.folder, database, lines))
        pace = Pace(options.extent)

        def mean_ms(key: tuple[int, int], number: int) -> float:
            lines, connections = key
            server, requests = started[lines]
            if number == 0:
                pace.note(server, load(server, requests, connections, options.extent.warm_up_s))
            run = load(server, requests, connections, pace.seconds(server, connections))
            pace.note(server, run)
            return ratio(connections * MS, run.rate)

        keys = [(lines, count) for count in CONNECTIONS for lines in sizes]
        return _outcome(Alternating(keys, "Scale").run(options.extent.rounds, mean_ms))


def _requests(folder: Path, database: Path, lines: int) -> Requests:
    into = folder / str(lines)
    into.mkdir()
    tokens = files.tokens(database, files.some_shoppers(Mix(lines), SHOPPERS))
    return home_requests(into, tokens)["POST"]


def _outcome(found: dict[tuple[int, int], Figures]) -> Outcome:
    outcome = Outcome()
    columns = [(f"{count} conn., ms", "to the smallest") for count in CONNECTIONS]
    title = "Home, by order lines in the database: mean time"
    sheet = Sheet(title, ("order lines", *(one for two in columns for one in two)))
    sizes = sorted({lines for lines, _ in found})
    for lines in sizes:
        cells = []
        for count in CONNECTIONS:
            times = found[lines, count]
            share = ratio(times.median, found[sizes[0], count].median)
            outcome.figures[f"scale.{count}.{lines}.ms"] = times.median
            outcome.figures[f"scale.{count}.{lines}.ratio"] = share
            cells += [format_figures(times, 2), f"{share:.2f}"]
        sheet.add(f"{lines:,}", *cells)
    for count in CONNECTIONS:
        last = f"scale.{count}.{sizes[-1]}.ratio"
        outcome.figures[f"scale.{count}.ratio"] = outcome.figures[last]
    outcome.sheets.append(sheet)
    return outcome
