"""Each message goes to its partner while it still matters; a payment's outcome is stored first."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bff.domain.payments.model import (
    PAYMENT_RECALLED,
    PAYMENT_REQUESTED,
    Payment,
    PaymentKind,
    PaymentStatus,
)
from bff.domain.pickups.bookings import PICKUP_REQUESTED
from bff.domain.pickups.service import PICKUP_CANCELLED
from bff.domain.returns.commands.pickups import cancel_pickup
from bff.domain.returns.commands.returns import cancel_return
from bff.domain.returns.model import Case
from bff.domain.returns.reports import courier
from bff.domain.returns.reports.payments import payment_failed, payment_succeeded
from bff.domain.returns.transitions import returns
from bff.jobs import outbox
from bff.jobs.delivery import PartnerError, PendingError
from bff.jobs.outbox import OutboxMessage
from bff.partners.outbound.dispatcher import Dispatcher
from bff.partners.outbound.facts import PickupCall, ReturnCall
from bff.partners.outbound.gateways import Declined, Gateways, Outcome, Pending, Succeeded
from tests.support.factories import Goods
from tests.support.return_cases import (
    ELECTRONICS,
    apply_report,
    open_case,
    payment_for,
    payments_of,
    shipped_case,
    write,
)
from tests.support.world import World


class Partners:
    """All the gateways. `outcome` None: payments hang; an exception is raised."""

    def __init__(self, outcome: Outcome | Exception | None = None) -> None:
        self.calls: list[tuple[str, str]] = []
        self.outcome = outcome

    def __getattr__(self, name: str) -> Any:
        async def call(made: PickupCall | ReturnCall) -> None:
            about = made.pickup if isinstance(made, PickupCall) else made.this_return
            self.calls.append((name, about.id))

        return call

    async def pay(self, payment: Payment) -> Outcome:
        self.calls.append(("pay", payment.id))
        if self.outcome is None:
            await asyncio.sleep(60)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert self.outcome
        return self.outcome

    async def recall(self, payment: Payment, _at: datetime) -> Outcome:
        self.calls.append(("recall", payment.id))
        assert isinstance(self.outcome, Succeeded | Declined | Pending)
        return self.outcome


def dispatcher_for(world: World, partners: Partners, limit_s: float = 5) -> Dispatcher:
    gateways: Any = Gateways(partners, partners, partners)
    return Dispatcher(world.db, gateways, limit_s)


async def message(world: World, name: str) -> OutboxMessage:
    """The only one of that name."""
    async with world.db.read() as connection:
        [found] = [each for each in await outbox.all_messages(connection) if each.message == name]
    return found


async def dispatch(world: World, name: str, partners: Partners | None = None) -> Partners:
    partners = partners or Partners()
    await dispatcher_for(world, partners).dispatch(await message(world, name))
    return partners


async def shipped_payment(world: World) -> tuple[Case, Payment]:
    case = await shipped_case(world)
    [payment] = await payments_of(world.db, case.refund.id)
    return case, payment


async def stored(world: World, payment: Payment) -> Payment:
    [found] = await payments_of(world.db, payment.subject_id)
    return found


def test_every_message_has_one_partner(world: World) -> None:
    routes = dispatcher_for(world, Partners()).routes
    names = [name for messages in routes.values() for name in messages]
    assert sorted(routes) == ["courier", "merchant", "payments"]
    assert len(names) == len(set(names)) == 11


async def test_a_pickup_that_waits_is_requested(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    partners = await dispatch(world, PICKUP_REQUESTED)
    assert partners.calls == [("request_pickup", case.pickup.id)]


async def test_a_pickup_that_was_accepted_meanwhile_is_requested_no_more(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    await apply_report(world, courier.accepted, case.pickup.id, case.pickup.courier_company)
    assert (await dispatch(world, PICKUP_REQUESTED)).calls == []


async def test_a_cancelled_pickup_is_cancelled_at_the_courier(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    await write(world, cancel_pickup, case.this_return.shopper_id, case.pickup.id)
    assert (await dispatch(world, PICKUP_REQUESTED)).calls == []
    assert (await dispatch(world, PICKUP_CANCELLED)).calls == [("cancel_pickup", case.pickup.id)]


async def test_a_merchant_is_requested_to_approve_while_the_answer_matters(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    return_id = case.this_return.id
    name = "return.approval_requested"
    assert (await dispatch(world, name)).calls == [("request_approval", return_id)]
    await write(world, cancel_return, case.this_return.shopper_id, return_id)
    assert (await dispatch(world, name)).calls == []
    assert (await dispatch(world, "return.closed")).calls == [("close_return", return_id)]


@pytest.mark.parametrize(
    ("outcome", "status", "reference", "failure"),
    [
        (Succeeded("P-1"), PaymentStatus.SUCCEEDED, "P-1", None),
        (Declined("no money"), PaymentStatus.FAILED, None, "no money"),
    ],
)
async def test_a_payments_outcome_is_stored(
    world: World,
    outcome: Outcome,
    status: PaymentStatus,
    reference: str | None,
    failure: str | None,
) -> None:
    _, payment = await shipped_payment(world)
    partners = await dispatch(world, PAYMENT_REQUESTED, Partners(outcome))
    assert partners.calls == [("pay", payment.id)]
    after = [
        each for each in await payments_of(world.db, payment.subject_id) if each.id == payment.id
    ]
    assert [(each.status, each.reference, each.failure) for each in after] == [
        (status, reference, failure)
    ]


async def test_a_pending_payment_is_tried_again(world: World) -> None:
    _, payment = await shipped_payment(world)
    with pytest.raises(PendingError):
        await dispatch(world, PAYMENT_REQUESTED, Partners(Pending()))
    assert (await stored(world, payment)).status is PaymentStatus.REQUESTED


@pytest.mark.parametrize("error", [PartnerError("down"), KeyError("x")])
async def test_a_call_that_fails_changes_nothing(world: World, error: Exception) -> None:
    _, payment = await shipped_payment(world)
    with pytest.raises(type(error)):
        await dispatch(world, PAYMENT_REQUESTED, Partners(error))
    assert await stored(world, payment) == payment


async def test_a_call_has_its_time(world: World) -> None:
    await shipped_payment(world)
    dispatcher = dispatcher_for(world, Partners(), limit_s=0.05)
    with pytest.raises(TimeoutError):
        await dispatcher.dispatch(await message(world, PAYMENT_REQUESTED))


async def test_a_payment_that_a_webhook_has_ended_is_not_requested(world: World) -> None:
    _, payment = await shipped_payment(world)
    await write(world, payment_succeeded, payment.id, "by webhook", world.clock.now())
    assert (await dispatch(world, PAYMENT_REQUESTED, Partners(Declined("late")))).calls == []


async def test_what_a_webhook_said_first_stands(world: World) -> None:
    """While the service was answering otherwise."""
    _, payment = await shipped_payment(world)

    class Slow(Partners):
        async def pay(self, payment: Payment) -> Outcome:
            await write(world, payment_succeeded, payment.id, "by webhook", world.clock.now())
            return Declined("late")

    with capture_logs() as lines:
        await dispatch(world, PAYMENT_REQUESTED, Slow())
    assert [line["event"] for line in lines] == ["contradicted"]
    after = await stored(world, payment)
    assert (after.status, after.reference) == (PaymentStatus.SUCCEEDED, "by webhook")


async def test_goods_that_cost_nothing_move_no_money(world: World) -> None:
    case = await shipped_case(world, goods=Goods(paid_minor=0))
    [payment] = await payments_of(world.db, case.refund.id)
    partners = await dispatch(world, PAYMENT_REQUESTED)
    assert partners.calls == []
    assert (await stored(world, payment)).reference == "nothing to pay"


async def recalled(world: World) -> Payment:
    """An advance that failed and then succeeded: the merchant's payment, which is recalled."""
    case, advance = await shipped_payment(world)
    await write(world, payment_failed, advance.id, "declined", world.clock.now())
    await write(world, returns.succeed, case.this_return)
    await write(world, payment_succeeded, advance.id, "P-1", world.clock.now())
    return await payment_for(world, case.refund.id, PaymentKind.MERCHANT_REFUND)


async def test_a_recalled_payment_is_not_requested(world: World) -> None:
    second = await recalled(world)
    requested = [
        one for one in await all_of(world, PAYMENT_REQUESTED) if one.subject_id == second.id
    ]
    partners = Partners(Succeeded("P-2"))
    for outgoing in requested:
        await dispatcher_for(world, partners).dispatch(outgoing)
    assert (len(requested), partners.calls) == (1, [])


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Declined("stopped"), PaymentStatus.FAILED),
        (Succeeded("P-2"), PaymentStatus.SUCCEEDED),
    ],
)
async def test_what_became_of_a_recall_is_stored(
    world: World, outcome: Outcome, status: PaymentStatus
) -> None:
    second = await recalled(world)
    partners = await dispatch(world, PAYMENT_RECALLED, Partners(outcome))
    assert partners.calls == [("recall", second.id)]
    found = await payment_for(world, second.subject_id, second.kind)
    assert (found.status, found.duplicate_of) == (status, second.duplicate_of)


async def all_of(world: World, name: str) -> list[OutboxMessage]:
    async with world.db.read() as connection:
        return [each for each in await outbox.all_messages(connection) if each.message == name]
