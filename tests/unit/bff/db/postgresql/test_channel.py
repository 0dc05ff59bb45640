"""Wake-ups through PostgreSQL, whose connections may end at any time."""

from functools import partial

import asyncpg
import pytest

from bff.db.postgresql.channel import CHANNEL, postgresql_channel
from bff.db.relays import broker
from bff.db.relays.broker import BrokerRelay
from bff.db.wakeups import WakeUps
from tests.support.listeners import Ears

END_LISTENERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()
"""


def relay(url: str, wakeups: WakeUps) -> BrokerRelay:
    return BrokerRelay("PostgreSQL", partial(postgresql_channel, url), wakeups)


async def test_what_one_process_commits_wakes_the_others(postgresql_database: str) -> None:
    one, other = WakeUps(), WakeUps()
    many = [f"topic_{number:04}" for number in range(900)]  # more than one payload holds
    with Ears(one, "a") as here, Ears(other, "a", *many) as there:
        async with relay(postgresql_database, one), relay(postgresql_database, other):
            await here.until("a")
            await there.until("a", *many)
            one.publish(["a", *many])
            assert here.woken == ["a"]
            await there.until("a", *many)


async def test_a_connection_that_ends_is_made_again_and_wakes_everybody(
    postgresql_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "RECONNECT_S", 0.01)
    one, other = WakeUps(), WakeUps()
    with Ears(one, "a") as here, Ears(other, "a") as there:
        async with relay(postgresql_database, one), relay(postgresql_database, other):
            await here.until("a")
            await there.until("a")
            await _run(postgresql_database, END_LISTENERS)
            await here.until("a")
            await there.until("a")
            one.publish(["a"])
            await there.until("a")


async def test_what_somebody_else_sends_wakes_nobody(postgresql_database: str) -> None:
    one, other = WakeUps(), WakeUps()
    with Ears(other, "a") as there:
        async with relay(postgresql_database, one), relay(postgresql_database, other):
            await there.until("a")
            await _run(postgresql_database, f"NOTIFY {CHANNEL}, 'a'")
            one.publish(["a"])
            await there.until("a")


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
