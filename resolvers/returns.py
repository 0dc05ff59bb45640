"""A return with its pickup and its refund: they point at one another, so they live together."""

from datetime import datetime

import strawberry

from bff.context import Context
from bff.locale.messages import N_, say
from bff.pickups import model as pickups
from bff.policy.model import Courier
from bff.refunds import model as refunds
from bff.returns import model
from bff.returns.rules import pickup_terms
from loaders.orders import addresses_by_id, lines_by_id
from loaders.returns import (
    cursors_by_return,
    pickups_by_return,
    refunds_by_return,
    return_counts,
    returns_by_id,
)
from resolvers.edges import Info, answers, loaded, shown, shows
from resolvers.money import Money
from resolvers.node import Node
from resolvers.orders import Address, OrderLine
from resolvers.paging import PageInfo
from resolvers.returnability import subject_of
from resolvers.wording import ADVANCES, DEADLINES, NEXT_ACTIONS, PAYER_REASONS, STATUSES


@shows(Courier, description="A courier company (快递公司).")
class CourierCompany:
    code: str = shown("Names the company; `waybillSubmit` takes it.")

    @answers("Its name.")
    @staticmethod
    def name(parent: strawberry.Parent[Courier], info: Info) -> str:
        return parent.name.in_(info.context.language)


async def _courier(context: Context, return_id: str, code: str) -> Courier | None:
    this_return = await context.loaders.known(returns_by_id, return_id)
    return (await context.policy(this_return.policy_version)).courier(code)


@shows(model.Deadline, description="Until when something is to happen.")
class Deadline:
    what: model.DeadlineKind = shown("What is to happen.")
    at: datetime = shown("Until when.")

    @answers("What is to happen, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[model.Deadline], info: Info) -> str:
        return say(info.context.language, DEADLINES[parent.what])


@shows(model.NextAction, description="What can or will happen next.")
class NextAction:
    code: model.NextActionCode = shown("What it is.")
    actor: model.Actor = shown("Who does it.")
    by: datetime | None = shown("Until when, where there is a deadline.")

    @answers("What it is, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[model.NextAction], info: Info) -> str:
        return say(info.context.language, NEXT_ACTIONS[parent.code])


@shows(pickups.Pickup, description="What the pickup costs, and who pays.", name="PickupFee")
class PickupFee:
    fee: Money = shown("The courier's fee.", name="amount")
    payer: pickups.FeePayer = shown("Who pays it.")
    shopper_pays: Money = shown("The shopper's part; zero where it is covered.")
    fee_status: pickups.FeeStatus = shown("How far the shopper's part is paid.", name="status")

    @answers("Why it is that payer, in words.")
    @staticmethod
    def reason(parent: strawberry.Parent[pickups.Pickup], info: Info) -> str:
        return say(info.context.language, PAYER_REASONS[parent.payer])


@shows(pickups.Pickup, description="When the courier comes.", name="PickupWindow")
class PickupWindow:
    slot_kind: pickups.SlotKind = shown("How the time was chosen.", name="kind")
    starts_at: datetime = shown("When the courier may come at the earliest.")
    ends_at: datetime = shown("When the courier comes at the latest.")


@shows(model.Return, description="The parcel's number on its way back (运单).")
class Waybill:
    waybill_number: str = shown("The courier company's number.", name="number")
    waybill_by: model.WaybillSource = shown("Who entered it.", name="submittedBy")
    shipped_at: datetime = shown("When it was entered.", name="submittedAt")

    @answers("Who carries the parcel.", kind=CourierCompany)
    @staticmethod
    async def courier_company(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> Courier | None:
        return await _courier(info.context, parent.id, parent.courier_company or "")


@shows(pickups.Pickup, description="A courier comes to the door (上门取件).")
class Pickup(Node):
    status: pickups.PickupStatus = shown("How far it has come.")
    booked_at: datetime = shown("When it was booked.")
    accepted_at: datetime | None = shown("When the courier company accepted.")
    collected_at: datetime | None = shown("When the goods were collected.")
    address: Address = loaded(addresses_by_id, by="address_id", description="Where to.")
    this_return: "Return" = loaded(
        returns_by_id, by="return_id", name="return", description="The return it belongs to."
    )

    @answers("When the courier comes.", kind=PickupWindow)
    @staticmethod
    def slot(parent: strawberry.Parent[pickups.Pickup]) -> pickups.Pickup:
        return parent

    @answers("What it costs, and who pays.", kind=PickupFee)
    @staticmethod
    def fee(parent: strawberry.Parent[pickups.Pickup]) -> pickups.Pickup:
        return parent

    @answers("Who comes.", kind=CourierCompany)
    @staticmethod
    async def courier_company(
        parent: strawberry.Parent[pickups.Pickup], info: Info
    ) -> Courier | None:
        return await _courier(info.context, parent.return_id, parent.courier_company)


@shows(refunds.Refund, description="The money that a return gives back.")
class Refund(Node):
    amount: Money = shown("What was paid for the goods returned.")
    advance: refunds.AdvanceStatus = shown("Whether the platform pays ahead (先行垫付).")
    refunded_at: datetime | None = shown("When the money reached the shopper.")
    settled_at: datetime | None = shown("When the merchant repaid the platform.")
    this_return: "Return" = loaded(
        returns_by_id, by="return_id", name="return", description="The return it belongs to."
    )

    @answers("Where the money is, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[refunds.Refund], info: Info) -> str:
        if parent.refunded_at and parent.advance is refunds.AdvanceStatus.NONE:
            return say(info.context.language, N_("Paid by the merchant"))
        return say(info.context.language, ADVANCES[parent.advance])


@shows(model.Return, description="Goods going back (退货).")
class Return(Node):
    kind: model.ReturnKind = shown("What is returned.")
    status: model.ReturnStatus = shown("How far it has come.")
    express: bool = shown("Whether it was approved at once.")
    quantity: int = shown("How many pieces.")
    opened_at: datetime = shown("When it was opened.")
    approved_at: datetime | None = shown("When it was approved.")
    ended_at: datetime | None = shown("When it was closed or done.")
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
    updates_cursor: str = loaded(
        cursors_by_return,
        by="id",
        description="The newest event: `refundUpdates(after:)` goes on from here.",
    )

    @answers("Null until the goods are on their way.", kind=Waybill | None)
    @staticmethod
    def waybill(parent: strawberry.Parent[model.Return]) -> model.Return | None:
        return parent if parent.waybill_number else None

    @answers("Those that still count, the nearest first.", kind=list[Deadline])
    @staticmethod
    async def deadlines(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> list[model.Deadline]:
        pickup = await info.context.loaders.load(pickups_by_return, parent.id)
        return model.deadlines(parent, pickup, await info.context.policy(parent.policy_version))

    @answers("The most useful first; none once it has ended.", kind=list[NextAction])
    @staticmethod
    async def next_actions(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> list[model.NextAction]:
        load = info.context.loaders
        pickup = await load.load(pickups_by_return, parent.id)
        line = await load.known(lines_by_id, parent.order_line_id)
        subject = await subject_of(info.context, line, parent.star_level)
        offered = pickup_terms(subject) is not None
        return model.next_actions(parent, pickup, subject.policy, offered)

    @answers("The status in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.Return], info: Info) -> str:
        return say(info.context.language, STATUSES[parent.status])


@strawberry.type(description="A return in a list.")
class ReturnEdge:
    node: Return = shown("The return.")
    cursor: str = shown("Where it stands in the list.")


@strawberry.type(description="A page of returns, newest first.")
class ReturnConnection:
    edges: list[ReturnEdge] = shown("The returns with their cursors.")
    nodes: list[Return] = shown("The returns alone.")
    page_info: PageInfo = shown("Where the page stands in the whole list.")
    total_count: int = loaded(return_counts, by="shopper_id", description="How many in all.")
