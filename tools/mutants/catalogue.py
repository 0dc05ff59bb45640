"""The defects that the tests are known to catch."""

from tools.mutants.engine_catalogue import ENGINE_CATALOGUE
from tools.mutants.fact_catalogue import FACT_CATALOGUE
from tools.mutants.form_catalogue import FORM_CATALOGUE
from tools.mutants.plan_catalogue import PLAN_CATALOGUE
from tools.mutants.runner import Mutant

COMMITS = ("tests/unit/bff/db/sqlite/test_group_commit.py",)
TIMERS = (
    "tests/unit/bff/jobs/test_worker.py::test_a_timer_fires_once_and_not_before_its_time",
    "tests/unit/bff/jobs/test_worker.py::test_two_workers_at_once_fire_a_timer_once",
    "tests/unit/bff/jobs/test_worker.py::test_a_faulting_timer_is_postponed_and_stops_no_other",
)
MONEY = ("tests/unit/bff/core/test_money.py", "tests/properties/test_money.py")
PAYMENTS = ("tests/unit/bff/domain/payments/test_service.py",)
LAST_PLACE = ("tests/api/test_last_place.py",)
LIVES = ("tests/scenarios/test_lives.py",)

CATALOGUE = (
    Mutant(
        "acknowledged-early",
        "a write is answered before its commit",
        "bff/db/sqlite/database.py",
        "            write.topics = tx.topics\n",
        "            write.topics = tx.topics\n"
        "            write.resolve()\n"
        "            write.done = asyncio.get_running_loop().create_future()\n",
        COMMITS,
    ),
    Mutant(
        "no-rollback",
        "a write that fails leaves behind what it did before it failed",
        "bff/db/sqlite/database.py",
        "            async with tx.savepoint():\n",
        "            if tx:\n",
        COMMITS,
    ),
    Mutant(
        "key-not-looked-up",
        "an idempotency key that was used already does its work again",
        "bff/db/idempotency.py",
        "    if stored is not None:\n"
        "        return from_stored(stored)\n"
        "    result = await effect()\n"
        "    await _remember(tx, request, to_stored(result))\n",
        "    result = await effect()\n",
        ("tests/api/test_idempotency.py",),
    ),
    Mutant(
        "timer-lost",
        "a timer goes before its effect, in a transaction of its own",
        "bff/jobs/worker.py",
        "            await self._db.write(lambda tx: self._act(tx, firing))\n",
        "            firing.timer = await self._db.write(lambda tx: timers.take(tx, self._taken))\n"
        "            if timer := firing.timer:\n"
        "                handler = self._handlers[timer.kind]\n"
        "                await self._db.write(lambda tx: handler(tx, timer.subject_id))\n",
        TIMERS,
    ),
    Mutant(
        "timer-fired-twice",
        "a timer does its work twice",
        "bff/jobs/worker.py",
        "            await self._handlers[timer.kind](tx, timer.subject_id)\n",
        "            await self._handlers[timer.kind](tx, timer.subject_id)\n" * 2,
        TIMERS,
    ),
    Mutant(
        "timer-not-set",
        "the only timer that is wanted is not set",
        "bff/jobs/timers.py",
        "    if not wanted:\n        return\n",
        "    if len(wanted) < 2:\n        return\n",
        ("tests/unit/bff/jobs/test_timers.py",),
    ),
    Mutant(
        "cent-too-much",
        "a part of what was paid is rounded up",
        "bff/core/money.py",
        "    return remaining * quantity // remaining_quantity\n",
        "    return -(-remaining * quantity // remaining_quantity)\n",
        MONEY,
    ),
    Mutant(
        "cent-lost",
        "of the cents left over by a split one goes to nobody",
        "bff/core/money.py",
        "    for index in order[: total - sum(parts)]:\n",
        "    for index in order[1 : total - sum(parts)]:\n",
        MONEY,
    ),
    Mutant(
        "place-lost",
        "a cancelled pickup keeps its place",
        "bff/domain/pickups/service.py",
        "    await give_back_place(tx, pickup.area, pickup.slot_key)\n    return True\n",
        "    return True\n",
        LAST_PLACE,
    ),
    Mutant(
        "overbooked",
        "a place is taken where none is left",
        "bff/domain/pickups/store.py",
        '        set_={"remaining": slots.c.remaining - 1},\n'
        "        where=slots.c.remaining > 0,\n",
        '        set_={"remaining": slots.c.remaining},\n',
        LAST_PLACE,
    ),
    Mutant(
        "paid-twice",
        "a payment that has succeeded does not stand in the way of another",
        "bff/domain/payments/store.py",
        "    return rows.c.status != failed, rows.c.duplicate_of.is_(None)\n",
        "    return rows.c.status == PaymentStatus.REQUESTED, rows.c.duplicate_of.is_(None)\n",
        PAYMENTS,
    ),
    Mutant(
        "paid-twice-at-once",
        "a payment that is under way does not stand in the way of another",
        "bff/domain/payments/store.py",
        "    return rows.c.status != failed, rows.c.duplicate_of.is_(None)\n",
        "    return rows.c.status == PaymentStatus.SUCCEEDED, rows.c.duplicate_of.is_(None)\n",
        PAYMENTS,
    ),
    Mutant(
        "ledger-half-posted",
        "of what moves only one side is written down",
        "bff/domain/payments/service.py",
        "        for account, minor in moves.items()\n",
        "        for account, minor in list(moves.items())[:1]\n",
        PAYMENTS,
    ),
    Mutant(
        "key-of-each-try",
        "each try of a payment has an idempotency key of its own",
        "bff/partners/outbound/dispatcher.py",
        "            return await self._payments.pay(payment)\n",
        "            facts = {name: getattr(payment, name) for name in payment.__slots__}\n"
        '            facts["id"] += f"-{self._db.clock.now():%H%M%S}"\n'
        "            return await self._payments.pay(Payment(**facts))\n",
        LIVES,
    ),
    Mutant(
        "event-acts-again",
        "an event that comes again is taken for a new one",
        "bff/jobs/inbox.py",
        "        if known := await received_events.find(tx, event.partner, event.event_id):\n",
        "        facts = {name: getattr(event, name) for name in event.__slots__}\n"
        '        event = IncomingEvent(**facts | {"event_id": tx.new_id(event.event_id)})\n'
        "        if known := await received_events.find(tx, event.partner, event.event_id):\n",
        LIVES,
    ),
    Mutant(
        "message-lost",
        "a message goes from the outbox before its call is made",
        "bff/jobs/delivery.py",
        "            await self._dispatcher.dispatch(outgoing)\n",
        "            await self._db.write(lambda tx: outbox.remove(tx, outgoing))\n"
        "            await self._dispatcher.dispatch(outgoing)\n",
        LIVES,
    ),
    Mutant(
        "goods-without-fee",
        "the goods go on whether or not their pickup fee is paid",
        "bff/domain/returns/reports/courier.py",
        "    if not pickup.fee_due or case.fee_overdue:\n",
        "    if pickup:\n",
        LIVES,
    ),
    Mutant(
        "advance-kept",
        "an advance is not taken back where the refusal of the goods stands",
        "bff/domain/returns/transitions/refunds.py",
        "            await refunds.claw_back(tx, refund)\n",
        "            pass\n",
        LIVES,
    ),
    *ENGINE_CATALOGUE,
    *FACT_CATALOGUE,
    *FORM_CATALOGUE,
    *PLAN_CATALOGUE,
)
