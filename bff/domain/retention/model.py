"""How long things are kept once nobody needs them any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Kept(StrEnum):
    """What is deleted once its period has passed.

    EVENTS: of returns that have ended, but for the newest of each. KEYS: mutations' answers under
    their idempotency keys. REPORTS: partners' webhooks. CALLS: dead calls to partners. PHOTOS:
    since their return has ended. OFFERS: pickups as they were put to one courier company. SLOTS:
    places of days gone by. ORDERS: of shoppers who were erased, with their returns. BOOKS: payments
    and ledger of returns that are gone.
    """

    EVENTS = "events"
    KEYS = "keys"
    REPORTS = "reports"
    CALLS = "calls"
    PHOTOS = "photos"
    OFFERS = "offers"
    SLOTS = "slots"
    ORDERS = "orders"
    BOOKS = "books"


Periods = Mapping[Kept, timedelta]


@dataclass(frozen=True, slots=True)
class Found:
    """Some of what may go. `position`: the last key that was looked at; `first_kept`: the first key
    that is old enough and has to stay still; `more`: whether there may be more behind."""

    keys: Sequence[Any]
    position: str = ""
    first_kept: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """How far a rule has come: it goes on from `position`, and begins anew at `first_kept`."""

    rule: Kept
    position: str
    first_kept: str | None
    ran_at: datetime
    deleted: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much of something has gone, or would go, that is kept for so many days."""

    kept: Kept
    days: int
    count: int
