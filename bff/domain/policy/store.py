"""Versions of the policy: published once, then never changed."""

from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import insert, select

from bff.db.connection import Connection
from bff.db.statements import prepare
from bff.db.tables import policies
from bff.db.transaction import CACHED, Tx
from bff.domain.policy.differences import differences
from bff.domain.policy.model import Policy, PolicyError, PolicyFile, in_force
from bff.domain.policy.words import keyed_errors

FRESH_FOR = timedelta(minutes=1)
_add_version = prepare(insert(policies), inputs=["version", "in_force_from", "document"])
_documents = prepare(select(policies.c.document).order_by(policies.c.in_force_from))
OTHER_NUMBERS = "version {} is published already with other numbers; name the new one anew:"
FOREIGN = "the database has a policy that this version of the program doesn't understand:"


async def publish(tx: Tx, versions: list[Policy]) -> None:
    """Add the versions that are new. Raises PolicyError for a known version with other numbers."""
    known = {policy.version: policy for policy in await all_policies(tx.connection)}
    for policy in versions:
        name = policy.version
        if name not in known:
            document = policy.model_dump(mode="json")
            row = {"in_force_from": policy.in_force_from, "document": document}
            await tx.execute(_add_version, {"version": name, **row})
            tx.topics.add(CACHED)
        elif policy != known[name]:
            changes = differences(known[name], policy)
            raise PolicyError("\n".join([OTHER_NUMBERS.format(name), *changes]))


async def all_policies(connection: Connection) -> list[Policy]:
    """Oldest first. Raises PolicyError for what another version of the program has stored."""
    documents = (await connection.execute(_documents)).scalars()
    if not documents:
        return []
    try:
        return list(PolicyFile.model_validate({"policy": documents}).policy)
    except ValidationError as error:
        messages = [message for _, message in keyed_errors(error.errors())]
        raise PolicyError("\n".join([FOREIGN, *dict.fromkeys(messages)])) from error


class PolicyBook:
    """Published versions, kept in memory: a version never changes, but new ones come.

    Each clears the caches of all processes; where that is not noticed, they are read anew after a
    minute.
    """

    def __init__(self) -> None:
        self._known: list[Policy] = []
        self._by_name: dict[str, Policy] = {}
        self._stale_at: datetime | None = None

    def known(self, name: str) -> Policy | None:
        """From memory alone."""
        return self._by_name.get(name)

    async def _learn(self, connection: Connection) -> None:
        self._known = await all_policies(connection)
        self._by_name = {policy.version: policy for policy in self._known}

    async def version(self, connection: Connection, name: str) -> Policy:
        if policy := self.known(name):
            return policy
        await self._learn(connection)
        return self._by_name[name]

    def known_current(self, now: datetime) -> Policy | None:
        """From memory alone, while that is fresh."""
        fresh = self._stale_at is not None and now < self._stale_at
        return in_force(self._known, now) if fresh else None

    async def current(self, connection: Connection, now: datetime) -> Policy:
        if policy := self.known_current(now):
            return policy
        await self._learn(connection)
        self._stale_at = now + FRESH_FOR
        return in_force(self._known, now)


async def policy_version(tx: Tx, name: str) -> Policy:
    """A published version. Raises KeyError for one that is not."""
    return await tx.caches.get(PolicyBook).version(tx.connection, name)


async def current_policy(tx: Tx) -> Policy:
    """The version in force now; it may be a minute old."""
    return await tx.caches.get(PolicyBook).current(tx.connection, tx.now)
