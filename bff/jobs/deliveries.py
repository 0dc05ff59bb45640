"""Letters on their way: a partner whose system hangs holds up nobody else.

Each subject's letters go one at a time and in order, each partner has some at once. A call
may come twice, after a crash or from two processes on one file: its key is the same then.
"""

import asyncio
import zlib
from collections.abc import Mapping
from datetime import timedelta
from operator import attrgetter
from typing import Protocol

import structlog

from bff.core.faults import log_fault
from bff.db.connection import Connection
from bff.db.database import Database
from bff.jobs import outbox
from bff.jobs.outbox import Letter

AT_ONCE = 16
NOBODY = "nobody"  # takes letters that no partner is known for: they fail, and are seen
MOST_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(hours=1)
GROWTH = 3  # the twelfth try is some four hours after the first
MOST_GROWTHS = 10  # past LONGEST_RETRY, and far from what a timedelta can hold
JITTER = 0.1
REST_S = 1.0
log = structlog.get_logger("bff.partners")


class PartnerError(Exception):
    """Why a call came to nothing, fit to be shown to operators: it is tried again later."""


class RefusedCallError(PartnerError):
    """The partner will not have it, however often it is asked."""


class PendingError(PartnerError):
    """The partner is at it: it is asked again, as long as that takes."""


class Carrier(Protocol):
    @property
    def rounds(self) -> Mapping[str, frozenset[str]]:
        """Which messages go to which partner."""
        ...

    async def deliver(self, letter: Letter) -> None:
        """Raises RefusedCallError for what is not to be tried again, and whatever else fails."""
        ...


class Deliveries:
    """After `most_attempts` a letter is dead: it waits for somebody who resends it."""

    def __init__(self, db: Database, postman: Carrier, most_attempts: int = MOST_ATTEMPTS) -> None:
        self._db = db
        self._postman = postman
        self._most_attempts = most_attempts
        self._rounds = postman.rounds
        self._under_way: dict[str, dict[int, asyncio.Task[None]]] = {
            partner: {} for partner in (*self._rounds, NOBODY)
        }

    async def start(self) -> bool:
        """Set out with the letters whose turn it is; whether there were any."""
        async with self._db.read() as connection:
            found = [
                letter
                for message in await outbox.messages(connection)
                for letter in await self._due(connection, message)
            ]
        started = [self._set_out(letter) for letter in sorted(found, key=attrgetter("id"))]
        return any(started)

    async def _due(self, connection: Connection, message: str) -> list[Letter]:
        """None, and nothing looked at, where the partner has as many as may be."""
        under_way = self._under_way[self._partner(message)]
        if len(under_way) >= AT_ONCE:
            return []
        now = self._db.clock.now()
        return await outbox.due(connection, now, message, under_way, AT_ONCE - len(under_way))

    def _partner(self, message: str) -> str:
        to = (partner for partner, names in self._rounds.items() if message in names)
        return next(to, NOBODY)

    def _set_out(self, letter: Letter) -> bool:
        partner = self._partner(letter.message)
        under_way = self._under_way[partner]
        if len(under_way) >= AT_ONCE:
            return False
        under_way[letter.id] = asyncio.create_task(self._carry(partner, letter))
        return True

    async def finish(self) -> None:
        """Wait for all that are under way."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        """Leave what is under way for the next time."""
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [task for some in self._under_way.values() for task in some.values()]

    async def _carry(self, partner: str, letter: Letter) -> None:
        try:
            await self._deliver(letter)
        except Exception as error:  # noqa: BLE001 - the database's: the letter is still in it
            log_fault(error, message=letter.message, subject_id=letter.subject_id)
            await asyncio.sleep(REST_S)  # or the same call would go out without a pause
        finally:
            del self._under_way[partner][letter.id]

    async def _deliver(self, letter: Letter) -> None:
        try:
            await self._postman.deliver(letter)
        except RefusedCallError as error:
            await self._give_up(letter, str(error))
        except PendingError as error:
            await self._postpone(letter, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a partner's system does
            await self._try_again(letter, _told(letter, error))
        else:
            await self._db.write(lambda tx: outbox.delivered(tx, letter))

    async def _try_again(self, letter: Letter, told: str) -> None:
        if letter.attempts + 1 >= self._most_attempts:
            await self._give_up(letter, told)
        else:
            await self._postpone(letter, told)

    async def _postpone(self, letter: Letter, told: str) -> None:
        pause = pause_after(letter)
        await self._db.write(lambda tx: outbox.postponed(tx, letter, told, tx.now + pause))

    async def _give_up(self, letter: Letter, told: str) -> None:
        log.error("dead letter", id=letter.id, message=letter.message, told=told)
        await self._db.write(lambda tx: outbox.given_up(tx, letter, told))


def _told(letter: Letter, error: Exception) -> str:
    """What operators read; anything but a partner's failure is logged as a fault."""
    if isinstance(error, PartnerError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    fault_id = log_fault(error, message=letter.message, subject_id=letter.subject_id)
    return f"{type(error).__name__} (fault {fault_id})"


def pause_after(letter: Letter) -> timedelta:
    """Growing, and a little longer for some letters than for others: not all come back at once."""
    share = zlib.crc32(letter.key.encode()) / 2**32
    times: int = GROWTH ** min(letter.attempts, MOST_GROWTHS)
    return min(FIRST_RETRY * times, LONGEST_RETRY) * (1 + JITTER * share)
