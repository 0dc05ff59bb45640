"""The rules' numbers, as data: what a version of the policy says."""

from collections.abc import Hashable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bff.locale.language import Language

Level = Annotated[int, Field(ge=1, le=5)]
Count = Annotated[int, Field(ge=1)]
Hour = Annotated[int, Field(ge=0, le=24)]
Minor = Annotated[int, Field(ge=0)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Words = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(min_length=1, max_length=64)]

EXPRESS_RETURN = "EXPRESS_RETURN"
ADVANCE_REFUND = "ADVANCE_REFUND"
ADVANCE_WITHOUT_LIMIT = "ADVANCE_WITHOUT_LIMIT"
DOOR_PICKUP = "DOOR_PICKUP"
FREE_PICKUP = "FREE_PICKUP"
EXPRESS_REFUND = "EXPRESS_REFUND"
NOBODY = 6
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
ENTITLEMENTS = Literal[
    "SEVEN_DAY_RETURN",
    "DOOR_PICKUP",
    "EXPRESS_RETURN",
    "ADVANCE_REFUND",
    "FREE_PICKUP",
    "EXPRESS_REFUND",
    "ADVANCE_WITHOUT_LIMIT",
]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __copy__(self) -> Self:
        """Without what is worked out from the fields: `model_copy` may give the copy others."""
        copied = super().__copy__()
        for derived in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[derived]
        return copied


class Text(Strict):
    zh: Words
    en: Words

    def in_(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Entitlement(Strict):
    """`unlocked_at` is the star level from which it is granted (R1)."""

    code: ENTITLEMENTS
    unlocked_at: Level
    title: Text
    description: Text


class Factor(Strict):
    """A part of the scorecard: `points_each` for each `per` units counted, at most `max_points`."""

    code: Literal["ORDERS", "MONTHS", "UNITS_BOUGHT", "HONEST_RETURNS", "KEPT_PROMISES"]
    title: Text
    description: Text
    points_each: Minor
    per: Count = 1
    max_points: Minor

    @property
    def weight(self) -> float:
        """Points for each unit counted, until there are `max_points`."""
        return self.points_each / self.per


class Penalty(Strict):
    """What counts against a shopper (R2): `points_each` less, for `counts_for_days` or for ever."""

    code: Literal["BROKEN_PROMISE", "FEE_UNPAID", "EMPTY_PARCEL", "WRONG_ITEM", "USED_ITEM"]
    title: Text
    description: Text
    points_each: Count
    counts_for_days: Count | None = None

    @property
    def max_points(self) -> int:
        return 0

    @property
    def weight(self) -> float:
        """Points for each one counted."""
        return -float(self.points_each)

    def ends_at(self, at: datetime) -> datetime | None:
        """When one of `at` counts no more; None: never."""
        return at + timedelta(days=self.counts_for_days) if self.counts_for_days else None


class Scorecard(Strict):
    """`thresholds`: the points from which levels 2 to 5 are reached."""

    thresholds: tuple[Minor, Minor, Minor, Minor]
    factors: tuple[Factor, ...]
    penalties: tuple[Penalty, ...]

    def part(self, code: str) -> Factor | Penalty | None:
        return self._parts.get(code)

    @cached_property
    def _parts(self) -> dict[str, Factor | Penalty]:
        parts: tuple[Factor | Penalty, ...] = (*self.factors, *self.penalties)
        return {part.code: part for part in parts}


class FallbackAddress(Strict):
    recipient: Words
    phone: Words
    region: Words
    street: Words


class ReturnTerms(Strict):
    window_days: Count
    never: frozenset[Code]
    merchant_answer_hours: Count
    ship_back_days: Count
    inspection_days: Count
    refund_after_receipt_days: Count
    dispute_open_days: Count
    dispute_decide_days: Count
    fallback_address: FallbackAddress


class Pilot(Strict):
    categories: frozenset[Code]
    merchants: frozenset[Code]


class AdvanceTerms(Strict):
    """The most that is advanced of one order and not settled yet, in minor units by currency; what
    is absent is not advanced."""

    limit_minor: dict[Currency, Minor]


class PaymentTerms(Strict):
    """A refund that the merchant's account could not pay is tried again after `retry_hours`; what
    a shopper owes is to be paid back within `repay_days`."""

    retry_hours: Count
    repay_days: Count = 14


class EvidenceTerms(Strict):
    """Photos that a return takes (R6)."""

    most_photos: Count


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
    capacity: Count
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


class Policy(Strict):
    version: Code
    in_force_from: AwareDatetime
    returning: ReturnTerms
    pilot: Pilot
    advance: AdvanceTerms
    payment: PaymentTerms
    evidence: EvidenceTerms
    pickup: PickupTerms
    scorecard: Scorecard
    entitlements: tuple[Entitlement, ...]
    categories: dict[Code, Text]

    def unlocked_at(self, code: str) -> int:
        """The level that grants `code`; one that nobody reaches where the ladder leaves it out."""
        return self._ladder.get(code, NOBODY)

    def grants(self, code: str, level: int) -> bool:
        return level >= self._ladder.get(code, NOBODY)

    @cached_property
    def shared_outcomes(self) -> dict[Hashable, tuple[int, bool]]:
        """A cache for the rules: outcomes of those that depend on little but the policy."""
        return {}

    @cached_property
    def _ladder(self) -> dict[str, int]:
        return {rung.code: rung.unlocked_at for rung in self.entitlements}

    def category_title(self, code: str, language: Language) -> str:
        text = self.categories.get(code)
        return text.in_(language) if text else code

    @property
    def merchant_answers_within(self) -> timedelta:
        return timedelta(hours=self.returning.merchant_answer_hours)


class PolicyFile(Strict):
    policy: Annotated[tuple[Policy, ...], Field(min_length=1)]


class PolicyError(ValueError):
    """A line for each error: the file's name, where in it, and what would be right."""


def in_force(policies: list[Policy], at: datetime) -> Policy:
    """The newest version in force at a moment; what was before the first goes by the first."""
    started = [policy for policy in policies if policy.in_force_from <= at]
    return started[-1] if started else policies[0]
