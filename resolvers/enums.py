"""The domain's enums in the schema; states also in the words of the Taobao Open Platform."""

from bff.domain.orders.model import OrderStatus
from bff.domain.pickups.bookings import IfNotPossible
from bff.domain.pickups.model import (
    CancelReason,
    FeeBasis,
    FeePayer,
    FeeStatus,
    PickupStatus,
    VisitFailure,
)
from bff.domain.pickups.refusals import PickupAbsence, SlotAbsence
from bff.domain.pickups.slots import SlotKind
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import (
    CloseReason,
    DeadlineKind,
    RefusedBecause,
    ReturnKind,
    ReturnStatus,
    WaybillSource,
)
from bff.domain.returns.next_actions import Actor, NextActionCode, RefundWait
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.rules.table import RuleCode, RuleScope
from bff.domain.stars.model import StarChangeCause
from resolvers.fields import describe_enum
from resolvers.messages.pickups import CANCEL_REASONS, SLOT_ABSENCES, VISIT_FAILURES
from resolvers.messages.refunds import REFUND_WAITS
from resolvers.messages.returns import (
    CLOSE_REASONS,
    DEADLINES,
    EVENTS,
    NEXT_ACTIONS,
    REFUSAL_REASONS,
)

describe_enum(
    ReturnKind,
    "What a return gives back.",
    RETURN_AND_REFUND="Goods and money; REFUND_AND_RETURN on the Taobao Open Platform.",
    REFUND_ONLY="Money alone; REFUND on the Taobao Open Platform.",
)
describe_enum(
    ReturnStatus,
    "The status of a return.",
    AWAITING_MERCHANT_APPROVAL="The merchant has 72 hours to answer; WAIT_SELLER_AGREE.",
    AWAITING_RETURN_SHIPMENT="Approved, the goods are with the shopper; WAIT_BUYER_RETURN_GOODS.",
    AWAITING_MERCHANT_RECEIPT="The waybill is in; WAIT_SELLER_CONFIRM_GOODS.",
    MERCHANT_REFUSED="The merchant refused; SELLER_REFUSE_BUYER.",
    CLOSED="Cancelled, never sent back, or refused for good; CLOSED.",
    SUCCEEDED="Accepted: the money is the shopper's; SUCCESS.",
)
describe_enum(
    AdvanceStatus,
    "The status of the platform's advance (先行垫付): advance_status 0 to 5.",
    NONE="Nothing is advanced; 0.",
    APPLYING="Under way; 1.",
    ADVANCED="The shopper has the money; 2.",
    MERCHANT_REFUSED_GOODS="The merchant refused the goods; 3.",
    CLOSED="Ended without an advance; 4.",
    SETTLED="The merchant has repaid the platform; 5.",
    CLAWED_BACK="The shopper owes the advance.",
)
describe_enum(
    PickupStatus,
    "The status of a pickup.",
    AWAITING_COURIER="Booked; waiting_accept.",
    ACCEPTED="A courier is on the way; accepted.",
    COLLECTED="The courier has the goods; collected.",
    LOST="The courier has lost the parcel: the shopper has the money all the same.",
    CANCELLED="Cancelled; canceled.",
)
describe_enum(
    FeeStatus,
    "Whether the shopper's part of a pickup fee is paid.",
    name="PickupFeeStatus",
    UNPAID="To be paid; non_pay.",
    PAID="Paid; payed.",
    PAYMENT_FAILED="A payment failed and can be tried again; pay_failed.",
    WAIVED="The shopper pays nothing.",
)
describe_enum(
    WaybillSource,
    "Who entered a waybill's number.",
    COURIER="The courier.",
    SHOPPER="The shopper.",
)
describe_enum(
    Actor,
    "Who acts next.",
    SHOPPER="The shopper.",
    MERCHANT="The merchant.",
    COURIER="The courier company.",
    PLATFORM="The platform.",
)
describe_enum(DeadlineKind, "What is to happen.", **DEADLINES)
describe_enum(NextActionCode, "What can or will happen next.", **NEXT_ACTIONS)
describe_enum(RefundEvent, "What happened.", **EVENTS)
describe_enum(
    SlotKind,
    "How a pickup's time is chosen.",
    name="PickupSlotKind",
    AS_SOON_AS_POSSIBLE="Within 2 hours of the request, between 9:00 and 20:00.",
    WINDOW="A 2-hour window.",
)
describe_enum(
    IfNotPossible,
    "What happens to a pickup for which no courier can come at the time that was chosen.",
    name="PickupIfNotPossible",
    OFFER="It is not booked; the next possible times are offered.",
    BOOK_NEXT="It is booked for the next possible time.",
)
describe_enum(
    PickupAbsence,
    "Why door pickup is not offered.",
    STAR_LEVEL="The star level is too low.",
    CURRENCY="Pickups have no fee in the order's currency.",
)
describe_enum(SlotAbsence, "Why a time is not offered.", **SLOT_ABSENCES)
describe_enum(
    FeePayer,
    "Who pays the pickup fee.",
    name="PickupFeePayer",
    PLATFORM="The platform, by the shopper's entitlement.",
    MERCHANT="The merchant.",
    INSURER="The order's freight insurance (运费险).",
    SHOPPER="The shopper.",
)
describe_enum(
    FeeBasis,
    "Why this payer pays the pickup fee.",
    name="PickupFeeBasis",
    ENTITLEMENT="The shopper's star level brings free pickup.",
    MERCHANT_COVER="The merchant covers the pickup of returns.",
    MERCHANT_AGREED="The merchant has agreed to bear the freight of this return.",
    FREIGHT_INSURANCE="The order has freight insurance (运费险).",
    NO_COVER="Nothing covers it.",
)
describe_enum(RefundWait, "What stands between the shopper and the money.", **REFUND_WAITS)
describe_enum(CloseReason, "Why a return is closed.", **CLOSE_REASONS)
describe_enum(RefusedBecause, "Why a merchant refused.", **REFUSAL_REASONS)
describe_enum(
    CancelReason, "Why a pickup is cancelled.", name="PickupCancelReason", **CANCEL_REASONS
)
describe_enum(VisitFailure, "Why a courier's visit failed.", **VISIT_FAILURES)
describe_enum(
    RuleScope,
    "What is lost when a rule fails.",
    RETURN="The return itself.",
    EXPRESS="Approval at once: the merchant then has 72 hours to answer.",
    ADVANCE="Only the advance: the money comes once the merchant has the goods.",
)
describe_enum(
    RuleCode,
    "The rules of returning.",
    RECEIVED="The goods were received (签收).",
    CATEGORY_RETURNABLE="Not made to order, fresh, digital or a periodical.",
    RETURN_RIGHT_KEPT="The shopper did not confirm at purchase that it cannot be returned.",
    WITHIN_SEVEN_DAYS="Seven days, counted from the day after receipt, in Shanghai.",
    QUANTITY_LEFT="No more than was bought and not yet returned.",
    STAR_LEVEL="The star level that express return needs.",
    PILOT_CATEGORY="The category takes part in express return.",
    PILOT_MERCHANT="The merchant takes part in express return.",
    NOT_SHIPPED="The goods have not left the merchant.",
    ADVANCE_LIMIT="With what is advanced of the order already, within the platform's limit.",
)
describe_enum(
    OrderStatus,
    "The status of an order.",
    PAID="Paid, not yet shipped.",
    SHIPPED="On its way.",
    RECEIVED="Received (签收).",
    CLOSED="All of it was refunded before it was shipped; TRADE_CLOSED.",
)
describe_enum(
    StarChangeCause,
    "The cause of a rating.",
    FIRST_RATING="The first rating from what was bought and returned.",
    RATED_AGAIN="A new rating, after more was bought or returned, or by a new policy.",
    STAFF_DECISION="Staff decided.",
    COUNTS_NO_MORE="What counted against the shopper is so long ago that it counts no more.",
    PENALTY_WITHDRAWN="What was held against the shopper has proved wrong, and counts no more.",
    GENUINE_RETURN="The goods of a return were in order. It never counts against a shopper.",
    KEPT_PROMISE="The goods of an approved return were sent back in time.",
    BROKEN_PROMISE="The goods of an approved return were never sent back.",
    FEE_UNPAID="A pickup fee was not paid in time (待支付取件费用).",
    EMPTY_PARCEL="A parcel came back empty.",
    WRONG_ITEM="Something else came back than was bought.",
    USED_ITEM="The goods came back used.",
)
