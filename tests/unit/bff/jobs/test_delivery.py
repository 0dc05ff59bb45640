"""What becomes of a message by what its call comes to."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bff.jobs import outbox, retry
from bff.jobs.delivery import Delivery, PartnerError, PendingError, RefusedCallError, error_text
from bff.jobs.outbox import OutboxMessage
from tests.support.world import START, World

TRIED = OutboxMessage(1, "go", "ret_1", "sho_1", START, START, attempts=2)


class Calls:
    """A dispatcher whose calls fail with these errors, one after the other, and then succeed."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.made: list[str] = []

    @property
    def routes(self) -> Mapping[str, frozenset[str]]:
        return {"partner": frozenset({"go"})}

    async def dispatch(self, outgoing: OutboxMessage) -> None:
        self.made.append(outgoing.subject_id)
        if self.errors:
            raise self.errors.pop(0)


async def deliver(world: World, calls: Calls, max_attempts: int = 3) -> list[OutboxMessage]:
    """What is left in the outbox after one round."""
    delivery = Delivery(world.db, calls, max_attempts)
    await delivery.start()
    await delivery.finish()
    async with world.db.read() as connection:
        return await outbox.all_messages(connection)


async def post(world: World, message: str = "go") -> None:
    await world.db.write(lambda tx: outbox.post(tx, "sho_1", message, "ret_1"))


async def test_a_message_whose_call_succeeds_leaves_the_outbox(world: World) -> None:
    await post(world)
    calls = Calls()
    assert await deliver(world, calls) == []
    assert calls.made == ["ret_1"]


async def test_a_call_that_fails_is_tried_again_by_the_outboxs_policy(world: World) -> None:
    await post(world)
    [waiting] = await deliver(world, Calls(PartnerError("no route")))
    assert (waiting.attempts, waiting.last_error, waiting.dead_at) == (1, "no route", None)
    assert waiting.due_at == START + retry.OUTBOX.pause(0, waiting.key)


async def test_the_last_attempt_that_fails_makes_it_dead(world: World) -> None:
    await post(world)
    with capture_logs() as lines:
        [dead] = await deliver(world, Calls(PartnerError("no route")), max_attempts=1)
    assert (dead.attempts, dead.last_error, dead.dead_at) == (1, "no route", START)
    [line] = lines
    assert (line["event"], line["message"], line["reason"]) == ("dead letter", "go", "no route")


async def test_a_refused_call_makes_it_dead_at_once(world: World) -> None:
    await post(world)
    [dead] = await deliver(world, Calls(RefusedCallError("answered 400")))
    assert (dead.attempts, dead.dead_at) == (1, START)


async def test_what_is_pending_is_tried_again_as_long_as_that_takes(world: World) -> None:
    await post(world)
    calls = Calls(*[PendingError("pending")] * 5)
    for attempts in range(1, 6):
        [waiting] = await deliver(world, calls, max_attempts=2)
        assert (waiting.attempts, waiting.dead_at) == (attempts, None)
        world.clock.advance(timedelta(hours=2))
    assert await deliver(world, calls) == []


async def test_a_message_without_a_route_is_tried_and_seen(world: World) -> None:
    await post(world, "nobody's")
    [waiting] = await deliver(world, Calls(PartnerError("no such message")))
    assert waiting.last_error == "no such message"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (PartnerError("courier answered 503"), "courier answered 503"),
        (RefusedCallError("courier answered 400"), "courier answered 400"),
        (TimeoutError(), "no answer in time"),
    ],
)
def test_a_partners_failure_is_no_fault(error: Exception, text: str) -> None:
    with capture_logs() as lines:
        assert error_text(TRIED, error) == text
    assert lines == []


def test_anything_else_is_a_fault_whose_words_operators_do_not_see() -> None:
    with capture_logs() as lines:
        text = error_text(TRIED, KeyError("secret"))
    [line] = lines
    assert text == f"KeyError (fault {line['fault_id']})"
    assert (line["message"], line["subject_id"]) == ("go", "ret_1")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "delivered"),
        (RefusedCallError("no"), "refused"),
        (PendingError("wait"), "pending"),
        (TimeoutError(), "timeout"),
        (PartnerError("no route"), "failed"),
    ],
)
async def test_each_call_is_counted_by_its_partner_and_what_became_of_it(
    world: World, error: Exception | None, outcome: str
) -> None:
    counted: list[tuple[str, str]] = []
    await post(world)
    delivery = Delivery(world.db, Calls(*([error] if error else [])))
    delivery.on_call = lambda partner, became, _seconds: counted.append((partner, became))
    await delivery.start()
    await delivery.finish()
    assert counted == [("partner", outcome)]
