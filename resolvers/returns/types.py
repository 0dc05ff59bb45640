"""A return, and lists of returns."""

from datetime import datetime

import strawberry
from msgspec import convert
from msgspec.structs import replace

from bff.domain.pickups import model as pickups
from bff.domain.pickups.model import FeePayer
from bff.domain.returns import model
from bff.domain.returns import next_actions as actions
from bff.domain.returns.rules import deadlines as rules_deadlines
from bff.domain.returns.rules import table
from bff.domain.returns.rules.returnability import pickup_terms
from bff.locale.messages import translate
from loaders.orders import lines_by_id, return_addresses
from loaders.returns import (
    cursors_by_return,
    missed_by_return,
    photos_by_return,
    pickups_by_return,
    refunds_by_return,
    return_counts,
)
from resolvers.connections import PageInfo
from resolvers.fields import Info, attribute, loaded, resolved, view_of
from resolvers.messages.pickups import FREIGHT_PAYERS
from resolvers.messages.refunds import REFUND_WAITS
from resolvers.messages.returns import (
    CLOSE_REASONS,
    MERCHANT_HAS_GOODS,
    PARTLY_ACCEPTED,
    STATUSES,
)
from resolvers.nodes import Node
from resolvers.orders.quotes import PickupQuote
from resolvers.orders.returnability import RuleCheck
from resolvers.orders.types import Address, OrderLine
from resolvers.pickups.slots import pickup_address
from resolvers.pickups.types import Pickup
from resolvers.refunds.types import Refund
from resolvers.returns.parts import (
    Deadline,
    MerchantRefusal,
    MissedDeadline,
    NextAction,
    Photo,
    Waybill,
)
from resolvers.subjects import load_case, load_subject


@view_of(model.Return, description="A return (退货).")
class Return(Node):
    kind: model.ReturnKind = attribute("What is returned.")
    status: model.ReturnStatus = attribute("Its status.")
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
        return_addresses,
        by="return_address_key",
        description="Where the goods go; null until approved.",
    )
    pickup: Pickup | None = loaded(
        pickups_by_return, by="id", description="The newest pickup; null without one."
    )
    refund: Refund = loaded(refunds_by_return, by="id", description="What comes back.")
    missed_deadlines: list[MissedDeadline] = loaded(
        missed_by_return, by="id", description="Those that have passed, the earliest first."
    )
    photos: list[Photo] = loaded(
        photos_by_return,
        by="id",
        description="The shopper's photos of the goods, the oldest first.",
    )
    updates_cursor: str = loaded(
        cursors_by_return,
        by="id",
        description="The newest event: `refundUpdates(after:)` continues from here.",
    )

    freight_payer: FeePayer | None = attribute(
        "Who bears the freight, as the merchant has said; null where it has said nothing. "
        "A pickup may be covered all the same: see `pickupQuote` and `pickup.fee`."
    )

    @resolved("The same in words.")
    @staticmethod
    def freight_message(parent: strawberry.Parent[model.Return], info: Info) -> str | None:
        payer = parent.freight_payer
        return translate(info.context.language, FREIGHT_PAYERS[payer]) if payer else None

    @resolved(
        "What a pickup costs, and who pays; null where none is offered, and once the goods are "
        "on their way.",
        kind=PickupQuote | None,
    )
    @staticmethod
    async def pickup_quote(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> pickups.PickupQuote | None:
        if parent.status is not model.ReturnStatus.AWAITING_RETURN_SHIPMENT:
            return None
        line = await info.context.loaders.require(lines_by_id, parent.order_line_id)
        subject = await load_subject(info.context, line, parent.star_level)
        return pickup_terms(replace(subject, merchant_agreed=parent.merchant_bears_freight))

    @resolved("Null until the goods are on their way.", kind=Waybill | None)
    @staticmethod
    def waybill(parent: strawberry.Parent[model.Return]) -> model.Return | None:
        return parent if parent.waybill_number else None

    @resolved("The last refusal of the merchant; null without one.", kind=MerchantRefusal | None)
    @staticmethod
    def refusal(parent: strawberry.Parent[model.Return]) -> model.Return | None:
        return parent if parent.refused_at else None

    @resolved("Those still to come, the nearest first.", kind=list[Deadline])
    @staticmethod
    async def deadlines(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> list[rules_deadlines.Deadline]:
        policy = await info.context.policy(parent.policy_version)
        return rules_deadlines.deadlines(await load_case(info.context, parent), policy)

    @resolved("The most useful first; none once all is done.", kind=list[NextAction])
    @staticmethod
    async def next_actions(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> list[actions.NextAction]:
        line = await info.context.loaders.require(lines_by_id, parent.order_line_id)
        subject = await load_subject(info.context, line, parent.star_level)
        offered = pickup_terms(subject) is not None
        policy, case = subject.policy, await load_case(info.context, parent)
        found = actions.next_actions(case, policy, offered)
        terms = policy.pickup
        if terms.areas and (address := await pickup_address(info.context, parent)):
            terms = terms.of_area(address.area)
        return actions.with_hours(found, info.context.now, terms)

    @resolved("The rules that decided it, with their numbers at that time.", kind=list[RuleCheck])
    @staticmethod
    def decided_by(parent: strawberry.Parent[model.Return]) -> list[table.RuleCheck]:
        return convert(parent.checks, list[table.RuleCheck])

    @resolved("The status in words.")
    @staticmethod
    async def message(parent: strawberry.Parent[model.Return], info: Info) -> str:
        language = info.context.language
        if parent.close_reason:
            return translate(language, CLOSE_REASONS[parent.close_reason])
        waits_for = actions.waiting_for(await load_case(info.context, parent))
        if waits_for is actions.RefundWait.PICKUP_FEE:
            return translate(language, REFUND_WAITS[waits_for])
        if parent.status is model.ReturnStatus.MERCHANT_REFUSED and parent.deductions:
            return translate(language, PARTLY_ACCEPTED)
        awaited = parent.status is model.ReturnStatus.AWAITING_MERCHANT_RECEIPT
        if awaited and parent.goods_received_at:
            return translate(language, MERCHANT_HAS_GOODS)
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
    total_count: int = loaded(
        return_counts, by="shopper_id", description="How many there are in all."
    )
