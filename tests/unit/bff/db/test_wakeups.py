"""Those who wait for a topic are woken, and nobody else."""

import asyncio

from bff.db.wakeups import Waiter, WakeUps


class Counter:
    def __init__(self) -> None:
        self.hints = 0

    def hint(self) -> None:
        self.hints += 1


async def is_woken(waiter: Waiter) -> bool:
    try:
        async with asyncio.timeout(0.05):
            await waiter.wait(10)
    except TimeoutError:
        return False
    return True


async def test_a_hint_wakes_those_of_its_topics_alone() -> None:
    wakeups = WakeUps()
    async with wakeups.waiting_for("a") as one, wakeups.waiting_for("b") as other:
        wakeups.wake(["a", "c"])
        assert (await is_woken(one), await is_woken(other)) == (True, False)


async def test_a_hint_before_the_wait_is_not_lost_and_counts_once() -> None:
    waiter = Waiter()
    waiter.hint()
    waiter.hint()
    assert [await is_woken(waiter) for _ in range(2)] == [True, False]


async def test_a_wait_ends_with_its_time() -> None:
    async with asyncio.timeout(30):
        await Waiter().wait(0.01)


async def test_every_listener_of_a_topic_is_called_once_for_each_wake() -> None:
    wakeups, one, other = WakeUps(), Counter(), Counter()
    for listener in (one, other):
        wakeups.listen("a", listener)
    wakeups.wake(["a"])
    wakeups.forget("a", other)
    wakeups.wake(["a"])
    assert (one.hints, other.hints) == (2, 1)


async def test_a_topic_is_there_as_long_as_somebody_waits_for_it() -> None:
    wakeups, listener = WakeUps(), Counter()
    wakeups.listen("a", listener)
    async with wakeups.waiting_for("a"):
        wakeups.forget("a", listener)
        assert wakeups.topics == {"a"}
    assert wakeups.topics == frozenset()
    wakeups.wake(["a"])
    assert listener.hints == 0


def test_what_is_published_goes_to_other_processes_unless_it_is_served_here() -> None:
    wakeups, listener, sent = WakeUps(), Counter(), list[frozenset[str]]()
    wakeups.listen("a", listener)
    wakeups.publish(["a"])
    wakeups.relay = sent.append
    wakeups.publish(["a", "b", "a"])
    wakeups.publish([])
    wakeups.wake(["a"])
    assert listener.hints == 3
    assert sent == [{"a", "b"}]


async def test_what_a_waiter_does_for_all_wakes_no_other_process() -> None:
    wakeups, sent = WakeUps(), list[frozenset[str]]()
    wakeups.relay = sent.append
    async with wakeups.waiting_for("work", for_all=True), wakeups.waiting_for("own"):
        wakeups.publish(["work"])
        wakeups.publish(["own"])
    wakeups.publish(["work"])
    assert sent == [{"own"}, {"work"}]


def test_everybody_is_woken_where_hints_may_be_lost() -> None:
    wakeups, listener = WakeUps(), Counter()
    for topic in "ab":
        wakeups.listen(topic, listener)
    wakeups.wake_all()
    assert listener.hints == 2
