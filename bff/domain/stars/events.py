"""A change of the level is pushed to the shopper: an event in the transaction of the change."""

from dataclasses import dataclass
from datetime import datetime

from bff.db import events
from bff.db.transaction import Tx
from bff.domain.policy.model import Policy
from bff.domain.stars.model import StarChange, StarChangeCause


@dataclass(frozen=True, slots=True)
class LevelChange:
    """As it was pushed; `policy_version` says what each level brought then."""

    id: int
    at: datetime
    previous: int
    level: int
    cause: StarChangeCause
    return_id: str | None
    policy_version: str


def topic_of(shopper_id: str) -> str:
    return f"stars:{shopper_id}"


async def announce_level(tx: Tx, policy: Policy, change: StarChange) -> None:
    """Nothing is appended where the level is the same as before."""
    if change.moved:
        facts = {
            "previous": change.previous,
            "level": change.level,
            "return_id": change.return_id,
            "policy_version": policy.version,
        }
        shopper_id = change.shopper_id
        await events.append(tx, shopper_id, topic_of(shopper_id), change.cause, facts)


def level_change(event: events.Event) -> LevelChange:
    return LevelChange(id=event.id, at=event.at, cause=StarChangeCause(event.kind), **event.facts)
