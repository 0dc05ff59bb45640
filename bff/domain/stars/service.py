"""Changing a shopper's star level. The caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from bff.db.transaction import Tx
from bff.domain.orders.store import purchases_by_shopper
from bff.domain.policy.model import Policy
from bff.domain.policy.store import current_policy
from bff.domain.stars.events import announce_level
from bff.domain.stars.model import (
    Behaviour,
    Decision,
    FactorScore,
    Rating,
    StarChange,
    StarChangeCause,
    Stars,
)
from bff.domain.stars.scorecard import TrackRecord, rate
from bff.domain.stars.store import (
    add_behaviour,
    add_change,
    conduct_by_shopper,
    is_recorded,
    refresh_factors,
    remove_behaviour,
    stars_by_shopper,
)
from bff.jobs import timers
from bff.jobs.timers import Handler

COUNTS_NO_MORE = "stars.counts_no_more"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a rating is for: a change of level has it as its cause."""

    cause: StarChangeCause
    at: datetime
    return_id: str | None = None


async def record_behaviour(tx: Tx, shopper_id: str, return_id: str, what: Behaviour) -> None:
    """Count what became of a return, once, and rate the shopper by the policy in force (R2).

    What else has changed since the last rating is rated first, so that a change of level
    has one cause.
    """
    if await is_recorded(tx.connection, shopper_id, return_id, what):
        return
    policy = await current_policy(tx)
    [(stars, record)] = await _load(tx, [shopper_id])
    stars = await _refresh(tx, policy, stars, record)
    seq = len(stars.history)
    await add_behaviour(tx, shopper_id, return_id, what, seq)
    record = replace(record, conduct=record.conduct.with_behaviour(what, tx.now, seq))
    occasion = Occasion(StarChangeCause(what.value), tx.now, return_id)
    await _keep_rating(tx, policy, stars, rate(record, policy.scorecard, tx.now), occasion)


async def withdraw_penalty(tx: Tx, shopper_id: str, return_id: str, what: Behaviour) -> None:
    """What a return counted against the shopper has proved wrong (P2): rate as if it never had."""
    if not await is_recorded(tx.connection, shopper_id, return_id, what):
        return
    policy = await current_policy(tx)
    [(stars, record)] = await _load(tx, [shopper_id])
    await _refresh(tx, policy, stars, record)
    await remove_behaviour(tx, shopper_id, return_id, what)
    [(stars, record)] = await _load(tx, [shopper_id])
    rating = rate(record, policy.scorecard, tx.now)
    occasion = Occasion(StarChangeCause.PENALTY_WITHDRAWN, tx.now, return_id)
    await _keep_rating(tx, policy, stars, rating, occasion)


async def rate_shoppers(tx: Tx, shopper_ids: Sequence[str], policy: Policy) -> None:
    """Rate by all that is known of each. Same points stay."""
    for stars, record in await _load(tx, shopper_ids):
        await _rate_again(tx, policy, stars, record)


@dataclass(frozen=True, slots=True)
class Purchase:
    paid_at: datetime
    units: int


async def rate_purchases(tx: Tx, new: Mapping[str, Sequence[Purchase]], policy: Policy) -> None:
    """Rate each shopper after each of their `new` orders, none of which is stored yet."""
    for stars, record in await _load(tx, list(new)):
        rated, purchases = stars, record.purchases
        for purchase in new[stars.shopper_id]:
            purchases = purchases.with_order(purchase.units, purchase.paid_at)
            rated = await _rate_again(tx, policy, rated, replace(record, purchases=purchases))


async def _rate_again(tx: Tx, policy: Policy, stars: Stars, record: TrackRecord) -> Stars:
    """As of the newest that was bought."""
    moments = [record.purchases.last_at or tx.now, *(one.at for one in stars.history[:1])]
    occasion = Occasion(StarChangeCause.RATED_AGAIN, max(moments))
    rating = rate(record, policy.scorecard, tx.now)
    return await _keep_rating(tx, policy, stars, rating, occasion)


async def decide_level(tx: Tx, shopper_id: str, level: int) -> None:
    """Staff set the level by hand, which counts in points as a part of its own.

    A level above the rated one is the least that the shopper has, a level below it the most:
    until staff decide again, and but for what counts against the shopper afterwards. The level
    that is rated anyway takes a former decision back.
    """
    policy = await current_policy(tx)
    [(stars, record)] = await _load(tx, [shopper_id])
    rated = rate(replace(record, decision=None), policy.scorecard, tx.now)
    if rated.level != level:
        decision = Decision(level, len(stars.history), raised=level > rated.level)
        rated = rate(replace(record, decision=decision), policy.scorecard, tx.now)
    await _add_change(tx, policy, stars, rated, Occasion(StarChangeCause.STAFF_DECISION, tx.now))


async def _rate_after_penalty(tx: Tx, shopper_id: str) -> None:
    policy = await current_policy(tx)
    [(stars, record)] = await _load(tx, [shopper_id])
    await _refresh(tx, policy, stars, record)


async def _load(tx: Tx, shopper_ids: Sequence[str]) -> list[tuple[Stars, TrackRecord]]:
    stars = await stars_by_shopper(tx.connection, shopper_ids)
    purchases = await purchases_by_shopper(tx.connection, shopper_ids)
    conduct = await conduct_by_shopper(tx.connection, shopper_ids)
    return [
        (stars[key], TrackRecord(purchases[key], conduct[key], stars[key].decision))
        for key in shopper_ids
    ]


async def _refresh(tx: Tx, policy: Policy, stars: Stars, record: TrackRecord) -> Stars:
    over = any(part.until and part.until <= tx.now for part in stars.factors)
    cause = StarChangeCause.COUNTS_NO_MORE if over else StarChangeCause.RATED_AGAIN
    rating = rate(record, policy.scorecard, tx.now)
    return await _keep_rating(tx, policy, stars, rating, Occasion(cause, tx.now))


async def _keep_rating(
    tx: Tx, policy: Policy, stars: Stars, rating: Rating, occasion: Occasion
) -> Stars:
    """The same points as before are no new entry, whatever more was counted."""
    await _set_timer(tx, stars.shopper_id, rating)
    if not stars.history:
        first = Occasion(StarChangeCause.FIRST_RATING, occasion.at)
        return await _add_change(tx, policy, stars, rating, first)
    newest = stars.history[0]
    if rating.level != newest.level or _points(rating.factors) != _points(newest.factors):
        return await _add_change(tx, policy, stars, rating, occasion)
    if rating.factors != newest.factors:
        await refresh_factors(tx, newest, rating.factors)
    refreshed = structs.replace(newest, factors=rating.factors)
    return replace(stars, history=(refreshed, *stars.history[1:]))


def _points(factors: Sequence[FactorScore]) -> dict[str, int]:
    return {factor.code: factor.points for factor in factors if factor.points}


async def _set_timer(tx: Tx, shopper_id: str, rating: Rating) -> None:
    if moments := [part.until for part in rating.factors if part.until]:
        wanted = {COUNTS_NO_MORE: min(moments)}
        await timers.sync(tx, shopper_id, shopper_id, [COUNTS_NO_MORE], wanted)


async def _add_change(
    tx: Tx, policy: Policy, stars: Stars, rating: Rating, occasion: Occasion
) -> Stars:
    change = StarChange(
        shopper_id=stars.shopper_id,
        seq=len(stars.history),
        level=rating.level,
        previous=stars.level if stars.history else None,
        at=occasion.at,
        cause=occasion.cause,
        return_id=occasion.return_id,
        factors=rating.factors,
    )
    await add_change(tx, change)
    await announce_level(tx, policy, change)
    return replace(stars, history=(change, *stars.history))


# Of the timers that are set here
HANDLERS: Mapping[str, Handler] = {COUNTS_NO_MORE: _rate_after_penalty}
