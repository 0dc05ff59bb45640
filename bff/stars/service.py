"""Changing a shopper's star level. The caller commits."""

from collections.abc import Sequence
from datetime import datetime

from bff.db.database import Tx
from bff.orders.store import purchases_by_shopper
from bff.policy.model import Scorecard
from bff.stars.model import FactorScore, Rating, StarChange, StarChangeCause, Stars, rate
from bff.stars.store import add_change, stars_by_shopper


async def rate_shoppers(tx: Tx, shopper_ids: Sequence[str], scorecard: Scorecard) -> None:
    """Rate by what each bought and returned, as of the newest of it. Unchanged scores stay."""
    purchases = await purchases_by_shopper(tx.connection, shopper_ids)
    current = await stars_by_shopper(tx.connection, shopper_ids)
    for shopper_id in shopper_ids:
        known = purchases[shopper_id]
        await _rated(tx, current[shopper_id], rate(known, scorecard), known.last_at or tx.now)


async def _rated(tx: Tx, stars: Stars, rating: Rating, at: datetime) -> None:
    if stars.history and rating.factors == stars.factors:
        return
    cause = StarChangeCause.RATED_AGAIN if stars.history else StarChangeCause.FIRST_RATING
    await add_change(tx, _next(stars, rating.level, at, cause, rating.factors))


async def decide_level(tx: Tx, shopper_id: str, level: int) -> None:
    """Staff set the level by hand; the scores stay as they are."""
    stars = (await stars_by_shopper(tx.connection, [shopper_id]))[shopper_id]
    cause = StarChangeCause.STAFF_DECISION
    await add_change(tx, _next(stars, level, tx.now, cause, stars.factors))


def _next(
    stars: Stars, level: int, at: datetime, cause: StarChangeCause, factors: tuple[FactorScore, ...]
) -> StarChange:
    previous = stars.level if stars.history else None
    return StarChange(stars.shopper_id, len(stars.history), level, previous, at, cause, factors)
