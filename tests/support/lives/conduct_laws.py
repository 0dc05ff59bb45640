"""What counts for and against a shopper, and that nobody pays for another's breach: R2, P1, P2."""

from collections.abc import Iterator
from datetime import timedelta

from bff.domain.pickups.model import PickupStatus
from bff.domain.policy.model import Policy
from bff.domain.returns.model import (
    CloseReason,
    DeadlineKind,
    MissedDeadline,
    Return,
    ReturnKind,
    ReturnStatus,
)
from bff.domain.stars.model import GOOD, Behaviour, StarChangeCause
from bff.partners.inbound.reports import REPORTS
from tests.support.lives.observations import Snapshot
from tests.support.lives.step import Step

BREACHES = frozenset({DeadlineKind.COURIER_ARRIVAL, DeadlineKind.COURIER_WAYBILL})
MAY_LOWER = {*(set(Behaviour) - GOOD), StarChangeCause.STAFF_DECISION}
DISHONEST = {"EMPTY_PARCEL", "WRONG_ITEM", "USED_ITEM"}
LATE = {DeadlineKind.SHIP_BACK, DeadlineKind.PICKUP_FEE}
# Of returns that may close though the shopper has handed the goods over
WITHOUT_GOODS = frozenset({CloseReason.REFUSAL_STANDS, CloseReason.VISITS_IN_VAIN})


def behaviour_is_on_record(step: Step) -> Iterator[str]:
    """R2, R5: what happened, once, and nothing else."""
    for key in step.after.returns:
        found = step.after.behaviours.get(key, frozenset())
        if found != set(_behaved(step.after, key)):
            yield f"{key}: {sorted(found)} on record, {sorted(_behaved(step.after, key))} happened"


def _behaved(snapshot: Snapshot, key: str) -> Iterator[str]:
    this_return = snapshot.returns[key]
    goods = this_return.kind is ReturnKind.RETURN_AND_REFUND
    if goods and this_return.status is ReturnStatus.SUCCEEDED:
        if not snapshot.refunds[key].deducted_minor:
            yield "GENUINE_RETURN"
        if not any(_was_late(this_return, one) for one in snapshot.missed.get(key, ())):
            yield "KEPT_PROMISE"
    unsent = this_return.close_reason is CloseReason.NOT_SHIPPED_BACK
    if unsent and this_return.ship_back_from is None:
        yield "BROKEN_PROMISE"
    if any(one.what is DeadlineKind.PICKUP_FEE for one in snapshot.missed.get(key, ())):
        yield "FEE_UNPAID"
    stands = this_return.close_reason is CloseReason.REFUSAL_STANDS and this_return.goods_refused
    if stands and this_return.refused_because in DISHONEST:
        yield str(this_return.refused_because)


def _was_late(this_return: Return, missed: MissedDeadline) -> bool:
    """The shopper was, before the return succeeded."""
    ended_at = this_return.ended_at or missed.missed_at
    return missed.what in LATE and missed.missed_at <= ended_at


def stars_fall_for_what_is_proven(step: Step) -> Iterator[str]:
    """P2: a level falls by the shopper's own doing, or by the word of staff."""
    for shopper, cause in step.after.falls:
        if cause not in MAY_LOWER:
            yield f"{shopper} lost a star: {cause}"


def a_broken_promise_is_the_shoppers(step: Step) -> Iterator[str]:
    """P2: not with the courier's breach in the way, nor with the goods on their way."""
    for key, kinds in step.after.behaviours.items():
        if Behaviour.BROKEN_PROMISE in kinds:
            yield from _excuses(step.after, key, step.policy)


def _excuses(snapshot: Snapshot, key: str, policy: Policy) -> Iterator[str]:
    this_return, pickup = snapshot.returns[key], snapshot.pickup_of(key)
    if this_return.goods_received_at:
        yield f"{key}: a broken promise, and the merchant has the goods"
    if pickup and pickup.status is PickupStatus.COLLECTED:
        yield f"{key}: a broken promise, and the courier has the goods"
    whole = timedelta(days=policy.returning.ship_back_days)
    for missed in snapshot.missed.get(key, ()):
        ended_at = this_return.ended_at
        if missed.what in BREACHES and ended_at and missed.due_at + whole > ended_at:
            yield f"{key}: a broken promise, {ended_at - missed.due_at} after a courier's"


def what_is_certain_is_never_given_up(step: Step) -> Iterator[str]:
    """P1: it waits for as long as it takes."""
    for partner, what in step.after.given_up:
        if REPORTS[partner][what].certain:
            yield f"{what} was given up"


def goods_bring_money(snapshot: Snapshot) -> Iterator[str]:
    """P2, at the end: who has handed the goods over has the money, unless they were refused."""
    for key, this_return in snapshot.returns.items():
        closed = this_return.status is ReturnStatus.CLOSED
        unfairly = closed and this_return.close_reason not in WITHOUT_GOODS
        if unfairly and _handed_over(snapshot, this_return):
            yield f"{key}: the goods are away, and it is closed: {this_return.close_reason}"


def _handed_over(snapshot: Snapshot, this_return: Return) -> bool:
    pickup = snapshot.pickup_of(this_return.id)
    collected = pickup is not None and pickup.status is PickupStatus.COLLECTED
    return collected or this_return.goods_received_at is not None
