"""Partners' systems that fail in every way, and a payment service that keeps books of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bff.domain.payments.model import Payment, PaymentKind
from bff.jobs.delivery import PartnerError, RefusedCallError
from bff.partners.outbound.facts import PickupCall, ReturnCall
from bff.partners.outbound.gateways import (
    Declined,
    Outcome,
    Pending,
    Succeeded,
)

Chance = Callable[[], str]
BankReport = tuple[str, dict[str, str]]

PAYS, DECLINES, PENDS = "pays", "declines", "pends"
FAILS, REFUSES, TIMES_OUT = "fails", "refuses", "times out"
PAYS_AND_TIMES_OUT, PAYS_AND_DIES = "pays and times out", "pays and we die"
PAYS_AND_REPORTS, DECLINES_AND_REPORTS = "pays and reports as well", "declines and reports as well"
# What it does, how often of 30 times; and what it does when all goes well
MOODS = {
    PAYS: 12,
    DECLINES: 4,
    DECLINES_AND_REPORTS: 1,
    PENDS: 4,
    FAILS: 1,
    TIMES_OUT: 1,
    PAYS_AND_TIMES_OUT: 2,
    PAYS_AND_DIES: 2,
    PAYS_AND_REPORTS: 2,
    REFUSES: 1,
}
CALM_MOODS = {PAYS: 3, DECLINES: 1}
REFUND = "refund"
# Of couriers and merchants
ACCEPTS = "accepts"
OTHER_MOODS = {ACCEPTS: 12, FAILS: 1, TIMES_OUT: 1, REFUSES: 1}


def purpose(payment: Payment) -> tuple[str, str]:
    """A refund comes once, whoever pays it."""
    to_shopper = payment.kind in (PaymentKind.ADVANCE, PaymentKind.MERCHANT_REFUND)
    return REFUND if to_shopper else payment.kind, payment.subject_id


@dataclass
class Bank:
    """`to_report`: what it will report by webhook; `wrong`: calls that must never come;
    `relented`: payments that it had declined before it made them.
    """

    chance: Chance
    die: Callable[[], None]
    seen: Callable[[str], None]
    requested: dict[str, Payment] = field(default_factory=dict)
    paid: dict[str, Payment] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    pending: dict[str, Payment] = field(default_factory=dict)
    to_report: list[BankReport] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    relented: set[str] = field(default_factory=set)

    async def pay(self, payment: Payment) -> Outcome:
        self._check_the_same(payment)
        mood = self.chance()
        self.seen(f"the bank {mood}")
        if mood == FAILS:
            raise PartnerError("the bank is closed")
        if mood == REFUSES:
            raise RefusedCallError("the bank will not have it")
        if mood == TIMES_OUT:
            raise TimeoutError
        if payment.id in self.declined:
            return Declined("no money")
        if payment.id not in self.paid:
            return self._first(payment, mood)
        return self._answer(payment, mood)

    async def recall(self, payment: Payment, _at: datetime) -> Outcome:
        if payment.id in self.paid:
            return Succeeded(f"bank-{payment.id}")
        self._decline(payment, reports=False)
        return Declined("recalled")

    def _check_the_same(self, payment: Payment) -> None:
        known = self.requested.setdefault(payment.id, payment)
        if known != payment:
            self.wrong.append(f"{payment} is not {known}")

    def _first(self, payment: Payment, mood: str) -> Outcome:
        if mood in (DECLINES, DECLINES_AND_REPORTS):
            self._decline(payment, reports=mood == DECLINES_AND_REPORTS)
            return Declined("no money")
        if mood == PENDS:
            self.pending[payment.id] = payment
            return Pending()
        self._move(payment)
        return self._answer(payment, mood)

    def _decline(self, payment: Payment, *, reports: bool) -> None:
        self.pending.pop(payment.id, None)
        self.declined.add(payment.id)
        if reports:
            data = {"paymentId": payment.id, "reason": "no money"}
            self.to_report.append(("payment.failed", data))

    def _move(self, payment: Payment) -> None:
        """The money moves here, and nowhere else."""
        self.pending.pop(payment.id, None)
        same = [one.id for one in self.paid.values() if purpose(one) == purpose(payment)]
        if not {*same, payment.id} & self.relented and same:
            self.wrong.append(f"paid twice: {payment}")
        self.paid[payment.id] = payment

    def _answer(self, payment: Payment, mood: str) -> Outcome:
        if mood == PAYS_AND_TIMES_OUT:
            raise TimeoutError
        if mood == PAYS_AND_DIES:
            self.die()
        if mood == PAYS_AND_REPORTS:
            self._report(payment)
        return Succeeded(f"bank-{payment.id}")

    def _report(self, payment: Payment) -> None:
        data = {"paymentId": payment.id, "reference": f"bank-{payment.id}"}
        self.to_report.append(("payment.succeeded", data))

    def relent(self, payment: Payment) -> None:
        """It has declined, and the money moves nevertheless: it says so by webhook."""
        self.declined.discard(payment.id)
        self.relented.add(payment.id)
        self._move(payment)
        self._report(payment)

    def decide(self, payment: Payment, *, pays: bool) -> None:
        """One that was pending; the bank reports it by webhook."""
        if pays:
            self._move(payment)
            self._report(payment)
        else:
            self._decline(payment, reports=True)


@dataclass(frozen=True)
class OtherPartners:
    """Couriers and merchants: they accept a call or not. Their reports come from elsewhere."""

    chance: Chance
    seen: Callable[[str], None]

    def _respond(self) -> None:
        mood = self.chance()
        self.seen(f"a partner {mood}")
        if mood == FAILS:
            raise PartnerError("closed")
        if mood == REFUSES:
            raise RefusedCallError("unwanted")
        if mood == TIMES_OUT:
            raise TimeoutError

    async def request_pickup(self, _call: PickupCall) -> None:
        self._respond()

    async def reschedule_pickup(self, _call: PickupCall) -> None:
        self._respond()

    async def change_parcel(self, _call: PickupCall) -> None:
        self._respond()

    async def cancel_pickup(self, _call: PickupCall) -> None:
        self._respond()

    async def confirm_pickup(self, _call: PickupCall) -> None:
        self._respond()

    async def request_approval(self, _call: ReturnCall) -> None:
        self._respond()

    async def announce_shipment(self, _call: ReturnCall) -> None:
        self._respond()

    async def close_return(self, _call: ReturnCall) -> None:
        self._respond()

    async def stop_shipping(self, _call: ReturnCall) -> None:
        self._respond()
