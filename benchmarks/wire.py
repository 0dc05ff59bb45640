"""Statements and round trips of a tap and of home on PostgreSQL: counted, not timed."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from statistics import median_high

from benchmarks import files, postgresql, rows
from benchmarks.counting_proxy import CountingProxy, Counts
from benchmarks.followed_return import MIX
from benchmarks.http_client import DifferentAnswerError, HttpClient, http_client, operation
from benchmarks.outcome import Options, Outcome, Sheet
from benchmarks.servers import running, this_project
from benchmarks.taps import DONE

WARM_UP, COUNTED = 5, 9
HOME, TAP = "home", "oneTapReturn"


def measure(options: Options) -> Outcome:
    """One request at a time, so that whatever is sent meanwhile is sent for it."""
    file = files.kept(MIX)
    tokens = files.tokens(file, range(WARM_UP + COUNTED))
    with ExitStack() as stack:
        server = stack.enter_context(postgresql.durable_server())
        postgresql.filled(server, "counted", file)
        proxy = stack.enter_context(closing(CountingProxy(options.folder, server.folder)))
        peer = this_project(proxy.url("counted"), "this project", "--no-worker")
        client = stack.enter_context(http_client(stack.enter_context(running(peer))))
        counts: dict[str, list[Counts]] = {HOME: [], TAP: []}
        for number, token in enumerate(tokens):
            before = proxy.counts()
            client.home(token)
            between = proxy.counts()
            _tap(client, token, number)
            counts[HOME].append(between - before)
            counts[TAP].append(proxy.counts() - between)
    return _outcome(counts)


def _tap(client: HttpClient, token: str, shopper: int) -> None:
    variables = {
        "key": f"counted-{shopper}",
        "line": rows.order_line_id(shopper, 1),
        "pickup": {"addressId": rows.address_id(shopper)},
    }
    answer = client.ask(operation("one_tap"), token, **variables)
    if DONE.encode() not in answer:
        raise DifferentAnswerError(answer.decode())


def _outcome(counts: Mapping[str, Sequence[Counts]]) -> Outcome:
    """The first few prepare their statements, and are left out."""
    outcome = Outcome()
    sheet = Sheet("On the wire to PostgreSQL", ("of one", "statements", "round trips"))
    sheet.note = "BEGIN and COMMIT are both; wake-ups of other processes are neither"
    for name, all_counts in counts.items():
        warm = all_counts[WARM_UP:]
        statements = median_high(one.statements for one in warm)
        round_trips = median_high(one.round_trips for one in warm)
        outcome.figures[f"wire.{name}.statements"] = statements
        outcome.figures[f"wire.{name}.round_trips"] = round_trips
        sheet.add(name, str(statements), str(round_trips))
    outcome.sheets.append(sheet)
    return outcome
