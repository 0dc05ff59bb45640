"""What travels between processes: topics in payloads of limited size, and never too many."""

from bff.db.relays.relay import EVERYTHING, MAX_PENDING_TOPICS, Exchange, PendingTopics
from bff.db.wakeups import WakeUps
from tests.support.listeners import Ears

MAX_BYTES = 60


async def test_topics_wake_who_waits_for_them_in_another_process() -> None:
    here, there = WakeUps(), WakeUps()
    with Ears(there, "a", "b") as ears:
        for payload in Exchange(here).payloads(["a", "c"], MAX_BYTES):
            Exchange(there).receive(payload)
        assert ears.woken == ["a"]


async def test_a_process_is_not_woken_by_what_it_has_sent() -> None:
    wakeups = WakeUps()
    exchange = Exchange(wakeups)
    with Ears(wakeups, "a") as ears:
        for payload in exchange.payloads(["a"], MAX_BYTES):
            exchange.receive(payload)
        assert ears.woken == []


async def test_everything_wakes_everybody() -> None:
    wakeups = WakeUps()
    with Ears(wakeups, "a", "b") as ears:
        for payload in Exchange(WakeUps()).payloads([EVERYTHING], MAX_BYTES):
            Exchange(wakeups).receive(payload)
        assert sorted(ears.woken) == ["a", "b"]


async def test_many_topics_are_split_into_payloads_within_the_limit() -> None:
    topics = [f"topic_{number}" for number in range(20)]
    payloads = list(Exchange(WakeUps()).payloads(topics, MAX_BYTES))
    assert len(payloads) > 1
    assert max(len(payload.encode()) for payload in payloads) <= MAX_BYTES
    wakeups = WakeUps()
    with Ears(wakeups, *topics) as ears:
        for payload in payloads:
            Exchange(wakeups).receive(payload)
        assert ears.woken == topics


async def test_a_payload_of_somebody_else_wakes_nobody() -> None:
    wakeups = WakeUps()
    with Ears(wakeups, "a") as ears:
        for payload in ("", "a", "\n\n", "{}"):
            Exchange(wakeups).receive(payload)
        assert ears.woken == []


def test_what_is_pending_is_taken_once() -> None:
    pending = PendingTopics()
    pending.add(["a"])
    pending.add(["a", "b"])
    assert pending
    assert pending.take() == {"a", "b"}
    assert not pending


def test_too_much_that_is_pending_becomes_everything() -> None:
    pending = PendingTopics()
    pending.add([str(number) for number in range(MAX_PENDING_TOPICS)])
    assert EVERYTHING not in pending.take()
    pending.add([str(number) for number in range(MAX_PENDING_TOPICS + 1)])
    assert pending.take() == {EVERYTHING}
