"""Each event acts once; one that comes too early waits for another, or for its timer."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from pydantic import BaseModel
from structlog.testing import capture_logs

from bff.core.report_errors import ImpossibleReportError, TooEarlyError, UnknownSubjectError
from bff.db import events
from bff.db.transaction import Tx
from bff.jobs import received_events, timers
from bff.jobs.inbox import MAX_WAIT, Code, DifferentBodyError, Inbox, Life, Report
from bff.jobs.received_events import TRY_AGAIN, IncomingEvent, ReceivedEvent, Status
from tests.support.world import START, World

LIFE = "life"


class Step(BaseModel):
    """The step that it is, and the one that has to come before."""

    name: str
    after: str | None = None


async def subject(_tx: Tx, step: Step) -> Life:
    if step.name == "unknown":
        raise UnknownSubjectError("life", "unknown")
    return Life(LIFE, "sho_1")


async def act(tx: Tx, step: Step, _at: datetime) -> bool:
    steps = [event.kind for event in await events.read_after(tx.connection, "sho_1", LIFE, 0)]
    await events.append(tx, "sho_1", LIFE, step.name, {})
    await tx.flush()
    if step.after and step.after not in steps:
        raise TooEarlyError(step.after)
    if step.name == "impossible":
        raise ImpossibleReportError("it cannot be")
    if step.name == "impossible, but":
        then = partial(events.append, shopper_id="sho_1", topic=LIFE, kind="then", facts={})
        raise ImpossibleReportError("it cannot be", then)
    if step.name == "broken":
        raise ZeroDivisionError
    return True


INBOX = Inbox(
    {
        "partner": {
            "step": Report(Step, subject, act),
            "fact": Report(Step, subject, act, certain=True),
        }
    }
)
again = INBOX.handlers[TRY_AGAIN]


def event(name: str, after: str | None = None, event_id: str | None = None) -> IncomingEvent:
    step = Step(name=name, after=after)
    data = step.model_dump_json()
    digest = f"digest of {data}"
    return IncomingEvent("partner", event_id or name, "step", digest, data, step, START)


async def take(world: World, incoming: IncomingEvent) -> ReceivedEvent:
    return await world.db.write(lambda tx: INBOX.take(tx, incoming))


async def stored(world: World, received: ReceivedEvent) -> ReceivedEvent:
    found = await world.db.write(lambda tx: received_events.lock_event(tx, received.id))
    assert found
    return found


async def steps(world: World) -> list[str]:
    async with world.db.read() as connection:
        return [event.kind for event in await events.read_after(connection, "sho_1", LIFE, 0)]


async def next_timer(world: World) -> timedelta | None:
    async with world.db.read() as connection:
        moment = await timers.next_due(connection)
    return moment - START if moment else None


async def fire(world: World) -> None:
    """Move the clock to the next timer, which fires."""
    async with world.db.read() as connection:
        moment = await timers.next_due(connection)
        assert moment
        timer, *_ = await timers.due(connection, moment)
    world.clock.at = moment

    async def use_case(tx: Tx) -> None:
        await timers.remove(tx, timer)
        await again(tx, timer.subject_id)

    await world.db.write(use_case)


async def test_an_event_that_comes_again_gives_what_became_of_it(world: World) -> None:
    first = await take(world, event("a"))
    assert first.status is Status.DONE
    assert await take(world, event("a")) == first
    assert await steps(world) == ["a"]


async def test_an_id_that_comes_with_another_body_is_an_error(world: World) -> None:
    await take(world, event("a", event_id="evt"))
    with pytest.raises(DifferentBodyError):
        await take(world, event("b", event_id="evt"))
    assert await steps(world) == ["a"]


async def test_the_payload_that_was_validated_is_what_acts(world: World) -> None:
    """On arrival, `data` is not read again."""
    await take(world, replace(event("a"), data="no JSON"))
    assert await steps(world) == ["a"]


@pytest.mark.parametrize(
    ("name", "code", "reason", "subject_id"),
    [
        ("impossible", Code.IMPOSSIBLE, "it cannot be", LIFE),
        ("unknown", Code.UNKNOWN_SUBJECT, "there is no life unknown", ""),
    ],
)
async def test_a_refused_event_is_stored_and_changed_nothing(
    world: World, name: str, code: Code, reason: str, subject_id: str
) -> None:
    received = await take(world, event(name))
    assert (received.status, received.code, received.reason) == (Status.REFUSED, code, reason)
    assert received.subject_id == subject_id
    assert (await steps(world), await next_timer(world)) == ([], None)


async def test_what_is_to_be_done_about_a_refused_event_is_done(world: World) -> None:
    received = await take(world, event("impossible, but"))
    assert (received.status, await steps(world)) == (Status.REFUSED, ["then"])


async def test_a_fault_in_an_event_that_arrives_leaves_nothing_of_it(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        await take(world, event("broken"))
    assert await world.db.write(lambda tx: received_events.find(tx, "partner", "broken")) is None


async def test_early_events_act_once_what_they_wait_for_has_happened(world: World) -> None:
    third, second = [
        await take(world, event(name, after)) for name, after in (("c", "b"), ("b", "a"))
    ]
    assert (third.status, third.code, third.reason) == (
        Status.WAITING,
        Code.TOO_EARLY,
        "waits for: b",
    )
    assert await next_timer(world) == timedelta(seconds=30)
    await take(world, event("a"))
    assert await steps(world) == ["a", "b", "c"]
    assert [(await stored(world, each)).status for each in (second, third)] == [Status.DONE] * 2
    assert await next_timer(world) is None


async def test_an_event_that_waits_is_tried_at_growing_intervals_and_given_up(
    world: World,
) -> None:
    early = await take(world, event("b", after="a"))
    moments = []
    while moment := await next_timer(world):
        moments.append(moment.total_seconds())
        await fire(world)
    assert moments[:4] == [30, 90, 210, 450]
    assert moments[-1] == MAX_WAIT.total_seconds()
    given_up = await stored(world, early)
    assert (given_up.status, given_up.code) == (Status.REFUSED, Code.NEVER_MADE_SENSE)
    assert given_up.reason == "waits for: a, for 24 hours in vain"
    assert given_up.ended_at == START + MAX_WAIT


async def test_a_fact_that_is_certain_is_never_given_up(world: World) -> None:
    early = await take(world, replace(event("b", after="a"), type="fact"))
    for _ in range(40):
        await fire(world)
    waiting = await stored(world, early)
    assert (waiting.status, waiting.attempts) == (Status.WAITING, 40)
    assert world.clock.now() > START + MAX_WAIT
    assert await next_timer(world) == world.clock.now() - START + timedelta(hours=1)
    await take(world, event("a"))
    assert (await stored(world, early)).status is Status.DONE


async def retried(world: World, kept: ReceivedEvent) -> Status:
    async def use_case(tx: Tx) -> Status:
        known = await received_events.lock_event(tx, kept.id)
        assert known
        return (await INBOX.retry(tx, known)).status

    return await world.db.write(use_case)


async def test_what_was_given_up_acts_when_it_is_tried_again(world: World) -> None:
    early = await take(world, event("b", after="a"))
    world.clock.at += MAX_WAIT
    assert await retried(world, early) is Status.REFUSED
    await world.db.write(lambda tx: events.append(tx, "sho_1", LIFE, "a", {}))
    waits_for_it = await take(world, event("c", after="b"))
    assert await retried(world, early) is Status.DONE
    assert await steps(world) == ["a", "b", "c"]
    assert (await stored(world, waits_for_it)).status is Status.DONE
    assert await next_timer(world) is None


async def test_what_was_refused_as_impossible_may_be_tried_again(world: World) -> None:
    refused = await take(world, event("impossible"))
    assert await retried(world, refused) is Status.REFUSED
    assert await steps(world) == []


async def test_its_timer_makes_it_act_and_those_that_wait_for_it(world: World) -> None:
    await take(world, event("b", after="a"))
    await take(world, event("c", after="b"))
    await world.db.write(lambda tx: events.append(tx, "sho_1", LIFE, "a", {}))  # by another way
    await fire(world)
    assert await steps(world) == ["a", "b", "c"]
    assert await next_timer(world) is None


async def test_what_came_first_acts_first_whichever_timer_is_quicker(world: World) -> None:
    await take(world, event("b", after="a"))
    last = await take(world, event("c", after="a"))
    later = await take(world, event("d", after="e"))
    await world.db.write(lambda tx: events.append(tx, "sho_1", LIFE, "a", {}))
    await world.db.write(lambda tx: again(tx, str(last.id)))
    assert await steps(world) == ["a", "b", "c"]
    assert (await stored(world, last)).status is Status.DONE
    assert (await stored(world, later)).status is Status.WAITING
    assert await next_timer(world) == timedelta(seconds=30)


async def test_a_fault_in_an_event_that_waits_is_no_matter_of_the_one_that_comes(
    world: World,
) -> None:
    broken = await take(world, event("broken", after="a"))
    with capture_logs() as lines:
        done = await take(world, event("a"))
    assert (done.status, await steps(world)) == (Status.DONE, ["a"])
    [fault] = lines
    assert (fault["event"], fault["partner"], fault["event_id"]) == ("fault", "partner", "broken")
    assert (await stored(world, broken)).status is Status.WAITING
    with capture_logs():
        await fire(world)
    waiting = await stored(world, broken)
    assert (waiting.status, waiting.code, waiting.attempts) == (Status.WAITING, Code.FAULT, 1)


async def test_a_timer_of_an_event_that_has_ended_does_nothing(world: World) -> None:
    done = await take(world, event("a"))
    await world.db.write(lambda tx: again(tx, str(done.id)))
    await world.db.write(lambda tx: again(tx, "99"))
    assert await stored(world, done) == done
    assert await steps(world) == ["a"]


async def test_what_waits_is_tried_at_once_when_its_life_is_released(world: World) -> None:
    await take(world, event("second", "first"))
    await world.db.write(lambda tx: events.append(tx, "sho_1", LIFE, "first", {}))
    await world.db.write(lambda tx: received_events.release(tx, "sho_1", [LIFE, "another"]))
    async with world.db.read() as connection:
        [due] = await timers.due(connection, START)
    await world.db.write(lambda tx: again(tx, due.subject_id))
    assert (await take(world, event("second", "first"))).status is Status.DONE
