"""Telling the shopper that the level has changed: an event in the transaction of the change."""

from dataclasses import dataclass
from datetime import datetime

from bff.db import events
from bff.db.transaction import Tx
from bff.domain.policy.model import Policy
from bff.domain.stars.model import StarChange, StarChangeCause


@dataclass(frozen=True, slots=True)
class LevelChange:
    """As it was told; `policy_version` says what each level brought then."""

    id: int
    at: datetime
    previous: int
    level: int
    cause: StarChangeCause
    return_id: str | None
    policy_version: str


def topic_of(shopper_id: str) -> str:
    return f"stars:{shopper_id}"


async def announce(tx: Tx, policy: Policy, change: StarChange) -> None:
    """Only a level that is another than before is news."""
    if change.moved:
        facts = {
            "previous": change.previous,
            "level": change.level,
            "return_id": change.return_id,
            "policy_version": policy.version,
        }
        await events.append(tx, topic_of(change.shopper_id), change.cause, facts)


def told(event: events.Event) -> LevelChange:
    return LevelChange(id=event.id, at=event.at, cause=StarChangeCause(event.kind), **event.facts)
