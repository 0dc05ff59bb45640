"""A town with a long history, in a file: a value for every field."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import uvloop

from bff.db.sqlite.database import SqliteDatabase
from tests.support.import_files import SAMPLE, VERSIONS, sampled
from tests.support.lives.life import Life
from tests.support.lives.performer import Stage
from tests.support.lives.stage import connected, open_stage
from tests.support.lives.town import ANYBODY, RECEIVED, TRUSTED, Kind, Town, stored
from tests.support.world import START, FakeClock

SEED = 102
STEPS = 160
OPENED = 0.25
MAX_ORDERS = 30
# A shopper each: their level, how many orders, and how trusted they are
PEOPLE: Sequence[tuple[int, int, Kind]] = (
    (3, MAX_ORDERS, TRUSTED),
    (1, 5, ANYBODY),
    (2, 4, ANYBODY),
    (4, 9, TRUSTED),
    (5, 7, ANYBODY),
    (4, 6, ANYBODY),
)
UNTOUCHED = """
  SELECT id, paid_at, shipped_at, received_at FROM orders
  WHERE NOT EXISTS (
    SELECT 1 FROM returns WHERE order_line_id LIKE 'oli_' || substr(orders.id, 5) || '-%')"""
MOVED = "UPDATE orders SET paid_at = ?, shipped_at = ?, received_at = ? WHERE id = ?"
# What a life seldom comes to
MORE = (
    "UPDATE refunds SET advance = 'CLAWED_BACK', repaid_at = refunded_at WHERE rowid ="
    " (SELECT min(rowid) FROM refunds WHERE refunded_at IS NOT NULL)",
    "UPDATE refunds SET advance = 'CLAWED_BACK', repaid_at = NULL, owed_since = refunded_at"
    " WHERE rowid = (SELECT max(rowid) FROM refunds WHERE refunded_at IS NOT NULL)",
    "UPDATE pickups SET weight_grams = 4100 WHERE rowid ="
    " (SELECT min(rowid) FROM pickups WHERE collected_at IS NOT NULL)",
)
INSURED = """
  INSERT INTO order_lines (order_id, line_no, sku, title, category, quantity, unit_price_minor,
    paid_minor, freight_insured, no_return_confirmed, currency)
  VALUES (?, 1, 'sku-1', 'womenswear', 'womenswear', 1, 9900, 9900, TRUE, FALSE, 'CNY')"""
PHOTOS = """
  INSERT INTO photos (id, return_id, opened_at, expires_at, uploaded_at, width, height, digest)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


class Crowd(Town):
    """More shoppers than a life has, with more orders."""

    def found(self, random: Random, *, trusted: bool) -> None:
        super().found(random, trusted=False)
        for level, orders, kind in PEOPLE:
            shopper, levels = f"sho_of{level}with{orders}", (level,)
            self._add_shopper(random, shopper, replace(kind, levels=levels))
            for number in range(orders):
                self._add_order(random, shopper, f"{level}x{orders}x{number}", kind)

    def insure(self, now: datetime) -> None:
        """Somebody who can have it picked up on the insurer's account."""
        shopper, order, at = "sho_insured", "ord_insured", stored(now - timedelta(days=1))
        nobody = replace(TRUSTED, levels=(3,), stages=(RECEIVED,))
        self._add_shopper(Random(0), shopper, nobody)
        paid = (order, "insured", shopper, "mer_corner-shop", "CNY", self._policy.version)
        self._add("orders", (*paid, at, at, at))
        self._connection.execute(INSURED, [order])

    def renew(self, by: timedelta) -> None:
        """What has not gone back was bought later than it was."""
        for row in self._connection.execute(UNTOUCHED).fetchall():
            later = [at and stored(datetime.fromisoformat(at) + by) for at in row[1:]]
            self._connection.execute(MOVED, [*later, row[0]])


class LongLife(Life):
    """It goes on for weeks, and is broken off: much is still under way."""

    def __init__(self, stage: Stage, crowd: Crowd, seed: int) -> None:
        self._crowd, self._soon = crowd, timedelta(hours=80)
        stage.town = crowd
        super().__init__(stage, seed, Counter())

    async def live(self) -> None:
        await self._some_steps()
        self._crowd.renew(self._stage.clock.at - START)
        self._performer.look()
        self._soon = timedelta(hours=3)
        await self._some_steps()

    async def _some_steps(self) -> None:
        for _ in range(STEPS):
            await self._step()

    async def _step(self) -> None:
        if self._random.random() < OPENED:
            await self._open()
        await super()._step()

    async def _to_next(self) -> None:
        """To a deadline that is not far off."""
        now = self._stage.clock.at
        later = stored(now + self._soon)
        soon = [at for at in self._performer.snapshot.moments if stored(now) < at < later]
        if soon:
            await self._performer.wait(datetime.fromisoformat(self._random.choice(soon)) - now)
            await self._performer.work()

    async def _pass(self) -> None:
        await self._performer.work()


def build_town(path: Path) -> None:
    """Into a new file, with the moment at which it stands still as `user_version`."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, open_stage(runner) as stage:
        lived = Path(stage.observer.rows("PRAGMA database_list")[0][2])
        with connected(lived) as connection:
            crowd = Crowd(connection, stage.policy)
            runner.run(LongLife(stage, crowd, SEED).live())
            crowd.insure(stage.clock.at)
            runner.run(_import(lived, stage.clock))
            for statement in MORE:
                connection.execute(statement)
            connection.executemany(PHOTOS, _photos(connection, stage.clock.at))
            connection.execute(f"PRAGMA user_version = {int(stage.clock.at.timestamp())}")
            connection.execute("VACUUM INTO ?", [str(path)])


async def _import(path: Path, clock: FakeClock) -> None:
    """What was bought and returned elsewhere."""
    db = SqliteDatabase(path, clock)
    await sampled(db, SAMPLE, replace(VERSIONS, packaged=[]))
    await db.close()


def _photos(connection: sqlite3.Connection, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Some of every second return, one of them still to come."""
    found = connection.execute("SELECT id FROM returns ORDER BY id").fetchall()
    for number, (return_id,) in enumerate(found[::2]):
        for photo in range(number % 4):
            opened = now - timedelta(minutes=photo + 1)
            times = [stored(opened), stored(opened + timedelta(minutes=15))]
            come = [stored(opened), 640, 480, "d" * 64] if photo else [None] * 4
            yield (f"pho_{number}x{photo}", return_id, *times, *come)
