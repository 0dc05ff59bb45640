"""What every part of the program shares, and how it is opened."""

from dataclasses import dataclass

from bff.core.clock import Clock, ShiftedClock, SystemClock, daytime_start
from bff.db.database import Database
from bff.db.engines import open_database
from bff.db.events import last_moment
from bff.db.schema import migrate, require_schema
from bff.domain.pickups.closures import called_from
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy, in_force
from bff.domain.policy.store import publish
from bff.domain.returns.deadlines.backfill import arm_all
from bff.settings import Settings


@dataclass(frozen=True)
class Services:
    settings: Settings
    db: Database


async def open_services(settings: Settings) -> Services:
    """The database is up to date, its policy published, its timers set.

    Raises PolicyError and NoDatabaseError.
    """
    policies = read_policies(settings.policy)
    unshifted = open_database(settings.address, SystemClock())
    await (migrate if settings.migrates_at_start else require_schema)(unshifted)
    clock = await _clock(settings, unshifted, policies)
    await unshifted.close()
    db = open_database(settings.address, clock, max_writes_per_commit=settings.most_together)
    await db.write(lambda tx: publish(tx, policies))
    await arm_all(db)
    return Services(settings, db)


async def _clock(settings: Settings, db: Database, policies: list[Policy]) -> Clock:
    """In a demonstration it is always a good time for a pickup, and time never goes back."""
    if not settings.demo:
        return SystemClock()
    async with db.read() as connection:
        recorded = await last_moment(connection)
    if settings.clock_starts_at:
        return ShiftedClock(max(settings.clock_starts_at, recorded or settings.clock_starts_at))
    now = SystemClock().now()
    terms = in_force(policies, now).pickup
    return ShiftedClock(called_from(daytime_start(now, recorded), terms))
