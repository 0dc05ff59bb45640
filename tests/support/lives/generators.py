"""Random acts of shoppers and reports of partners, and the data of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bff.core.clock import local_date
from bff.domain.pickups.model import Pickup, VisitFailure
from bff.domain.pickups.offers import WithdrawalReason
from bff.domain.pickups.slots import slots_on
from bff.domain.policy.model import Policy
from bff.domain.returns.model import RefusedBecause, VisitsOutcome, Winner
from bff.domain.returns.rules.refusal_grounds import OF_GOODS
from bff.partners.inbound.reports import REPORTS

Outcomes = frozenset[str]

NUMBERS = {"cainiao": "CN{:010}", "sf": "SF{:012}", "yto": "YT{:013}"}
NO_SLOTS = ("nonsense", "20260309T09", "20260310T09", "20260401T11", "20260311T10")
PHOTO = "https://photos.example/1.jpg"
WHO_COMES = {"courierName": "王师傅", "courierPhone": "13800000001", "pickupCode": "8848"}
ELSEWHERE = {
    "recipient": "二号仓",
    "phone": "13800000002",
    "region": "浙江省杭州市余杭区",
    "street": "文一西路1号",
}
TERMS: tuple[dict[str, Any], ...] = (
    {"freightPayer": "MERCHANT"},
    {"freightPayer": "SHOPPER"},
    {"returnAddress": ELSEWHERE},
)
GRAMS = (300, 999, 1000, 1001, 2500, 4100)
ANYTHING: Outcomes = frozenset()
# Of older refusals, and what our own books never say of a return that could be opened
NO_GROUNDS = {RefusedBecause.NOT_AGREED, RefusedBecause.OTHER, RefusedBecause.OUT_OF_WINDOW}
STILL_TO_COME: Outcomes = frozenset({"INVALID_PAYLOAD"})
SKEWS = (timedelta(), timedelta(seconds=20), timedelta(minutes=4), -timedelta(minutes=4))
DELAYS = (timedelta(minutes=7), timedelta(hours=2), timedelta(days=1), -timedelta(hours=2))


@dataclass(frozen=True)
class Act:
    """What a shopper does. `must`: what may come of it, or ANYTHING that is in order."""

    shopper: str
    what: str
    given: Mapping[str, Any]
    must: Outcomes = ANYTHING

    @property
    def anew(self) -> "Act":
        """The same wish with another key: it may be granted no more."""
        return replace(self, must=ANYTHING)


@dataclass(frozen=True)
class Report:
    """What a partner reports by webhook, `delay` after it happened by the partner's own clock."""

    partner: str
    what: str
    data: Mapping[str, Any]
    must: Outcomes = ANYTHING
    delay: timedelta = timedelta()

    @property
    def anew(self) -> "Report":
        """The same report in another event: it may change nothing any more."""
        return replace(self, must=ANYTHING)


Choice = Act | Report


@dataclass
class Maker:
    """`numbers`: the waybills' that were made so far, with their courier companies; `skews`: by how
    much each partner's clock is slow.
    """

    random: Random
    policy: Policy
    now: Callable[[], datetime]
    numbers: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.skews = {partner: self.random.choice(SKEWS) for partner in REPORTS}

    def happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def delayed(self, report: Report) -> Report:
        """By the partner's own clock, which makes no difference; or reported late."""
        if "at" in report.data:
            return report
        delay = self.random.choice(DELAYS) if self.happens(0.2) else timedelta()
        if delay < timedelta():
            return replace(report, delay=delay, must=STILL_TO_COME)
        skew = self.skews[report.partner]
        return replace(report, delay=delay + skew, must=ANYTHING if delay else report.must)

    def merchant(self, what: str, return_id: str, must: Outcomes = ANYTHING) -> Report:
        data: dict[str, Any] = {"returnId": return_id}
        grounds = list(RefusedBecause)
        if must:
            goods = what == "goods.inspected"
            grounds = sorted(OF_GOODS if goods else OF_GOODS - {RefusedBecause.EMPTY_PARCEL})
        why = {"reason": self.random.choice(grounds), "photos": [PHOTO]}
        if what == "return.approved" and self.happens(0.3):
            data |= self.random.choice(TERMS)
        if what == "return.refused":
            data |= why
        if what == "goods.inspected":
            data |= self._outcome(why)
        return Report("merchant", what, data, must)

    def _outcome(self, why: dict[str, Any]) -> dict[str, Any]:
        if self.happens(0.2):
            deduction = {"ground": why["reason"], "amountMinor": 1, "photos": why["photos"]}
            return {"outcome": "PARTLY_ACCEPTED", "deductions": [deduction]}
        return {"outcome": "REFUSED", **why} if self.happens(0.5) else {"outcome": "ACCEPTED"}

    def decision(self, return_id: str, must: Outcomes = ANYTHING) -> Report:
        winner = self.random.choice(list(Winner))
        return Report("staff", "dispute.decided", {"returnId": return_id, "winner": winner}, must)

    def visits_decision(self, return_id: str, must: Outcomes = ANYTHING) -> Report:
        data = {"returnId": return_id, "outcome": self.random.choice(list(VisitsOutcome))}
        return Report("staff", "visits.decided", data, must)

    def courier(self, what: str, pickup: Pickup, must: Outcomes = ANYTHING) -> Report:
        more: dict[str, Any] = {}
        company = {"courierCompany": pickup.courier_company}
        match what:
            case "pickup.accepted":
                more = company | (WHO_COMES if self.happens(0.5) else {})
            case "pickup.rescheduled":
                starts = self.now() + timedelta(hours=self.random.choice((1, 5, 30)))
                starts += timedelta(hours=starts == pickup.starts_at)
                ends = starts + timedelta(hours=2)
                more = {"startsAt": starts.isoformat(), "endsAt": ends.isoformat(), **company}
            case "pickup.weighed":
                more = {"weightGrams": self.random.choice(GRAMS)}
            case "pickup.visit_failed":
                more = {"reason": self.random.choice(list(VisitFailure)), **company}
            case "pickup.cancelled":
                more = {"reason": self.random.choice(list(WithdrawalReason)), **company}
            case "pickup.waybill":
                more = {"waybillNumber": self.number(pickup.courier_company)}
        return Report("courier", what, {"pickupId": pickup.id, **more}, must)

    def waybill(self) -> dict[str, Any]:
        company = self.random.choice(list(NUMBERS))
        return {"company": company, "number": self.number(company)}

    def number(self, company: str) -> str:
        """A new one each time."""
        number = NUMBERS[company].format(len(self.numbers) + 1)
        self.numbers.append((company, number))
        return number

    def known_waybill(self) -> dict[str, Any]:
        """Several parcels may travel under it, or none at all."""
        company, number = self.random.choice(self.numbers or [("sf", self.number("sf"))])
        return {"company": company, "number": number}

    def any_waybill(self) -> dict[str, Any]:
        """A new one, one that there was, or none that can be."""
        if self.happens(0.4):
            return self.waybill()
        if self.happens(0.6):
            return self.known_waybill()
        company, number = self.random.choice(
            (("sf", "SF12345"), ("ups", "UP123"), ("yto", "neinnein"))
        )
        return {"company": company, "number": number}

    def good_slot(self) -> str | None:
        """One that is offered now; None: as soon as possible."""
        now = self.now()
        days = (local_date(now) + timedelta(days=ahead) for ahead in range(3))
        offered = [slot.key for day in days for slot in slots_on(day, now, self.policy.pickup)]
        return self.random.choice([*[None] * 4, *offered[:1] * 4, *offered[:6], *offered[-1:]])

    def good_wish(self) -> dict[str, Any]:
        """At an address that there is, in all likelihood."""
        return {"slot": self.good_slot(), "new_address": self.happens(0.6), "address_id": None}

    def any_wish(self) -> dict[str, Any]:
        address = self.random.choice((None, None, None, "adr_sho_1", "adr_sho_2"))
        slot = self.random.choice((self.good_slot(), self.good_slot(), None, *NO_SLOTS))
        return {"slot": slot, "new_address": self.happens(0.2), "address_id": address}
