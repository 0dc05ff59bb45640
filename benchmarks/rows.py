"""A database full of shoppers, by SQL alone: ten million order lines in a minute or two.

A shopper has 25 orders of two lines. Orders are written as life writes them, in the order of
time: the neighbours of an order in the tables belong to other shoppers.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.progress import Progress

from bff.core import ids

MORNING = datetime(2026, 3, 10, 2, tzinfo=UTC)  # 10:00 in Shanghai: couriers come
POLICY = "2016-pilot"
ORDERS_EACH, LINES_EACH = 25, 2
MERCHANTS = 1_000
PILOT = ("linen-house", "northwind", "step-by-step", "silk-road")
CHUNK = 100_000
PREFIX, DIGITS = "b", 9

# By how many days before MORNING each of a shopper's orders was paid, the oldest first
PAST = [46 - 4 * index for index in range(8)]
OPEN = [6 - index / 4 for index in range(14)]
UNDER_WAY = [1.5, 1.0, 0.25]
DAYS_TO_SHIP, DAYS_TO_RECEIVE = 0.25, 1.0
OF_ONE_TURN = 0.2  # the days in which all shoppers order once
CATEGORIES = (
    *("womenswear", "menswear", "accessories", "shoes", "womenswear"),
    *("shoes", "electronics", "gifts", "fresh", "made-to-order"),
)
# Points by star level, in the scorecard's order; they add up to what the level needs
VALUES = {1: (25, 30, 50), 2: (25, 30, 70), 3: (25, 90, 86), 4: (25, 180, 100), 5: (25, 300, 100)}
KEPT = {1: 0, 2: 0, 3: 0, 4: 0, 5: 5}


@dataclass(frozen=True, slots=True)
class Mix:
    """`express`: every line can be returned in one tap, by shoppers of three stars or more."""

    lines: int
    express: bool = False

    @property
    def shoppers(self) -> int:
        return max(self.lines // (ORDERS_EACH * LINES_EACH), 1)

    @property
    def orders(self) -> int:
        return self.shoppers * ORDERS_EACH

    def level(self, shopper: int) -> int:
        return 3 + shopper % 3 if self.express else 1 + shopper % 5


def shopper_id(number: int) -> str:
    return ids.external_id(ids.SHOPPER, f"{PREFIX}{number:0{DIGITS}}")


def address_id(number: int) -> str:
    return ids.external_id(ids.ADDRESS, f"{PREFIX}{number:0{DIGITS}}")


def order_line_id(order: int, line: int) -> str:
    return ids.external_id(ids.ORDER_LINE, f"{PREFIX}{order:0{DIGITS}}-{line}")


def fill(path: Path, mix: Mix, progress: Progress) -> None:
    """Into a file that has the tables and the policy. It is of no use if this is cut short."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=OFF")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA cache_size=-400000")
    indexes = _without_indexes(db)
    db.execute("BEGIN")
    _people(db, mix)
    _merchants(db)
    _buying(db, mix, progress)
    if not mix.express:
        _returning(db)
    _with_indexes(db, indexes, progress)
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode=WAL")
    db.close()


def _without_indexes(db: sqlite3.Connection) -> list[str]:
    """Made again once the rows are there: that is many times faster."""
    found = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in found:
        db.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]


def _with_indexes(db: sqlite3.Connection, indexes: list[str], progress: Progress) -> None:
    for sql in progress.track(indexes, description="Indexes"):
        db.execute(sql)


def _people(db: sqlite3.Connection, mix: Mix) -> None:
    numbers = range(mix.shoppers)
    db.executemany(
        "INSERT INTO shoppers (id, nickname) VALUES (?, ?)",
        ((shopper_id(one), f"小{one}") for one in numbers),
    )
    db.executemany(
        "INSERT INTO addresses (id, owner_id, recipient, phone, region, street)"
        " VALUES (?, ?, '张三', '13800000000', ?, '文三路1号')",
        ((address_id(one), shopper_id(one), f"浙江省杭州市{one}区") for one in numbers),
    )
    db.executemany(
        "INSERT INTO star_changes (shopper_id, seq, level, previous, at, cause, factors)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row for one in numbers for row in _ratings(one, mix.level(one))),
    )


def _ratings(shopper: int, level: int) -> Iterator[tuple[object, ...]]:
    """One, or two where the level has changed."""
    first = max(level - shopper % 2, 1)
    rated_at = moment(MORNING - timedelta(days=60, minutes=shopper % 1000))
    yield shopper_id(shopper), 0, first, None, rated_at, "FIRST_RATING", factors(first)
    if first != level:
        again = moment(MORNING - timedelta(days=30, minutes=shopper % 1000))
        yield shopper_id(shopper), 1, level, first, again, "RATED_AGAIN", factors(level)


def factors(level: int) -> str:
    """As `bff.domain.stars.store` writes them: they give the level by the packaged scorecard."""
    orders, days, percent = VALUES[level]
    parts = [
        ("ORDERS", orders, 20),
        ("MONTHS", days // 30, days // 30 * 2),
        ("UNITS_BOUGHT", 50, 2),
        ("HONEST_RETURNS", percent, percent // 2),
        ("KEPT_PROMISES", KEPT[level], KEPT[level]),
    ]
    return json.dumps([{"code": code, "value": value, "points": at} for code, value, at in parts])


def _merchants(db: sqlite3.Connection) -> None:
    numbers = [*PILOT, *(f"shop-{one:04}" for one in range(len(PILOT), MERCHANTS))]
    known = [(ids.external_id(ids.MERCHANT, number), number) for number in numbers]
    db.executemany(
        "INSERT INTO addresses (id, owner_id, recipient, phone, region, street)"
        " VALUES ('adr_' || ?1, ?2, ?1, '0571-88888888', '浙江省杭州市余杭区', '文一西路969号')",
        ((number, merchant) for merchant, number in known),
    )
    db.executemany(
        "INSERT INTO merchants (id, number, name, covers_pickup, return_address_id)"
        " VALUES (?2, ?1, ?1, ?3, 'adr_' || ?1)",
        ((number, merchant, place % 3 == 0) for place, (merchant, number) in enumerate(known)),
    )
    db.execute("CREATE TEMP TABLE shops (place INTEGER PRIMARY KEY, id TEXT)")
    db.executemany("INSERT INTO shops VALUES (?, ?)", enumerate(merchant for merchant, _ in known))


def _buying(db: sqlite3.Connection, mix: Mix, progress: Progress) -> None:
    _turns(db, mix)
    orders, lines = (EXPRESS_ORDERS, EXPRESS_LINES) if mix.express else (ORDERS, LINES)
    bar = progress.add_task(f"{mix.lines:,} order lines", total=mix.orders)
    for begin in range(0, mix.orders, CHUNK):
        given = {"begin": begin, "end": min(begin + CHUNK, mix.orders), "shoppers": mix.shoppers}
        db.execute(orders, given)
        db.execute(lines, given)
        progress.advance(bar, given["end"] - begin)


def _turns(db: sqlite3.Connection, mix: Mix) -> None:
    """Each turn, every shopper orders once: when that began, and what became of the orders."""
    paid = [OPEN[6]] * ORDERS_EACH if mix.express else [*PAST, *OPEN, *UNDER_WAY]
    late = len(paid) - (0 if mix.express else len(UNDER_WAY))
    db.execute(
        "CREATE TEMP TABLE turns"
        " (turn INTEGER PRIMARY KEY, paid_at REAL, shipped INTEGER, received INTEGER)"
    )
    now = MORNING.timestamp()
    rows = [
        (turn, now - days * 86_400, turn < len(paid) - 1 or mix.express, turn < late)
        for turn, days in enumerate(paid)
    ]
    db.executemany("INSERT INTO turns VALUES (?, ?, ?, ?)", rows)
    db.execute("CREATE TEMP TABLE kinds (place INTEGER PRIMARY KEY, category TEXT)")
    db.executemany("INSERT INTO kinds VALUES (?, ?)", enumerate(CATEGORIES))


def _returning(db: sqlite3.Connection) -> None:
    """Some of the older lines went back: here, or before they came here."""
    for statement in (RETURNS, REFUNDS, PAYMENTS, *LEDGER, CREDIT_NOTES, *HELD):
        db.execute(statement)


def moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _at(seconds: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', {seconds}, 'unixepoch')"


PAID = f"t.paid_at + {OF_ONE_TURN * 86_400} * s / :shoppers"
NUMBERED = f"""
WITH RECURSIVE numbers (n) AS (
    SELECT :begin UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :end
), known AS (
    SELECT n, n / :shoppers AS k, n % :shoppers AS s,
        'ord_{PREFIX}' || printf('%0{DIGITS}d', n) AS order_id FROM numbers
)"""
_ORDERS = f"""
INSERT INTO orders (id, number, shopper_id, merchant_id, currency, policy_version, paid_at,
    shipped_at, received_at)
{NUMBERED}
SELECT order_id, substr(order_id, 5), 'sho_{PREFIX}' || printf('%0{DIGITS}d', s), m.id, 'CNY',
    '{POLICY}', {_at(PAID)},
    CASE WHEN t.shipped THEN {_at(f"{PAID} + {DAYS_TO_SHIP * 86_400}")} END,
    CASE WHEN t.received THEN {_at(f"{PAID} + {DAYS_TO_RECEIVE * 86_400}")} END
FROM known JOIN turns t ON t.turn = k
JOIN shops m ON m.place = MERCHANT
ORDER BY n"""
EXPRESS_ORDERS = _ORDERS.replace("MERCHANT", f"(k + s) % {len(PILOT)}")
ORDERS = _ORDERS.replace(
    "MERCHANT",
    f"CASE WHEN (k + s) % 2 THEN (k / 2 + s) % {len(PILOT)}"
    f" ELSE {len(PILOT)} + (k * 389 + s * 17) % {MERCHANTS - len(PILOT)} END",
)
_LINES = f"""
INSERT INTO order_lines (order_id, line_no, sku, title, category, quantity, unit_price_minor,
    paid_minor, freight_insured, no_return_confirmed, currency)
{NUMBERED}
SELECT order_id, line_no, 'sku-' || (n % 5000) || '-' || line_no,
    c.category || ' ' || (n % 5000), c.category, quantity, price, price * quantity - (k + s) % 90,
    (k + s + line_no) % 4 = 0, WAIVED, 'CNY'
FROM (
    SELECT *, 9900 + (n % 97) * 100 AS price, 1 + (k + s + line_no) % 3 AS quantity
    FROM known, (SELECT 1 AS line_no UNION ALL SELECT 2)
) JOIN kinds c ON c.place = CATEGORY
ORDER BY n, line_no"""
LINES = _LINES.replace("WAIVED", "(k * 3 + s + line_no) % 17 = 0").replace(
    "CATEGORY", f"(k * 3 + s * 7 + line_no * 5) % {len(CATEGORIES)}"
)
EXPRESS_LINES = _LINES.replace("WAIVED", "0").replace("CATEGORY", "(k + s + line_no) % 4")
RETURNS = f"""
INSERT INTO returns (id, shopper_id, order_line_id, merchant_id, kind, status, express,
    advance_at_waybill, quantity, policy_version, star_level, opened_at, approved_at, shipped_at,
    ended_at, courier_company, waybill_number, waybill_by)
SELECT 'ret_' || o.number || '0000000', o.shopper_id, 'oli_' || o.number || '-1', o.merchant_id,
    'RETURN_AND_REFUND', 'SUCCEEDED', 0, 0, l.quantity, '{POLICY}', 1, o.received_at,
    o.received_at, o.received_at, o.received_at, 'cainiao',
    'CN' || printf('%010d', o.rowid), 'SHOPPER'
FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.line_no = 1
WHERE o.received_at IS NOT NULL AND o.rowid % 13 = 0
ORDER BY o.rowid"""
REFUNDS = """
INSERT INTO refunds (id, return_id, amount_minor, currency, advance, refunded_at)
SELECT 'ref_' || substr(r.id, 5), r.id, l.paid_minor, 'CNY', 'NONE', r.ended_at
FROM returns r JOIN order_lines l ON l.order_id = 'ord_' || substr(r.id, 5, 10) AND l.line_no = 1
ORDER BY r.rowid"""
PAYMENTS = """
INSERT INTO payments (id, kind, return_id, subject_id, payer, payee, amount_minor, currency, status,
    requested_at, ended_at, reference)
SELECT 'pay_' || substr(f.id, 5), 'MERCHANT_REFUND', r.id, f.id, 'merchant:' || r.merchant_id,
    'shopper:' || r.shopper_id, f.amount_minor, 'CNY', 'SUCCEEDED', r.ended_at, r.ended_at, 'paid'
FROM refunds f JOIN returns r ON r.rowid = f.rowid
ORDER BY f.rowid"""
LEDGER = tuple(
    f"""
INSERT INTO ledger_entries (subject_id, posting, account, amount_minor, currency, at)
SELECT subject_id, kind, {account}, {sign}amount_minor, currency, ended_at FROM payments
ORDER BY rowid"""
    for account, sign in (("payer", "-"), ("payee", ""))
)
CREDIT_NOTES = """
INSERT INTO credit_notes (number, sku, entry, shopper_id, order_line_id, quantity,
    refunded_minor, currency, returned_at)
SELECT 'C' || o.number, l.sku, 1, o.shopper_id, 'oli_' || o.number || '-2', 1,
    l.paid_minor / l.quantity, 'CNY', o.received_at
FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.line_no = 2
WHERE o.received_at IS NOT NULL AND o.rowid % 29 = 0
ORDER BY o.rowid"""
HELD = (
    """
UPDATE order_lines SET held_quantity = quantity, held_minor = paid_minor
WHERE (order_id, line_no) IN (SELECT 'ord_' || substr(id, 5, 10), 1 FROM returns)""",
    """
UPDATE order_lines SET held_quantity = 1, held_minor = paid_minor / quantity
WHERE (order_id, line_no) IN (SELECT 'ord_' || substr(number, 2), 2 FROM credit_notes)""",
)
