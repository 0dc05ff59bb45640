"""What must hold after every step of every life."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bff.core.states import Transitions
from bff.domain.payments import model as payments
from bff.domain.payments.model import PaymentKind, PaymentStatus
from bff.domain.pickups import model as pickups
from bff.domain.policy.model import DOOR_PICKUP, Policy
from bff.domain.refunds import model as refunds
from bff.domain.refunds.model import AdvanceStatus, Refund
from bff.domain.returns import model as returns
from bff.domain.returns.model import Return, ReturnStatus
from bff.domain.returns.next_actions import NextAction, RefundWait, next_actions, waiting_for
from bff.domain.returns.rules.deadlines import deadlines
from bff.partners.outbound.dispatcher import OF_PAYMENTS
from tests.support.lives.bank import REFUND, purpose
from tests.support.lives.conduct_laws import (
    LATE,
    a_broken_promise_is_the_shoppers,
    behaviour_is_on_record,
    goods_bring_money,
    stars_fall_for_what_is_proven,
    what_is_certain_is_never_given_up,
)
from tests.support.lives.observations import Snapshot
from tests.support.lives.step import Step
from tests.support.lives.town import stored

Move = tuple[str, str]


Law = Callable[[Step], Iterator[str]]


def actions(snapshot: Snapshot, return_id: str, policy: Policy) -> list[NextAction]:
    case = snapshot.case(return_id)
    offered = policy.grants(DOOR_PICKUP, case.this_return.star_level)
    priced = case.refund.currency in policy.pickup.fee_minor
    return next_actions(case, policy, offered and priced)


def the_bank_agrees(step: Step) -> Iterator[str]:
    """One payment at most for each purpose, by the bank's own books, and ours say the same."""
    yield from step.bank.wrong
    for key in step.bank.requested.keys() - step.after.payments.keys():
        yield f"{key} was requested, and is no payment of ours"
    for payment in step.after.payments.values():
        paid = payment.id in step.bank.paid or not payment.amount_minor
        status = payment.status
        if status is PaymentStatus.SUCCEEDED and not paid:
            yield f"{payment.id} is SUCCEEDED here, and was never paid"
        declined = step.bank.declined | step.bank.relented
        if status is PaymentStatus.FAILED and payment.id not in declined:
            yield f"{payment.id} is FAILED here, and was never declined"


def nobody_pays_again(step: Step) -> Iterator[str]:
    """P1: what is known to have been paid back is requested no more."""
    paid = {
        purpose(one)
        for one in step.before.payments.values()
        if one.status is PaymentStatus.SUCCEEDED and one.id in step.after.payments
    }
    for key in step.after.payments.keys() - step.before.payments.keys():
        what, subject = purpose(step.after.payments[key])
        if what == REFUND and (what, subject) in paid:
            yield f"{key} is requested, and {subject} is paid already"


def what_was_paid_for_comes_back(step: Step) -> Iterator[str]:
    """By line: refunded less repaid, and what is due either way, are what the goods had cost."""
    moved = _moved(step)
    for line in step.after.lines.values():
        kept = gone = 0
        for this_return in _of_line(step.after, line.id):
            refund = step.after.refunds[this_return.id]
            due = 0 if refund.refunded_at or this_return.status is ReturnStatus.CLOSED else 1
            gone += moved[this_return.id] + due * refund.payable.minor
            gone += refund.overpaid.minor - refund.owed.minor + refund.deducted_minor
            kept += refund.amount_minor * (this_return.status is not ReturnStatus.CLOSED)
        if gone != kept or kept > line.paid_minor:
            yield f"{line.id}: {gone} came back or is due, for what had cost {kept}"


def _moved(step: Step) -> Counter[str]:
    """To the shopper, by return: as the bank has it, of payments that we know to be through.

    A fee is no part of it, unless it was paid twice, or for a parcel that is lost.
    """
    moved: Counter[str] = Counter()
    for payment in step.bank.paid.values():
        ours = step.after.payments.get(payment.id)
        if ours and ours.status is PaymentStatus.SUCCEEDED:
            lost = _is_lost(step.after.pickups.get(payment.subject_id))
            counts = ours.kind is not PaymentKind.PICKUP_FEE or ours.duplicate_of or lost
            sign = 1 if payment.to_shopper else -1
            moved[payment.return_id] += sign * payment.amount_minor if counts else 0
    return moved


def _is_lost(pickup: pickups.Pickup | None) -> bool:
    return pickup is not None and pickup.status is pickups.PickupStatus.LOST


def _of_line(snapshot: Snapshot, line_id: str) -> list[Return]:
    return [one for one in snapshot.returns.values() if one.order_line_id == line_id]


def each_gets_its_share(step: Step) -> Iterator[str]:
    """To the cent: a refund is its pieces' part of what nothing else holds, rounded down."""
    for key in step.after.returns.keys() - step.before.returns.keys():
        opened, refund = step.after.returns[key], step.after.refunds[key]
        line = step.after.lines[opened.order_line_id]
        before = step.before.lines[line.id]
        pieces, minor = before.left, before.paid_minor - before.held_minor
        if not 0 <= minor * opened.quantity - refund.amount_minor * pieces < pieces:
            yield f"{key}: {refund.amount_minor} for {opened.quantity} of {pieces} at {minor}"


def nothing_is_below_zero(step: Step) -> Iterator[str]:
    """What comes back of a line is no more than was bought, whatever road it was told on."""
    for line in step.after.lines.values():
        if not (0 <= line.held_quantity <= line.quantity and line.held_minor >= 0):
            yield f"{line.id}: {line.held_quantity} of {line.quantity} held, {line.held_minor}"


def moves_are_in_the_tables(step: Step) -> Iterator[str]:
    """What went from one state to another could go there."""
    for table, states in _states(step.after).items():
        known = _states(step.before)[table]
        for key, state in states.items():
            if key in known and not _leads(TABLES[table], known[key], state):
                yield f"{key} went from {known[key]} to {state}"


def _leads(table: Transitions[Any], before: str, after: str) -> bool:
    """In one move or several, all of which one step may have made."""
    reached, last = {before}, set[str]()
    while reached != last:
        last = set(reached)
        reached |= {str(to) for one in last for to in table.moves.get(one, {})}
    return after in reached


TABLES: Mapping[str, Transitions[Any]] = {
    "return": returns.TRANSITIONS,
    "advance": refunds.TRANSITIONS,
    "pickup": pickups.TRANSITIONS,
    "fee": pickups.FEE_TRANSITIONS,
    "payment": payments.TRANSITIONS,
}


def _states(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    return {
        "return": {key: one.status for key, one in snapshot.returns.items()},
        "advance": {key: one.advance for key, one in snapshot.refunds.items()},
        "pickup": {key: one.status for key, one in snapshot.pickups.items()},
        "fee": {key: one.fee_status for key, one in snapshot.pickups.items()},
        "payment": {key: one.status for key, one in snapshot.payments.items()},
    }


def states(snapshot: Snapshot) -> Iterator[str]:
    """Where things are, in words: for counting what was reached."""
    for table, found in _states(snapshot).items():
        yield from (f"{table} is {state}" for state in set(found.values()))


def timers_follow_deadlines(step: Step) -> Iterator[str]:
    for key in step.after.returns:
        wanted = {one.what: stored(one.at) for one in deadlines(step.after.case(key), step.policy)}
        found = step.after.timers.get(key, {})
        if wanted != found:
            yield f"{key}: the deadlines are {wanted}, its timers {found}"


def nothing_is_stuck(step: Step) -> Iterator[str]:
    """An open return has a next action; money that is to move has a way to."""
    for key, this_return in step.after.returns.items():
        if not this_return.ended and not actions(step.after, key, step.policy):
            yield f"{key} is {this_return.status}, and nothing can happen to it"
        case = step.after.case(key)
        waits = waiting_for(case) is RefundWait.PAYMENT
        if waits and not case.refund.retry_at and not _under_way(step.after, case.refund):
            yield f"{key} waits for a payment that nobody makes"
    messages = {one.subject_id for one in step.after.messages if one.message in OF_PAYMENTS}
    for payment in step.after.payments.values():
        if payment.status is PaymentStatus.REQUESTED and payment.id not in messages:
            yield f"{payment.id} is requested by no message"


def _under_way(snapshot: Snapshot, refund: Refund) -> bool:
    return any(
        payment.subject_id == refund.id and payment.status is PaymentStatus.REQUESTED
        for payment in snapshot.payments.values()
    )


def the_fee_comes_first(step: Step) -> Iterator[str]:
    """R11: the goods go on once what the shopper owes is paid, or its time is over; the advance,
    where the merchant has the goods all the same.
    """
    for key, this_return in step.after.returns.items():
        known = step.before.returns.get(key)
        pickup = step.after.pickup_of(key)
        if this_return.shipped_at and known and not known.shipped_at and pickup:
            collected = pickup.status is pickups.PickupStatus.COLLECTED
            booked_first = step.after.missed.get(pickup.return_id, ())
            late = any(one.what in LATE for one in booked_first)
            arrived = this_return.goods_received_at and step.after.refunds[key].advance == "NONE"
            if collected and pickup.fee_due and not late and not arrived:
                yield f"{key} went on before its fee was paid"


def who_listens_knows(step: Step) -> Iterator[str]:
    """The newest event has the current states."""
    for key, this_return in step.after.returns.items():
        facts = json.loads(step.after.newest[key][1])
        pickup = step.after.pickup_of(key)
        shown = facts["return_status"], facts["advance"], facts["pickup_status"]
        status = pickup.status if pickup else None
        if shown != (this_return.status, step.after.refunds[key].advance, status):
            yield f"{key}: the newest event has {shown}"


def retried(before: Snapshot, after: Snapshot) -> bool:
    """Whether a payment that had failed is requested again."""
    waits = [key for key, one in before.refunds.items() if one.retry_at]
    return any(not after.refunds[key].retry_at for key in waits)


LAWS: tuple[Law, ...] = (
    the_bank_agrees,
    nobody_pays_again,
    what_was_paid_for_comes_back,
    each_gets_its_share,
    nothing_is_below_zero,
    moves_are_in_the_tables,
    timers_follow_deadlines,
    nothing_is_stuck,
    the_fee_comes_first,
    who_listens_knows,
    behaviour_is_on_record,
    stars_fall_for_what_is_proven,
    a_broken_promise_is_the_shoppers,
    what_is_certain_is_never_given_up,
)


def violations(step: Step) -> list[str]:
    return [f"{law.__name__}: {line}" for law in LAWS for line in law(step)]


def at_the_end(snapshot: Snapshot) -> Iterator[str]:
    """Once all that waited was let go."""
    yield from goods_bring_money(snapshot)
    for one in snapshot.messages:
        yield f"a message is left: {one}"
    for payment in snapshot.payments.values():
        if payment.status is PaymentStatus.REQUESTED:
            yield f"{payment.id} was never decided"
    for key, this_return in snapshot.returns.items():
        refund = snapshot.refunds[key]
        succeeded = this_return.status is ReturnStatus.SUCCEEDED
        if not this_return.ended:
            yield f"{key} is still {this_return.status}"
        elif succeeded != (refund.refunded_at is not None and refund.advance != CLAWED_BACK):
            yield f"{key} is {this_return.status}, its refund {refund}"


CLAWED_BACK = AdvanceStatus.CLAWED_BACK
