"""The home operation: requests a second of every peer, on one file, by turns."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import files, servers
from benchmarks.http_client import PAGE, check_equal, operation
from benchmarks.outcome import Options, Outcome, Sheet, format_figures
from benchmarks.rounds import CONNECTIONS, Alternating, Figures, ratio
from benchmarks.rows import Mix
from benchmarks.servers import Peer, Running, running
from benchmarks.wrk import Pace, Requests, load, write_requests

MIX = Mix(100_000)
SHOPPERS, COMPARED = 200, 25
OURS, CORE, ROUTE = "this project", "graphql-core", "route"
MERCURIUS = ("mercurius-loaders", "mercurius-joined")
TITLES = {
    OURS: "this project",
    CORE: "the same on graphql-core",
    ROUTE: "hand-written Starlette route",
    "mercurius-joined": "Mercurius with JIT, joined SQL",
    "mercurius-loaders": "Mercurius with JIT, DataLoader",
    "yoga": "Yoga with JIT",
    "apollo": "Apollo Server",
    "naive": "Strawberry with the ORM, naive",
}
Measured = dict[tuple[str, int], Figures]


def peers(database: Path) -> list[Peer]:
    return [
        servers.this_project(database, OURS, executor="plan"),
        servers.this_project(database, CORE, executor="graphql-core"),
        servers.route(database),
        *(servers.node(database, name) for name in (*MERCURIUS, "yoga", "apollo")),
        servers.naive(database),
    ]


def home_requests(folder: Path, tokens: Sequence[str]) -> dict[str, Requests]:
    """By method."""
    rows = [[token] for token in tokens]
    body = {"query": operation("home"), "variables": PAGE}
    return {
        "POST": write_requests(folder, "home", "POST /graphql", body, rows),
        "GET": write_requests(folder, "home-get", "GET /home?first=20", None, rows),
    }


def measure(options: Options) -> Outcome:
    """Raises DifferentError where a peer answers otherwise."""
    database = files.kept(MIX)
    tokens = files.tokens(database, files.some_shoppers(MIX, SHOPPERS))
    requests = home_requests(options.folder, tokens)
    with ExitStack() as stack:
        started = [stack.enter_context(running(peer)) for peer in peers(database)]
        check_equal(started, tokens[:COMPARED])
        return outcome(*by_turns(options, started, requests))


def by_turns(
    options: Options, started: Sequence[Running], requests: dict[str, Requests]
) -> tuple[Measured, float]:
    """And the greatest part of its core that the load took."""
    pace = Pace(options.extent)
    busiest: list[float] = []

    def rate(key: tuple[Running, int], number: int) -> float:
        server, connections = key
        request_set = requests[server.peer.method]
        if number == 0:
            pace.note(server, load(server, request_set, connections, options.extent.warm_up_s))
        run = load(server, request_set, connections, pace.seconds(server, connections))
        pace.note(server, run)
        busiest.append(run.busy)
        return run.rate

    keys = [(server, count) for count in CONNECTIONS for server in started]
    found = Alternating(keys, "Home").run(options.extent.rounds, rate)
    by_name = {(server.peer.name, count): value for (server, count), value in found.items()}
    return by_name, max(busiest)


def outcome(measured: Measured, busiest: float) -> Outcome:
    found = Outcome()
    rates = {key: value.median for key, value in measured.items()}
    for count in CONNECTIONS:
        ours = rates[OURS, count]
        for name in TITLES:
            found.figures[f"home.{count}.{name}.per_s"] = rates[name, count]
            found.figures[f"home.{count}.{name}.share"] = ratio(rates[name, count], ours)
        best = max(rates[name, count] for name in MERCURIUS)
        found.figures[f"home.{count}.to_mercurius"] = ratio(ours, best)
        found.figures[f"home.{count}.to_graphql_core"] = ratio(ours, rates[CORE, count])
        found.figures[f"home.{count}.to_route"] = ratio(ours, rates[ROUTE, count])
    found.sheets.append(_sheet(measured, rates, busiest))
    return found


def _sheet(measured: Measured, rates: dict[tuple[str, int], float], busiest: float) -> Sheet:
    """Fastest first."""
    columns = [(f"{count} conn., req/s", "to ours") for count in CONNECTIONS]
    sheet = Sheet(
        "Home: requests a second", ("served by", *(one for two in columns for one in two))
    )
    sheet.note = f"load's core busy for at most {busiest:.0%}"
    for name in sorted(TITLES, key=lambda name: -rates[name, CONNECTIONS[1]]):
        cells = [
            cell
            for count in CONNECTIONS
            for cell in (
                format_figures(measured[name, count]),
                f"{ratio(rates[name, count], rates[OURS, count]):.2f}",
            )
        ]
        sheet.add(TITLES[name], *cells)
    return sheet
