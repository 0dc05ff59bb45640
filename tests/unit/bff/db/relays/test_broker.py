"""A relay over a connection that is lost, or fails, and is made again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from bff.db.relays import broker
from bff.db.relays.broker import BrokerRelay, Send
from bff.db.relays.relay import EVERYTHING
from bff.db.wakeups import WakeUps
from tests.support.client import MAX_WAIT_S
from tests.support.listeners import Ears


class Broker:
    """`refused`: how many connections and payloads it refuses before it takes one."""

    def __init__(self) -> None:
        self.refused = 0
        self.connections = 0
        self.sent: list[list[str]] = []
        self.lose: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def connect(
        self, _receive: Callable[[str], None], lose: Callable[[], None]
    ) -> AsyncIterator[Send]:
        self._refuse()
        self.connections += 1
        self.lose = lose
        yield self._send

    def _refuse(self) -> None:
        if self.refused:
            self.refused -= 1
            raise ConnectionError("refused")

    async def _send(self, payload: str) -> None:
        await asyncio.sleep(0)
        self._refuse()
        self.sent.append(sorted(payload.split("\n")[1:]))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "RECONNECT_S", 0.0)


@pytest.fixture
def wakeups() -> WakeUps:
    return WakeUps()


@pytest.fixture
def server() -> Broker:
    return Broker()


async def test_what_is_published_meanwhile_goes_together_and_before_the_end(
    wakeups: WakeUps, server: Broker
) -> None:
    async with BrokerRelay("broker", server.connect, wakeups):
        for topic in "abc":
            wakeups.publish([topic])
    assert server.sent == [["a", "b", "c"]]
    wakeups.publish(["d"])
    assert server.sent == [["a", "b", "c"]]


async def test_each_new_connection_wakes_everybody(wakeups: WakeUps, server: Broker) -> None:
    with Ears(wakeups, "a", "b") as ears:
        async with BrokerRelay("broker", server.connect, wakeups):
            await ears.until("a", "b")
            server.lose()
            await ears.until("a", "b")
    assert server.connections == 2


async def test_what_could_not_be_sent_becomes_everything(wakeups: WakeUps, server: Broker) -> None:
    with Ears(wakeups, "here") as ears:
        async with BrokerRelay("broker", server.connect, wakeups):
            await ears.until("here")
            server.refused = 1
            wakeups.publish(["a"])
    assert server.sent == [[EVERYTHING]]


async def test_a_broker_that_is_away_is_logged_once(wakeups: WakeUps, server: Broker) -> None:
    server.refused = 5
    with capture_logs() as lines, Ears(wakeups, "here") as ears:
        async with BrokerRelay("broker", server.connect, wakeups):
            await ears.until("here")
    assert [(line["event"], line["through"]) for line in lines] == [
        ("other processes are not woken", "broker"),
        ("other processes are woken again", "broker"),
    ]
    assert lines[0]["reason"] == "refused"


async def test_the_end_does_not_wait_for_a_broker_that_stays_away(
    wakeups: WakeUps, server: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "FLUSH_S", 0.01)
    server.refused = 1_000_000
    async with BrokerRelay("broker", server.connect, wakeups):
        wakeups.publish(["a"])
    assert server.sent == []


async def test_it_ends_where_its_client_swallows_that(wakeups: WakeUps, server: Broker) -> None:
    """As Redis' client does while it connects."""
    connecting = asyncio.Event()

    @asynccontextmanager
    async def swallow(
        receive: Callable[[str], None], lose: Callable[[], None]
    ) -> AsyncIterator[Send]:
        connecting.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        async with server.connect(receive, lose) as send:
            yield send

    async with asyncio.timeout(MAX_WAIT_S), BrokerRelay("Redis", swallow, wakeups):
        await connecting.wait()
    assert server.connections == 1
