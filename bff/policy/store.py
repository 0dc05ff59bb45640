"""Versions of the policy: published once, then never changed."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import policies
from bff.policy.model import Policy, PolicyError, in_force

FRESH_FOR = timedelta(minutes=1)


async def publish(tx: Tx, versions: list[Policy]) -> None:
    """Add the versions that are new. Raises PolicyError for a known version with other numbers."""
    known = {policy.version: policy for policy in await all_policies(tx.connection)}
    for policy in versions:
        if policy.version not in known:
            await _add(tx, policy)
        elif policy != known[policy.version]:
            raise PolicyError(f"version {policy.version} is published already with other numbers")


async def _add(tx: Tx, policy: Policy) -> None:
    row = {
        "version": policy.version,
        "in_force_from": policy.in_force_from,
        "document": policy.model_dump(mode="json"),
    }
    await tx.execute(insert(policies), row)


async def all_policies(connection: AsyncConnection) -> list[Policy]:
    """Oldest first."""
    statement = select(policies.c.document).order_by(policies.c.in_force_from)
    return [Policy.model_validate(row) for row in await connection.scalars(statement)]


class PolicyBook:
    """Published versions, kept in memory: a version never changes, but new ones come."""

    def __init__(self) -> None:
        self._known: list[Policy] = []
        self._stale_at: datetime | None = None

    def known(self, name: str) -> Policy | None:
        """From memory alone."""
        return next((policy for policy in self._known if policy.version == name), None)

    async def version(self, connection: AsyncConnection, name: str) -> Policy:
        if found := self.known(name):
            return found
        self._known = await all_policies(connection)
        return next(policy for policy in self._known if policy.version == name)

    def known_current(self, now: datetime) -> Policy | None:
        """From memory alone, while that is fresh."""
        fresh = self._stale_at is not None and now < self._stale_at
        return in_force(self._known, now) if fresh else None

    async def current(self, connection: AsyncConnection, now: datetime) -> Policy:
        if found := self.known_current(now):
            return found
        self._known = await all_policies(connection)
        self._stale_at = now + FRESH_FOR
        return in_force(self._known, now)
