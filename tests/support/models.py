"""Domain objects without a database. Each takes what matters to a test, and makes up the rest."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bff.core.clock import SHANGHAI
from bff.domain.orders.model import Merchant, Order, OrderLine
from bff.domain.pickups.model import FeePayer, FeeStatus, Pickup, PickupStatus
from bff.domain.pickups.slots import SlotKind
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy
from bff.domain.refunds.model import AdvanceStatus, Held, Refund
from bff.domain.returns.model import (
    Case,
    DeadlineKind,
    MissedDeadline,
    Return,
    ReturnKind,
    ReturnStatus,
)
from bff.domain.returns.rules.returnability import Subject
from bff.settings import PACKAGED_POLICY

POLICY = read_policies(PACKAGED_POLICY)[-1]


def shanghai(text: str) -> datetime:
    """`2026-01-01T09:00` on a clock in Shanghai, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


NOTHING_HELD = Held(0, 0)
RECEIVED = shanghai("2026-01-01T12:00")
SOON_AFTER = shanghai("2026-01-02T12:00")

LINE = OrderLine(
    order_id="ord_1",
    line_no=1,
    sku="DRESS",
    title="连衣裙",
    category="womenswear",
    quantity=1,
    unit_price_minor=19_900,
    paid_minor=19_900,
    currency="CNY",
    freight_insured=False,
    no_return_confirmed=False,
)
ORDER = Order(
    id="ord_1",
    number="1",
    shopper_id="sho_1",
    merchant_id="mer_linen-house",
    currency="CNY",
    policy_version=POLICY.version,
    paid_at=shanghai("2025-12-29T12:00"),
    shipped_at=shanghai("2025-12-30T12:00"),
    received_at=RECEIVED,
)
MERCHANT = Merchant(
    id="mer_linen-house",
    number="linen-house",
    name="亚麻小屋",
    covers_pickup=False,
    return_address_id=None,
)
SUBJECT = Subject(LINE, ORDER, MERCHANT, POLICY, level=3)

RETURN = Return(
    id="ret_1",
    shopper_id="sho_1",
    order_line_id=LINE.id,
    merchant_id=MERCHANT.id,
    kind=ReturnKind.RETURN_AND_REFUND,
    status=ReturnStatus.AWAITING_MERCHANT_APPROVAL,
    express=False,
    advance_at_waybill=False,
    quantity=1,
    policy_version=POLICY.version,
    star_level=3,
    return_address_id=None,
    opened_at=shanghai("2026-01-02T10:00"),
    approved_at=None,
    shipped_at=None,
    ended_at=None,
    courier_company=None,
    waybill_number=None,
    waybill_by=None,
    waybill_at=None,
    checks=[],
)
PICKUP = Pickup(
    id="pic_1",
    shopper_id=RETURN.shopper_id,
    return_id=RETURN.id,
    address_id="adr_1",
    status=PickupStatus.AWAITING_COURIER,
    courier_company="cainiao",
    area="浙江省杭州市西湖区",
    slot_key="asap-20260102T12",
    slot_kind=SlotKind.AS_SOON_AS_POSSIBLE,
    starts_at=shanghai("2026-01-02T12:00"),
    ends_at=shanghai("2026-01-02T14:00"),
    fee_minor=1_200,
    shopper_pays_minor=1_200,
    currency="CNY",
    payer=FeePayer.SHOPPER,
    fee_status=FeeStatus.UNPAID,
    booked_at=shanghai("2026-01-02T12:00"),
    requested_at=shanghai("2026-01-02T12:00"),
)
REFUND = Refund(
    id="ref_1",
    shopper_id=RETURN.shopper_id,
    return_id=RETURN.id,
    amount_minor=19_900,
    currency="CNY",
    advance=AdvanceStatus.NONE,
    refunded_at=None,
    settled_at=None,
)


def subject(
    *,
    line: dict[str, Any] | None = None,
    order: dict[str, Any] | None = None,
    merchant: dict[str, Any] | None = None,
    held: Held = NOTHING_HELD,
    **changes: Any,
) -> Subject:
    """A line of a pilot category from a pilot merchant, received; but for the changes."""
    return replace(
        SUBJECT,
        line=holding(replace(LINE, **line or {}), held),
        order=replace(ORDER, **order or {}),
        merchant=replace(MERCHANT, **merchant or {}),
        **changes,
    )


def holding(line: OrderLine, held: Held) -> OrderLine:
    return replace(line, held_quantity=held.quantity, held_minor=held.minor)


def changed(policy: Policy, section: str, **values: Any) -> Policy:
    """The policy with other numbers in one section."""
    part = getattr(policy, section).model_copy(update=values)
    return policy.model_copy(update={section: part})


APPROVED: dict[str, Any] = {
    "status": ReturnStatus.AWAITING_RETURN_SHIPMENT,
    "approved_at": shanghai("2026-01-03T10:00"),
}
AWAY: dict[str, Any] = APPROVED | {
    "status": ReturnStatus.AWAITING_MERCHANT_RECEIPT,
    "shipped_at": shanghai("2026-01-04T10:00"),
}
REFUSED: dict[str, Any] = {
    "status": ReturnStatus.MERCHANT_REFUSED,
    "refused_at": shanghai("2026-01-05T10:00"),
}


def case(
    pickup: Pickup | None = None,
    *missed: MissedDeadline,
    refund: dict[str, Any] | None = None,
    **changes: Any,
) -> Case:
    """A request that the merchant has not answered; but for the changes."""
    return Case(replace(RETURN, **changes), replace(REFUND, **refund or {}), pickup, missed)


def missed(what: DeadlineKind, due: str) -> MissedDeadline:
    at = shanghai(due)
    return MissedDeadline(what, at, at)


def pickup(status: PickupStatus, **changes: Any) -> Pickup:
    return replace(PICKUP, status=status, **changes)


def collected(**changes: Any) -> Pickup:
    """At 13:00, and not weighed."""
    at = shanghai("2026-01-02T13:00")
    return pickup(PickupStatus.COLLECTED, collected_at=at, **changes)


def owing(**changes: Any) -> Pickup:
    """Weighed an hour after it was collected: the shopper has a day to pay."""
    final = shanghai("2026-01-02T14:00")
    known = {"fee_final_at": final, "fee_due_by": final + timedelta(hours=24)}
    return collected(**known | changes)
