"""How large it gets: `python -m tools.capacity` prints each table's shard key and size at ten
million shoppers, and the arithmetic of a peak day (11.11). docs/operations.md has what it prints.

Everything that is not counted from the tables is an assumption of ours, and stated as one.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from bff.db.tables import metadata
from bff.db.tables.shards import shard_of

SHOPPERS = 10_000_000
MERCHANTS = 100_000
AREAS = 3_000
ORDERS_A_YEAR = 24  # of a shopper
YEARS_KEPT = 3
LINES_AN_ORDER = 1.5
RETURNS_A_LINE = 0.1
PICKUPS_A_RETURN = 0.6
DAYS_KEPT = 90  # of what is for the program's own use: events, keys, reports
DAYS_OPEN = 12  # of a return
SLOT_DAYS = 30
SLOTS_A_DAY = 8

ORDERS = SHOPPERS * ORDERS_A_YEAR * YEARS_KEPT
LINES = ORDERS * LINES_AN_ORDER
RETURNS = LINES * RETURNS_A_LINE
PICKUPS = RETURNS * PICKUPS_A_RETURN
RETURNS_A_DAY = RETURNS / (YEARS_KEPT * 365)
ORDERS_A_DAY = ORDERS / (YEARS_KEPT * 365)
EVENTS_A_RETURN = 8
REPORTS_A_RETURN = 6
REPORTS_AN_ORDER = 3
CALLS_A_RETURN = 5
KEYS_A_RETURN = 2
TIMERS_A_RETURN = 2
PAYMENTS_A_RETURN = 1.3
ENTRIES_A_PAYMENT = 4  # two postings, such as an advance and its settlement

# Rows, and bytes a row with its indexes.
SIZES: Mapping[str, tuple[float, int]] = {
    "shoppers": (SHOPPERS, 150),
    "addresses": (SHOPPERS * 2, 400),
    "orders": (ORDERS, 450),
    "order_lines": (LINES, 350),
    "credit_notes": (LINES * 0.02, 350),
    "returns": (RETURNS, 1_600),
    "refunds": (RETURNS, 350),
    "pickups": (PICKUPS, 800),
    "past_offers": (PICKUPS * 0.15, 250),
    "missed_deadlines": (RETURNS * 0.3, 200),
    "credited_returns": (LINES * 0.005, 250),
    "photos": (RETURNS * 0.5, 400),
    "payments": (RETURNS * PAYMENTS_A_RETURN, 550),
    "ledger_entries": (RETURNS * PAYMENTS_A_RETURN * ENTRIES_A_PAYMENT, 250),
    "star_changes": (SHOPPERS * 6, 700),
    "behaviours": (RETURNS * 1.8, 300),
    "idempotency": (RETURNS_A_DAY * KEYS_A_RETURN * DAYS_KEPT, 500),
    "erasures": (SHOPPERS * 0.01, 250),
    "events": (RETURNS_A_DAY * EVENTS_A_RETURN * DAYS_KEPT, 370),
    "timers": (RETURNS_A_DAY * DAYS_OPEN * TIMERS_A_RETURN, 270),
    "outbox": (RETURNS_A_DAY * CALLS_A_RETURN * 0.05, 320),
    "traces": (RETURNS_A_DAY * DAYS_OPEN, 270),
    "webhook_events": (
        (RETURNS_A_DAY * REPORTS_A_RETURN + ORDERS_A_DAY * REPORTS_AN_ORDER) * DAYS_KEPT,
        720,
    ),
    "slots": (AREAS * SLOTS_A_DAY * SLOT_DAYS, 150),
    "merchants": (MERCHANTS, 250),
    "policies": (20, 20_000),
    "heartbeats": (100, 150),
    "leases": (10, 150),
    "retention_runs": (10, 150),
    "demo_clock": (0, 100),
}


@dataclass(frozen=True)
class Figure:
    """`why`: the arithmetic, or where an assumption comes from."""

    name: str
    value: float
    why: str


def peak_day() -> Iterator[Figure]:
    """Orders peak on the day itself, returns in the week after it; both are taken at once."""
    orders = ORDERS_A_DAY * 15
    returns = RETURNS_A_DAY * 10
    yield Figure("orders that day", orders, f"assumed: 15 times the {ORDERS_A_DAY:,.0f} of a day")
    yield Figure("taps that day", returns, f"assumed: 10 times the {RETURNS_A_DAY:,.0f} of a day")
    busiest = 0.2 / 3_600
    order_writes = orders * REPORTS_AN_ORDER * busiest
    yield Figure(
        "writes a second of orders",
        order_writes,
        f"assumed: a fifth of the day in its busiest hour, {REPORTS_AN_ORDER} reports an order",
    )
    writes_a_return = REPORTS_A_RETURN + CALLS_A_RETURN + KEYS_A_RETURN + TIMERS_A_RETURN
    return_writes = returns * writes_a_return * busiest
    yield Figure(
        "writes a second of returns",
        return_writes,
        f"{REPORTS_A_RETURN} reports, {CALLS_A_RETURN} calls, {KEYS_A_RETURN} mutations and "
        f"{TIMERS_A_RETURN} timers a return",
    )
    rows = orders * (1 + LINES_AN_ORDER + REPORTS_AN_ORDER) + returns * 30
    yield Figure("rows written that day", rows, "assumed: 30 rows for the whole life of a return")
    yield Figure("bytes written that day", rows * 500, "assumed: 500 a row, and as much of WAL")
    homes = SHOPPERS * 0.4 * 5 * busiest
    yield Figure("home screens a second", homes, "assumed: 40% of all shoppers, 5 times each")
    writes = order_writes + return_writes
    shards = max(writes / 1_500, stored_bytes() / 500e9)
    yield Figure(
        "shards", ceil(shards), "assumed: 1,500 commits a second and 500 GB a shard; the larger"
    )
    yield Figure(
        "server processes",
        ceil((homes + returns * KEYS_A_RETURN * busiest) / 500 * 2),
        "assumed: 500 operations a second a process (one core), half of them idle",
    )
    yield Figure(
        "worker processes",
        ceil(returns * (CALLS_A_RETURN + TIMERS_A_RETURN) * busiest / 100 * 2),
        "assumed: 100 calls and timers a second a process, half of them idle",
    )
    sockets = returns * 0.1
    yield Figure("sockets at once", sockets, "assumed: a tenth of the day's taps are watched")
    yield Figure("server processes for them", ceil(sockets / 10_000), "assumed: 10,000 a process")
    messages = returns * EVENTS_A_RETURN * busiest
    yield Figure(
        "Redis messages a second", messages, f"one wake-up an event, {EVENTS_A_RETURN} a return"
    )


def stored_bytes() -> float:
    return sum(rows * size for rows, size in SIZES.values())


def page() -> str:
    """Two tables in Markdown."""
    tables = sorted(metadata.tables.values(), key=lambda table: (shard_of(table), table.name))
    lines = [
        f"Each table at {SHOPPERS:,} shoppers, {ORDERS_A_YEAR} orders a year and {YEARS_KEPT} "
        "years of them:",
        "",
        "| table | shard | key | rows | bytes a row | bytes |",
        "|---|---|---|--:|--:|--:|",
    ]
    for table in tables:
        rows, size = SIZES[table.name]
        key = f"`{table.info['key']}`" if table.info["key"] else ""
        shard = shard_of(table).value.lower()
        lines.append(
            f"| `{table.name}` | {shard} | {key} | {_rounded(rows)} | {size:,} "
            f"| {_rounded(rows * size)} |"
        )
    lines += [
        f"| all | | | | | {_rounded(stored_bytes())} |",
        "",
        "A peak day (11.11):",
        "",
        "| | figure | how it is made |",
        "|---|--:|---|",
    ]
    lines += [f"| {one.name} | {_rounded(one.value)} | {one.why} |" for one in peak_day()]
    return "\n".join(lines) + "\n"


def _rounded(value: float) -> str:
    """Three digits."""
    for factor, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value:.3g}"


if __name__ == "__main__":
    sys.stdout.write(page())
