"""From starting the process to its first answers."""

import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

from benchmarks import files, servers
from benchmarks.home import MERCURIUS, OURS
from benchmarks.http_client import HttpClient
from benchmarks.outcome import Options, Outcome, Sheet, format_figures
from benchmarks.rounds import Alternating, Figures
from benchmarks.rows import Mix
from benchmarks.servers import Peer, Running, running

MIX = Mix(10_000)
ROUNDS = 5
PAUSE_S = 0.002


def measure(options: Options) -> Outcome:
    database = files.kept(MIX)
    [token] = files.tokens(database, files.some_shoppers(MIX, 1))
    requests: dict[str, tuple[Peer, Callable[[HttpClient], object]]] = {
        f"{OURS}, /healthz": (
            _ours(database),
            lambda client: client.body("GET", "/healthz", token),
        ),
        f"{OURS}, home": (_ours(database), lambda client: client.home(token)),
    }
    others = [servers.route(database), *(servers.node(database, name) for name in _node())]
    for peer in others:
        requests[f"{peer.name}, home"] = (peer, lambda client: client.home(token))

    def seconds(name: str, _number: int) -> float:
        peer, request = requests[name]
        with running(peer) as server:
            return _until_answered(server, request)

    rounds = 1 if options.quick else ROUNDS
    return _outcome(Alternating(list(requests), "Start").run(rounds, seconds))


def _ours(database: Path) -> Peer:
    return servers.this_project(database, OURS)


def _node() -> tuple[str, ...]:
    return (MERCURIUS[0], "yoga", "apollo")


def _until_answered(server: Running, request: Callable[[HttpClient], object]) -> float:
    """The port is open already; some open it before they can answer."""
    until = server.started_at + servers.READY_WITHIN_S
    while time.perf_counter() < until:
        client = HttpClient(server)
        with suppress(OSError, HTTPException):
            request(client)
            return time.perf_counter() - server.started_at
        client.close()
        time.sleep(PAUSE_S)
    raise OSError(f"{server.peer.name} does not answer:\n{server.said()}")


def _outcome(found: dict[str, Figures]) -> Outcome:
    outcome = Outcome()
    sheet = Sheet("Start: from the process to its first answer", ("server, what", "seconds"))
    for name, value in found.items():
        outcome.figures[f"startup.{name}.s"] = value.median
        sheet.add(name, format_figures(value, 2))
    outcome.sheets.append(sheet)
    return outcome
