"""What every part of the program shares, and how it is opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bff.core.clock import Clock, ShiftedClock, SystemClock, daytime_start
from bff.db.database import Database
from bff.db.demo_clock import read_offset, set_offset
from bff.db.engines import open_database, relay_between
from bff.db.events import last_moment
from bff.db.schema import migrate, require_schema
from bff.db.transaction import CACHED
from bff.domain.pickups.closures import called_from
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy, in_force
from bff.domain.policy.store import publish
from bff.domain.retention.service import arm_retention
from bff.domain.returns.deadlines.backfill import arm_all
from bff.settings import Settings


@dataclass(frozen=True)
class Services:
    settings: Settings
    db: Database

    @asynccontextmanager
    async def awake(self) -> AsyncIterator[None]:
        """As long as this lasts, processes on the database wake one another.

        No cache then holds what another process has changed.
        """
        wakeups, caches = self.db.wakeups, self.db.caches
        wakeups.listen(CACHED, caches)
        try:
            async with relay_between(self.db, self.settings.redis_url):
                yield
        finally:
            wakeups.forget(CACHED, caches)


async def open_services(settings: Settings, *, sets_clock: bool = False) -> Services:
    """The database is up to date, its policy published, its timers set.

    `sets_clock`: a demonstration begins, and may set the clock that its other processes follow.
    Raises PolicyError and NoDatabaseError.
    """
    policies = read_policies(settings.policy)
    unshifted = open_database(settings.address, SystemClock())
    await (migrate if settings.migrates_at_start else require_schema)(unshifted)
    clock = await _clock(settings, unshifted, policies, sets_clock=sets_clock)
    await unshifted.close()
    services = join_services(settings, clock)
    await services.db.write(lambda tx: publish(tx, policies))
    await arm_all(services.db)
    await arm_retention(services.db)
    return services


def join_services(settings: Settings, clock: Clock) -> Services:
    """Another process has opened them already, with this clock."""
    return Services(
        settings,
        open_database(settings.address, clock, max_writes_per_commit=settings.most_together),
    )


async def _clock(
    settings: Settings, db: Database, policies: list[Policy], *, sets_clock: bool
) -> Clock:
    """In a demonstration it is always a good time for a pickup, and time never goes back."""
    if not settings.demo:
        return SystemClock()
    async with db.read() as connection:
        offset, recorded = await read_offset(connection), await last_moment(connection)
    running = None if offset is None else ShiftedClock.ahead(offset)
    if running and not sets_clock:
        return running
    if settings.clock_starts_at:
        clock = ShiftedClock(max(settings.clock_starts_at, recorded or settings.clock_starts_at))
    else:
        now = (running or SystemClock()).now()
        terms = in_force(policies, now).pickup
        starts_at = called_from(daytime_start(now, recorded), terms)
        clock = running if running and starts_at == now else ShiftedClock(starts_at)
    if sets_clock:
        await db.write(lambda tx: set_offset(tx, clock.offset))
    return clock
