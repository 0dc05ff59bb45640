"""A return with its pickup and its refund: they point at one another, so they live together."""

from datetime import datetime

import strawberry
from msgspec import convert

from bff.domain.pickups import model as pickups
from bff.domain.policy.model import CourierCompany as CoreCompany
from bff.domain.refunds import model as refunds
from bff.domain.returns import model
from bff.domain.returns.next_actions import NextAction as CoreAction
from bff.domain.returns.next_actions import RefundWait, next_actions, waiting_for
from bff.domain.returns.rules.deadlines import Deadline as CoreDeadline
from bff.domain.returns.rules.deadlines import deadlines
from bff.domain.returns.rules.returnability import pickup_terms
from bff.domain.returns.rules.table import RuleCheck as CoreCheck
from bff.locale.messages import N_, translate
from loaders.evidence import photos_by_return
from loaders.orders import addresses_by_id, lines_by_id
from loaders.returns import (
    cursors_by_return,
    missed_by_return,
    pickups_by_return,
    refunds_by_return,
    return_counts,
    returns_by_id,
)
from resolvers.connections import PageInfo
from resolvers.fields import Info, attribute, loaded, resolved, view_of
from resolvers.money import Money
from resolvers.node import Node
from resolvers.orders.types import Address, OrderLine
from resolvers.pickups.parts import PickupFee, PickupWindow
from resolvers.returns.messages import (
    ADVANCES,
    CANCEL_REASONS,
    CLOSE_REASONS,
    REFUND_WAITS,
    STATUSES,
    VISIT_FAILURES,
)
from resolvers.returns.parts import (
    CourierCompany,
    Deadline,
    MerchantRefusal,
    MissedDeadline,
    NextAction,
    Waybill,
    case_for,
    courier_of,
)
from resolvers.returns.photos import Photo
from resolvers.returns.returnability import RuleCheck, subject_of


@view_of(pickups.Pickup, description="A courier comes to the door (上门取件).")
class Pickup(Node):
    status: pickups.PickupStatus = attribute("How far it has come.")
    booked_at: datetime = attribute("When it was booked.")
    accepted_at: datetime | None = attribute("When the courier company accepted.")
    collected_at: datetime | None = attribute("When the goods were collected.")
    cancel_reason: pickups.CancelReason | None = attribute("Why it is cancelled.")
    visit_failure: pickups.VisitFailure | None = attribute("Why the courier came in vain.")
    address: Address = loaded(addresses_by_id, by="address_id", description="Where to.")
    this_return: "Return" = loaded(
        returns_by_id, by="return_id", name="return", description="The return it belongs to."
    )

    @resolved("When the courier comes.", kind=PickupWindow)
    @staticmethod
    def slot(parent: strawberry.Parent[pickups.Pickup]) -> pickups.Pickup:
        return parent

    @resolved("What it costs, and who pays.", kind=PickupFee)
    @staticmethod
    def fee(parent: strawberry.Parent[pickups.Pickup]) -> pickups.Pickup:
        return parent

    @resolved("Why it is cancelled, in words.")
    @staticmethod
    def cancel_message(parent: strawberry.Parent[pickups.Pickup], info: Info) -> str | None:
        if parent.visit_failure:
            return translate(info.context.language, VISIT_FAILURES[parent.visit_failure])
        reason = parent.cancel_reason
        return translate(info.context.language, CANCEL_REASONS[reason]) if reason else None

    @resolved("Who comes.", kind=CourierCompany)
    @staticmethod
    async def courier_company(
        parent: strawberry.Parent[pickups.Pickup], info: Info
    ) -> CoreCompany | None:
        return await courier_of(info.context, parent.return_id, parent.courier_company)


@view_of(refunds.Refund, description="The money that a return gives back.")
class Refund(Node):
    amount: Money = attribute("What was paid for the goods returned.")
    advance: refunds.AdvanceStatus = attribute("Whether the platform pays ahead (先行垫付).")
    refunded_at: datetime | None = attribute("When the money reached the shopper.")
    settled_at: datetime | None = attribute("When the merchant repaid the platform.")
    owed: Money = attribute("What the shopper is to pay back: `refundRepay` does.")
    repaid_at: datetime | None = attribute("When the shopper paid an advance back.")
    this_return: "Return" = loaded(
        returns_by_id, by="return_id", name="return", description="The return it belongs to."
    )

    @resolved("What the money waits for; null once it is back, or will not come.")
    @staticmethod
    async def waiting_for(
        parent: strawberry.Parent[refunds.Refund], info: Info
    ) -> RefundWait | None:
        this_return = await info.context.loaders.known(returns_by_id, parent.return_id)
        return waiting_for(await case_for(info.context, this_return))

    @resolved("Where the money is, in words.")
    @staticmethod
    async def message(parent: strawberry.Parent[refunds.Refund], info: Info) -> str:
        language = info.context.language
        this_return = await info.context.loaders.known(returns_by_id, parent.return_id)
        if waits_for := waiting_for(await case_for(info.context, this_return)):
            return translate(language, REFUND_WAITS[waits_for])
        if parent.refunded_at and parent.advance in UNADVANCED:
            return translate(language, N_("Paid by the merchant"))
        if parent.repaid_at:
            return translate(language, N_("Taken back, and paid back by you"))
        return translate(language, ADVANCES[parent.advance])


UNADVANCED = (refunds.AdvanceStatus.NONE, refunds.AdvanceStatus.CLOSED)


@view_of(model.Return, description="Goods going back (退货).")
class Return(Node):
    kind: model.ReturnKind = attribute("What is returned.")
    status: model.ReturnStatus = attribute("How far it has come.")
    express: bool = attribute("Whether it was approved at once.")
    quantity: int = attribute("How many pieces.")
    opened_at: datetime = attribute("When it was opened.")
    approved_at: datetime | None = attribute("When it was approved.")
    ended_at: datetime | None = attribute("When it was closed or done.")
    close_reason: model.CloseReason | None = attribute("Why it is closed; null unless it is.")
    goods_received_at: datetime | None = attribute("When the merchant received the parcel.")
    policy_version: str = attribute("The version of the policy that it was opened on.")
    star_level: int = attribute("The shopper's star level when it was opened; its terms stay.")
    order_line: OrderLine = loaded(lines_by_id, by="order_line_id", description="What is returned.")
    return_address: Address | None = loaded(
        addresses_by_id,
        by="return_address_id",
        description="Where the goods go; null until approved.",
    )
    pickup: Pickup | None = loaded(
        pickups_by_return, by="id", description="The newest pickup; null without one."
    )
    refund: Refund = loaded(refunds_by_return, by="id", description="What comes back.")
    missed_deadlines: list[MissedDeadline] = loaded(
        missed_by_return, by="id", description="Those that have passed, the first one first."
    )
    photos: list[Photo] = loaded(
        photos_by_return, by="id", description="What the goods look like, the oldest photo first."
    )
    updates_cursor: str = loaded(
        cursors_by_return,
        by="id",
        description="The newest event: `refundUpdates(after:)` goes on from here.",
    )

    @resolved("Null until the goods are on their way.", kind=Waybill | None)
    @staticmethod
    def waybill(parent: strawberry.Parent[model.Return]) -> model.Return | None:
        return parent if parent.waybill_number else None

    @resolved("The last refusal of the merchant; null without one.", kind=MerchantRefusal | None)
    @staticmethod
    def refusal(parent: strawberry.Parent[model.Return]) -> model.Return | None:
        return parent if parent.refused_at else None

    @resolved("Those that still count, the nearest first.", kind=list[Deadline])
    @staticmethod
    async def deadlines(parent: strawberry.Parent[model.Return], info: Info) -> list[CoreDeadline]:
        policy = await info.context.policy(parent.policy_version)
        return deadlines(await case_for(info.context, parent), policy)

    @resolved("The most useful first; none once all is done.", kind=list[NextAction])
    @staticmethod
    async def next_actions(parent: strawberry.Parent[model.Return], info: Info) -> list[CoreAction]:
        line = await info.context.loaders.known(lines_by_id, parent.order_line_id)
        subject = await subject_of(info.context, line, parent.star_level)
        offered = pickup_terms(subject) is not None
        return next_actions(await case_for(info.context, parent), subject.policy, offered)

    @resolved("The rules that decided it, with their numbers at that time.", kind=list[RuleCheck])
    @staticmethod
    def decided_by(parent: strawberry.Parent[model.Return]) -> list[CoreCheck]:
        return convert(parent.checks, list[CoreCheck])

    @resolved("The status in words.")
    @staticmethod
    async def message(parent: strawberry.Parent[model.Return], info: Info) -> str:
        language = info.context.language
        if parent.close_reason:
            return translate(language, CLOSE_REASONS[parent.close_reason])
        waits_for = waiting_for(await case_for(info.context, parent))
        if waits_for is RefundWait.PICKUP_FEE:
            return translate(language, REFUND_WAITS[waits_for])
        return translate(language, STATUSES[parent.status])


@strawberry.type(description="A return in a list.")
class ReturnEdge:
    node: Return = attribute("The return.")
    cursor: str = attribute("Where it stands in the list.")


@strawberry.type(description="A page of returns, newest first.")
class ReturnConnection:
    edges: list[ReturnEdge] = attribute("The returns with their cursors.")
    nodes: list[Return] = attribute("The returns alone.")
    page_info: PageInfo = attribute("Where the page stands in the whole list.")
    total_count: int = loaded(return_counts, by="shopper_id", description="How many in all.")
