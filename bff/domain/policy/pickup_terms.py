"""When couriers come, and what they cost: a policy's numbers for pickups (R7, R11)."""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field

from bff.domain.policy.fields import Code, Count, Currency, Hour, Minor, Places, Strict, Text

WEEKDAYS = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
HOLIDAYS = Literal[
    "NEW_YEAR",
    "SPRING_FESTIVAL",
    "TOMB_SWEEPING",
    "LABOUR_DAY",
    "DRAGON_BOAT",
    "MID_AUTUMN",
    "NATIONAL_DAY",
]


class PickupCompany(Strict):
    """A courier company that is called for pickups; facts about all are in `pickups/companies`.

    `waybill_pattern` counts only for a company that is unknown there.
    """

    code: Code
    name: Text
    waybill_pattern: str


class AreaHours(Strict):
    """Where an area's code of GB/T 2260, or its name, begins with `code`; what is left out is as
    everywhere.
    """

    code: Code
    opens_hour: Hour | None = None
    closes_hour: Hour | None = None
    closed_weekdays: frozenset[WEEKDAYS] | None = None
    closed_holidays: frozenset[HOLIDAYS] | None = None
    closed_days: frozenset[date] | None = None
    open_days: frozenset[date] | None = None


class PickupTerms(Strict):
    """Hours are Shanghai's; a currency without a fee has no door pickup.

    No courier comes on a closed day; one of `open_days` is open, whatever else it is.

    The fee is for the first kilograms, each further one begun costs `per_kg_minor`. A payer
    other than the shopper pays up to `cover_limit_minor`, and all of it where that names none.

    A courier who is `late_minutes` late loses the pickup; a parcel without a waybill is lost
    `lost_after_days` later. The shopper has `after_visit_hours` at least after a pickup's end.
    """

    opens_hour: Hour
    closes_hour: Hour
    within_hours: Count
    answer_within_minutes: Count
    window_starts: tuple[Hour, ...]
    window_hours: Count
    book_ahead_days: Count
    capacity: Places
    fee_minor: dict[Currency, Minor]
    first_kg: Count
    per_kg_minor: dict[Currency, Minor]
    cover_limit_minor: dict[Literal["MERCHANT", "INSURER", "PLATFORM"], dict[Currency, Minor]]
    fee_pay_hours: Count
    waybill_within_hours: Count
    late_minutes: Count = 30
    lost_after_days: Count = 7
    after_visit_hours: Count = 24
    visits_decide_days: Count = 3
    closed_weekdays: frozenset[WEEKDAYS] = frozenset()
    closed_holidays: frozenset[HOLIDAYS] = frozenset({"SPRING_FESTIVAL"})
    closed_days: frozenset[date] = frozenset()
    open_days: frozenset[date] = frozenset()
    areas: tuple[AreaHours, ...] = ()
    couriers: Annotated[tuple[PickupCompany, ...], Field(min_length=1)]

    @cached_property
    def kept_days(self) -> dict[tuple[date, int], tuple[date, ...]]:
        """A cache for the days on which couriers come."""
        return {}

    def of_area(self, area: str) -> Self:
        """With the hours of an area, by the longest code that it begins with."""
        fitting = [one for one in self.areas if area.startswith(one.code)]
        if not fitting:
            return self
        return self.with_hours(max(fitting, key=lambda one: len(one.code)))

    def with_hours(self, area: AreaHours) -> Self:
        return self.model_copy(update=area.model_dump(exclude={"code"}, exclude_none=True))
