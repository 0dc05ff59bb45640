"""A return: its states, and what is known of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bff.core.money import Money
from bff.core.states import Transitions
from bff.domain.orders.model import ReturnAddressKey, parse_line_id
from bff.domain.pickups.model import FeePayer, Pickup, PickupStatus
from bff.domain.refunds.model import Refund


class ReturnKind(StrEnum):
    RETURN_AND_REFUND = "RETURN_AND_REFUND"
    REFUND_ONLY = "REFUND_ONLY"


class ReturnStatus(StrEnum):
    AWAITING_MERCHANT_APPROVAL = "AWAITING_MERCHANT_APPROVAL"
    AWAITING_RETURN_SHIPMENT = "AWAITING_RETURN_SHIPMENT"
    AWAITING_MERCHANT_RECEIPT = "AWAITING_MERCHANT_RECEIPT"
    MERCHANT_REFUSED = "MERCHANT_REFUSED"
    CLOSED = "CLOSED"
    SUCCEEDED = "SUCCEEDED"


# The goods are to be sent, or under way: a waybill can be entered, or corrected.
NUMBERED = frozenset(
    {ReturnStatus.AWAITING_RETURN_SHIPMENT, ReturnStatus.AWAITING_MERCHANT_RECEIPT}
)
ENDED = frozenset({ReturnStatus.CLOSED, ReturnStatus.SUCCEEDED})
TRANSITIONS = Transitions(
    {
        ReturnStatus.AWAITING_MERCHANT_APPROVAL: {
            ReturnStatus.AWAITING_RETURN_SHIPMENT: "the merchant approves, or its silence",
            ReturnStatus.SUCCEEDED: "refund only: express, the merchant approves, or its silence",
            ReturnStatus.MERCHANT_REFUSED: "the merchant refuses",
            ReturnStatus.CLOSED: "the shopper cancels; refund only: the goods leave first",
        },
        ReturnStatus.AWAITING_RETURN_SHIPMENT: {
            ReturnStatus.AWAITING_MERCHANT_RECEIPT: "the waybill is in, or the goods are there",
            ReturnStatus.SUCCEEDED: "the courier has lost the parcel, or staff refund",
            ReturnStatus.CLOSED: "the shopper cancels, or never ships; nobody can collect",
        },
        ReturnStatus.AWAITING_MERCHANT_RECEIPT: {
            ReturnStatus.SUCCEEDED: "the merchant accepts, or its silence; the parcel is lost",
            ReturnStatus.MERCHANT_REFUSED: "the merchant refuses the goods",
        },
        ReturnStatus.MERCHANT_REFUSED: {
            ReturnStatus.AWAITING_RETURN_SHIPMENT: "request refused: staff overrule, or it yields",
            ReturnStatus.SUCCEEDED: "goods or refund refused: staff overrule, or it yields",
            ReturnStatus.CLOSED: "the refusal stands",
        },
        ReturnStatus.CLOSED: {
            ReturnStatus.AWAITING_MERCHANT_RECEIPT: "the goods were sent after all",
        },
        ReturnStatus.SUCCEEDED: {},
    },
    starts={
        ReturnStatus.AWAITING_MERCHANT_APPROVAL: "the shopper taps",
        ReturnStatus.AWAITING_RETURN_SHIPMENT: "the shopper taps, express",
    },
)


class Waybill(Struct, frozen=True, gc=False):
    """A courier company's code, and its number for a parcel; both normalised."""

    company: str
    number: str


class WaybillSource(StrEnum):
    COURIER = "COURIER"
    SHOPPER = "SHOPPER"


class CloseReason(StrEnum):
    SHOPPER = "SHOPPER"
    NOT_SHIPPED_BACK = "NOT_SHIPPED_BACK"
    GOODS_SHIPPED = "GOODS_SHIPPED"
    REFUSAL_STANDS = "REFUSAL_STANDS"
    VISITS_IN_VAIN = "VISITS_IN_VAIN"


class RefusedBecause(StrEnum):
    """The last two are of older refusals: they are no grounds (P4)."""

    EMPTY_PARCEL = "EMPTY_PARCEL"
    WRONG_ITEM = "WRONG_ITEM"
    USED_ITEM = "USED_ITEM"
    DAMAGED = "DAMAGED"
    INCOMPLETE = "INCOMPLETE"
    OUT_OF_WINDOW = "OUT_OF_WINDOW"
    NOT_AGREED = "NOT_AGREED"
    OTHER = "OTHER"


class Deduction(Struct, frozen=True, gc=False):
    """What a merchant keeps back of a refund, and why, of goods that it accepts in part."""

    ground: RefusedBecause
    amount_minor: int
    note: str
    photos: tuple[str, ...]
    currency: str = ""

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class VisitsOutcome(StrEnum):
    """What staff decide after visits in vain."""

    SHIP_BACK = "SHIP_BACK"
    CLOSE = "CLOSE"
    REFUND = "REFUND"


class Winner(StrEnum):
    SHOPPER = "SHOPPER"
    MERCHANT = "MERCHANT"


class Return(Struct, frozen=True, gc=False):
    """`policy_version`, `star_level`, `express` and `checks` are the terms it was opened on.

    `deductions`: of goods that are accepted in part, each a `Deduction`.
    `ship_back_from`: since when the shopper's days to ship count, where a courier has failed after
    the approval (P2). `visits_escalated_at`: since when staff are to decide on visits in vain.
    `freight_payer`: who bears the freight, as the merchant has said; None: it has said nothing.
    """

    id: str
    shopper_id: str
    order_line_id: str
    merchant_id: str
    kind: ReturnKind
    status: ReturnStatus
    express: bool
    advance_at_waybill: bool
    quantity: int
    policy_version: str
    star_level: int
    return_address_id: str | None
    opened_at: datetime
    approved_at: datetime | None
    shipped_at: datetime | None
    ended_at: datetime | None
    courier_company: str | None
    waybill_number: str | None
    waybill_by: WaybillSource | None
    waybill_at: datetime | None
    checks: list[dict[str, Any]]
    close_reason: CloseReason | None = None
    refused_at: datetime | None = None
    refused_because: RefusedBecause | None = None
    refusal_note: str | None = None
    refusal_photos: tuple[str, ...] = ()
    disputed_at: datetime | None = None
    goods_received_at: datetime | None = None
    pickup_id: str | None = None
    ship_back_from: datetime | None = None
    visits_escalated_at: datetime | None = None
    visits_outcome: VisitsOutcome | None = None
    freight_payer: FeePayer | None = None
    deductions: list[dict[str, Any]] = []

    @property
    def order_id(self) -> str:
        parsed = parse_line_id(self.order_line_id)
        return parsed[0] if parsed else ""

    @property
    def waybill(self) -> Waybill | None:
        if not self.courier_company or not self.waybill_number:
            return None
        return Waybill(self.courier_company, self.waybill_number)

    @property
    def takes_waybill(self) -> bool:
        """Whether goods that were sent can have a number, or another one: until they are there, and
        after that where none was known.
        """
        under_way = self.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
        correctable = under_way and not self.goods_received_at
        return self.shipped_at is not None and (correctable or not self.waybill)

    @property
    def merchant_bears_freight(self) -> bool:
        return self.freight_payer is FeePayer.MERCHANT

    @property
    def return_address_key(self) -> ReturnAddressKey | None:
        """None until it is known where the goods go."""
        return (self.merchant_id, self.return_address_id) if self.return_address_id else None

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def goods_refused(self) -> bool:
        """Whether the merchant refused what came back, and not the request."""
        refused_at, shipped_at = self.refused_at, self.shipped_at
        return refused_at is not None and shipped_at is not None and refused_at >= shipped_at


class DeadlineKind(StrEnum):
    MERCHANT_ANSWER = "MERCHANT_ANSWER"
    SHIP_BACK = "SHIP_BACK"
    COURIER_ANSWER = "COURIER_ANSWER"
    COURIER_ARRIVAL = "COURIER_ARRIVAL"
    LATE_COURIER = "LATE_COURIER"
    COURIER_WAYBILL = "COURIER_WAYBILL"
    PARCEL_TRACE = "PARCEL_TRACE"
    STAFF_VISITS = "STAFF_VISITS"
    PICKUP_FEE = "PICKUP_FEE"
    MERCHANT_INSPECTION = "MERCHANT_INSPECTION"
    DISPUTE = "DISPUTE"
    STAFF_DECISION = "STAFF_DECISION"
    REFUND_RETRY = "REFUND_RETRY"
    REPAYMENT = "REPAYMENT"


class MissedDeadline(Struct, frozen=True, gc=False):
    """A deadline that passed: it was due at `due_at`."""

    what: DeadlineKind
    due_at: datetime
    missed_at: datetime


class Case(Struct, frozen=True, gc=False):
    """A return with all that decides what is to happen next.

    `pickup` brings it back, now or last; other returns may share it.
    """

    this_return: Return
    refund: Refund
    pickup: Pickup | None
    missed: tuple[MissedDeadline, ...]

    def with_pickup(self, pickup: Pickup | None) -> "Case":
        this_return = replace(self.this_return, pickup_id=pickup and pickup.id)
        return replace(self, this_return=this_return, pickup=pickup)

    @property
    def is_loss(self) -> bool:
        """Whether the money goes back without the goods, which is no matter of the merchant's."""
        lost = self.pickup is not None and self.pickup.status is PickupStatus.LOST
        return lost or self.this_return.visits_outcome is VisitsOutcome.REFUND

    @property
    def fee_overdue(self) -> bool:
        """Whether the fee's pay-by time has passed: then nothing waits for it any more."""
        return any(missed.what is DeadlineKind.PICKUP_FEE for missed in self.missed)
