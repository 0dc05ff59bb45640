"""A database as SQL: a town with a long history, broken off while much is under way.

Made by the code of the version that it is of: in a checkout of that version, with this file copied
into it, `python -m tests.support.town_dump SEED STOP FILE`. STOP: the step before which the life is
broken off.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import uvloop

from bff.db.sqlite.database import SqliteDatabase
from tests.support.differential.town import PHOTOS, Crowd, LongLife
from tests.support.import_files import SAMPLE, VERSIONS, sampled
from tests.support.lives import town
from tests.support.lives.generators import Maker
from tests.support.lives.next_steps import BENTS, NextSteps
from tests.support.lives.stage import connected, open_stage
from tests.support.lives.town import ANYBODY, TRUSTED, Town, stored
from tests.support.world import START, FakeClock, packaged

# A shopper each: their level, how many orders, and how trusted they are
PEOPLE = ((1, 4, ANYBODY), (2, 4, ANYBODY), (3, 12, TRUSTED), (4, 7, TRUSTED), (5, 5, TRUSTED))
STEPS = 320
TEMPER = 40  # steps, until people are given to other things


class SmallCrowd(Crowd):
    def found(self, random: Random, *, trusted: bool) -> None:
        Town.found(self, random, trusted=trusted)
        for level, orders, kind in PEOPLE:
            shopper = f"sho_of{level}with{orders}"
            self._add_shopper(random, shopper, replace(kind, levels=(level,)))
            for number in range(orders):
                self._add_order(random, shopper, f"{level}x{orders}x{number}", kind)


class ChangingLife(LongLife):
    async def live_until(self, stop: int) -> None:
        maker = Maker(self._random, self._stage.policy, self._stage.clock.now)
        for step in range(stop):
            if step % TEMPER == 0:
                self._next_steps = NextSteps(maker, self._random.choice(list(BENTS)))
            if step == STEPS // 2:
                self._crowd.renew(self._stage.clock.at - START)
                self._performer.look()
                self._soon = timedelta(hours=3)
            await self._step()


def write(seed: int, stop: int, file: Path) -> None:
    town.PLACES = packaged()[-1].pickup.capacity  # the policy is as the program publishes it
    with (
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        open_stage(runner) as stage,
    ):
        path = Path(stage.observer.rows("PRAGMA database_list")[0][2])
        with connected(path) as connection:
            life = ChangingLife(stage, SmallCrowd(connection, stage.policy), seed)
            runner.run(life.live_until(stop))
            runner.run(_buy_elsewhere(path, stage.clock))
            _add_photos(connection, stage.clock.at)
            made = f"made by town_dump {seed} {stop}"
            head = f"-- The clock stands at {stored(stage.clock.at)}; {made}."
            lines = [head, "PRAGMA foreign_keys = OFF;", "BEGIN;", *_inserts(connection), "COMMIT;"]
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


async def _buy_elsewhere(path: Path, clock: FakeClock) -> None:
    db = SqliteDatabase(path, clock)
    await sampled(db, SAMPLE, replace(VERSIONS, packaged=[]))
    await db.close()


def _add_photos(connection: sqlite3.Connection, now: datetime) -> None:
    """Of every third return, one of them still to come."""
    times = [stored(now - timedelta(minutes=1)), stored(now + timedelta(minutes=14))]
    to_come, come = (None, None, None, None), (times[0], 640, 480, "d" * 64)
    for (return_id,) in connection.execute("SELECT id FROM returns ORDER BY id").fetchall()[::3]:
        for number, upload in enumerate((to_come, come)):
            row = (f"pho_{return_id[4:]}x{number}", return_id, *times, *upload)
            connection.execute(PHOTOS, row)


def _inserts(connection: sqlite3.Connection) -> Iterator[str]:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
    for (table,) in connection.execute(tables).fetchall():
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        values = " || ', ' || ".join(f"quote({name})" for name in names)
        rows = [row for (row,) in connection.execute(f"SELECT {values} FROM {table}")]
        if rows and table not in ("alembic_version", "sqlite_sequence"):
            yield f"INSERT INTO {table} ({', '.join(names)}) VALUES"
            yield "(" + "),\n(".join(rows) + ");"


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
