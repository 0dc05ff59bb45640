"""What one field cannot see: whether a policy's numbers fit one another."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import get_args

from bff.core.currencies import CURRENCIES
from bff.core.money import MAX_MINOR
from bff.domain.policy.lines import KeyPath
from bff.domain.policy.model import (
    ADVANCE_REFUND,
    ADVANCE_WITHOUT_LIMIT,
    DOOR_PICKUP,
    ENTITLEMENTS,
    FREE_PICKUP,
    Policy,
)
from bff.domain.policy.pickup_terms import WEEKDAYS, PickupTerms
from bff.domain.policy.words import KeyedError

Check = Callable[[Policy], Iterator[KeyedError]]


def _hours(policy: Policy) -> Iterator[KeyedError]:
    pickup = policy.pickup
    if pickup.opens_hour >= pickup.closes_hour:
        fact = f"must be after opens_hour, {pickup.opens_hour}; it is {pickup.closes_hour}"
        yield ("pickup", "closes_hour"), fact
        return
    for index, starts in enumerate(pickup.window_starts):
        if not pickup.opens_hour <= starts <= pickup.closes_hour - pickup.window_hours:
            hours = f"from {pickup.opens_hour} to {pickup.closes_hour}"
            fact = f"a window of {pickup.window_hours} hours from {starts} is not within the hours"
            yield ("pickup", "window_starts", index), f"{fact} {hours}"


def _windows_in_turn(policy: Policy) -> Iterator[KeyedError]:
    pickup = policy.pickup
    for index, (before, starts) in enumerate(pairwise(pickup.window_starts), start=1):
        if starts < before + pickup.window_hours:
            fact = f"{starts} must be {before + pickup.window_hours} or later"
            yield ("pickup", "window_starts", index), f"{fact}: the window before ends then"


def _days(policy: Policy) -> Iterator[KeyedError]:
    pickup = policy.pickup
    yield from _days_of(("pickup",), pickup)
    yield from _twice(("pickup", "areas"), (area.code for area in pickup.areas))
    for index, area in enumerate(pickup.areas):
        keys, own = ("pickup", "areas", index), pickup.with_hours(area)
        if own.opens_hour >= own.closes_hour:
            fact = f"from {own.opens_hour} to {own.closes_hour} there are no hours"
            yield keys, f"{area.code}: {fact}"
        yield from _days_of(keys, own)


def _days_of(keys: KeyPath, terms: PickupTerms) -> Iterator[KeyedError]:
    for day in sorted(terms.open_days & terms.closed_days):
        yield (*keys, "open_days"), f"{day} is one of closed_days too"
    if set(get_args(WEEKDAYS)) <= terms.closed_weekdays:
        yield (*keys, "closed_weekdays"), "every day of the week is closed: no courier would come"


def _couriers(policy: Policy) -> Iterator[KeyedError]:
    codes = (courier.code for courier in policy.pickup.couriers)
    yield from _twice(("pickup", "couriers"), codes)
    for index, courier in enumerate(policy.pickup.couriers):
        try:
            re.compile(courier.waybill_pattern)
        except re.error as error:
            keys = ("pickup", "couriers", index, "waybill_pattern")
            yield keys, f"must be a regular expression: {error.msg} at character {error.pos}"


def _fees(policy: Policy) -> Iterator[KeyedError]:
    pickup = policy.pickup
    for currency in pickup.fee_minor.keys() - pickup.per_kg_minor.keys():
        fact = f"{currency} is missing; pickups have a fee_minor in {currency}"
        yield ("pickup", "per_kg_minor"), fact
    yield from _without_fee(policy, ("pickup", "per_kg_minor"), pickup.per_kg_minor)
    for payer, limits in pickup.cover_limit_minor.items():
        yield from _without_fee(policy, ("pickup", "cover_limit_minor", payer), limits)


def _without_fee(policy: Policy, keys: tuple[str, ...], by: Iterable[str]) -> Iterator[KeyedError]:
    for currency in by:
        if currency not in policy.pickup.fee_minor:
            known = ", ".join(policy.pickup.fee_minor) or "no currency"
            yield (*keys, currency), f"there is no such fee_minor; pickups have a fee in {known}"


def _currencies(policy: Policy) -> Iterator[KeyedError]:
    for section, name, by in (
        ("advance", "limit_minor", policy.advance.limit_minor),
        ("pickup", "fee_minor", policy.pickup.fee_minor),
    ):
        for currency in by:
            if currency not in CURRENCIES:
                yield (
                    (section, name, currency),
                    "must be the ISO 4217 code of money in use, such as CNY",
                )


def _amounts(policy: Policy) -> Iterator[KeyedError]:
    pickup = policy.pickup
    tables: list[tuple[tuple[str, ...], Mapping[str, int]]] = [
        (("advance", "limit_minor"), policy.advance.limit_minor),
        (("pickup", "fee_minor"), pickup.fee_minor),
        (("pickup", "per_kg_minor"), pickup.per_kg_minor),
    ]
    for payer, limits in pickup.cover_limit_minor.items():
        tables.append((("pickup", "cover_limit_minor", payer), limits))
    for keys, by in tables:
        for currency, minor in by.items():
            if minor > MAX_MINOR:
                yield (*keys, currency), f"must be {MAX_MINOR:,} or less; it is {minor:,}"


def _scorecard(policy: Policy) -> Iterator[KeyedError]:
    card = policy.scorecard
    yield from _twice(("scorecard", "factors"), (factor.code for factor in card.factors))
    yield from _twice(("scorecard", "penalties"), (penalty.code for penalty in card.penalties))
    most = sum(factor.max_points for factor in card.factors)
    for index, points in enumerate(card.thresholds):
        if points > most:
            fact = f"{points} is out of reach: the factors' max_points are {most} together"
            yield ("scorecard", "thresholds", index), fact
    for index, (before, points) in enumerate(pairwise(card.thresholds), start=1):
        if points <= before:
            fact = f"{points} must be more than the {before} before it: more stars, more points"
            yield ("scorecard", "thresholds", index), fact


def _ladder(policy: Policy) -> Iterator[KeyedError]:
    rungs: dict[str, int] = {rung.code: index for index, rung in enumerate(policy.entitlements)}
    yield from _twice(("entitlements",), (rung.code for rung in policy.entitlements))
    for code in get_args(ENTITLEMENTS):
        if code not in rungs:
            yield ("entitlements",), f"{code} is missing; say from which level it is granted"
    for lower, higher in ((DOOR_PICKUP, FREE_PICKUP), (ADVANCE_REFUND, ADVANCE_WITHOUT_LIMIT)):
        least, level = policy.unlocked_at(lower), policy.unlocked_at(higher)
        if {lower, higher} <= rungs.keys() and level < least:
            fact = f"must be {least} or more: {higher} is of no use without {lower}; it is {level}"
            yield ("entitlements", rungs[higher], "unlocked_at"), fact


def _categories(policy: Policy) -> Iterator[KeyedError]:
    for code in sorted(policy.pilot.categories & policy.returning.never):
        yield ("pilot", "categories"), f"{code} is never returnable, by returning.never"
    for code in sorted(policy.pilot.categories - policy.categories.keys()):
        yield ("pilot", "categories"), f"{code} has no name in categories"


def warnings(policy: Policy) -> Iterator[str]:
    """What is allowed, and may not be meant."""
    for currency in sorted(policy.pickup.fee_minor.keys() - policy.advance.limit_minor.keys()):
        fact = f"{policy.version}: refunds in {currency} are not advanced"
        yield f"{fact}: advance.limit_minor has no {currency}, but pickups have a fee in it"


def _twice(keys: tuple[str, ...], codes: Iterable[str]) -> Iterator[KeyedError]:
    seen = Counter[str]()
    for index, code in enumerate(codes):
        seen[code] += 1
        if seen[code] > 1:
            yield (*keys, index, "code"), f"{code} is there already; each may be there once"


# By the sections that they need: what is wrong in one section hides nothing in the others.
CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("pickup",), _hours),
    (("pickup",), _windows_in_turn),
    (("pickup",), _days),
    (("pickup",), _couriers),
    (("pickup",), _fees),
    (("advance", "pickup"), _currencies),
    (("advance", "pickup"), _amounts),
    (("scorecard",), _scorecard),
    (("entitlements",), _ladder),
    (("pilot", "returning", "categories"), _categories),
)
