"""A pickup: when a courier comes, who that is, and what it costs (R7, R11)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from bff.domain.pickups import companies, couriers, model
from bff.domain.pickups.slots import SlotKind
from bff.graphql.context import Context
from bff.locale.messages import N_, translate
from loaders.orders import addresses_by_id
from loaders.returns import returns_by_id, returns_by_pickup
from resolvers.fields import Info, attribute, loaded, resolved, view_of
from resolvers.messages.pickups import BASIS_REASONS, CANCEL_REASONS, VISIT_FAILURES
from resolvers.money import Money
from resolvers.nodes import Node
from resolvers.orders.quotes import pickup_message
from resolvers.orders.types import Address

if TYPE_CHECKING:
    from resolvers.returns.types import Return


@view_of(companies.CourierCompany, description="A courier company (快递公司).")
class CourierCompany:
    code: str = attribute("Names the company; `waybillSubmit` takes it, and its names too.")

    @resolved("Its name; the code of one that is unknown.")
    @staticmethod
    def name(parent: strawberry.Parent[companies.CourierCompany], info: Info) -> str:
        return parent.name.in_(info.context.language)

    @resolved("What its waybill numbers look like, in words: SF and 12 digits.")
    @staticmethod
    def example(parent: strawberry.Parent[companies.CourierCompany], info: Info) -> str:
        message, facts = parent.example
        return translate(info.context.language, message, **facts)


async def courier_of(context: Context, return_id: str, code: str) -> companies.CourierCompany:
    this_return = await context.loaders.require(returns_by_id, return_id)
    policy = await context.policy(this_return.policy_version)
    return companies.courier_company(code, policy)


@view_of(model.Pickup, description="When the courier comes.", name="PickupWindow")
class PickupWindow:
    slot_kind: SlotKind = attribute("How the time was chosen.", name="kind")
    starts_at: datetime = attribute("When the courier may come at the earliest.")
    ends_at: datetime = attribute("When the courier comes at the latest.")


@view_of(model.Pickup, description="What the pickup costs, and who pays.", name="PickupFee")
class PickupFee:
    fee: Money = attribute("The courier's fee; a quote until it is final.", name="amount")
    payer: model.FeePayer = attribute("Who pays it, as far as they cover it.")
    basis: model.FeeBasis = attribute("Why this payer.")
    shopper_pays: Money = attribute("The shopper's part; zero where it is covered.")
    fee_status: model.FeeStatus = attribute("Whether the shopper's part is paid.", name="status")
    fee_final_at: datetime | None = attribute(
        "When it became final: weighed, or sent.", name="finalAt"
    )
    weight_grams: int | None = attribute("What the parcel weighs; null until weighed.")
    due: Money = attribute("What the shopper is to pay now: `pickupFeePay` does.")
    fee_due_by: datetime | None = attribute("Until when; null without a fee to pay.", name="payBy")
    fee_paying: bool = attribute("Whether a payment is under way.", name="paymentUnderWay")
    fee_paid_at: datetime | None = attribute("When the shopper paid.", name="paidAt")

    @resolved("Why this payer pays, in words.")
    @staticmethod
    def reason(parent: strawberry.Parent[model.Pickup], info: Info) -> str:
        return translate(info.context.language, BASIS_REASONS[parent.basis])

    @resolved("Whether the pickup costs the shopper money, in words.")
    @staticmethod
    async def message(parent: strawberry.Parent[model.Pickup], info: Info) -> str:
        if parent.fee_is_open:
            this_return = await info.context.loaders.require(returns_by_id, parent.return_id)
            policy = await info.context.policy(this_return.policy_version)
            agreed = parent.merchant_agreed
            quote = model.fee_quote(
                policy.pickup, parent.payer, parent.currency, merchant_agreed=agreed
            )
            return pickup_message(info, quote)
        language, message = info.context.language, final_fee_message(parent, info.context.now)
        return translate(language, message, pays=parent.shopper_pays, by=parent.fee_due_by)


def final_fee_message(pickup: model.Pickup, now: datetime) -> str:
    """Does the pickup cost money, once that is known? With places for `pays` and `by`."""
    if pickup.fee_status is model.FeeStatus.PAID:
        return N_("You have paid {pays} for the pickup.")
    if not pickup.fee_due:
        return N_("The pickup costs you nothing.")
    if pickup.fee_paying:
        return N_("Your payment of {pays} is under way.")
    if pickup.fee_due_by and pickup.fee_due_by <= now:
        return N_("The pickup fee of {pays} is overdue: please pay it.")
    if pickup.fee_status is model.FeeStatus.PAYMENT_FAILED:
        return N_("The payment of {pays} failed: try again by {by}.")
    if pickup.payer is model.FeePayer.SHOPPER:
        return N_("Please pay {pays} by {by}: the refund waits for it.")
    return N_("The pickup costs more than what is covered: please pay {pays} by {by}.")


@view_of(couriers.Courier, description="Who comes (快递员), as far as the company has said.")
class Courier:
    name: str | None = attribute("The courier's name.")
    pickup_code: str | None = attribute("What to show at the door (取件码).")

    @resolved("The courier's phone, such as 138****0000.")
    @staticmethod
    def phone(parent: strawberry.Parent[couriers.Courier]) -> str | None:
        return parent.phone and couriers.masked_phone(parent.phone)


@view_of(model.Pickup, description="A door pickup (上门取件).")
class Pickup(Node):
    status: model.PickupStatus = attribute("Its status.")
    booked_at: datetime = attribute("When it was booked.")
    accepted_at: datetime | None = attribute("When the courier company accepted.")
    collected_at: datetime | None = attribute("When the goods were collected.")
    cancel_reason: model.CancelReason | None = attribute("Why it is cancelled.")
    visit_failure: model.VisitFailure | None = attribute("Why the courier's visit failed.")
    address: Address = loaded(
        addresses_by_id, by="address_id", description="Where the courier collects the goods."
    )
    this_return: Annotated["Return", strawberry.lazy("resolvers.returns.types")] = loaded(
        returns_by_id,
        by="return_id",
        name="return",
        description="The return that it was booked for; `returns` has all that it brings back.",
    )
    returns: list[Annotated["Return", strawberry.lazy("resolvers.returns.types")]] = loaded(
        returns_by_pickup,
        by="id",
        description="What it brings back: goods of one order share a courier, a parcel and a fee.",
    )

    @resolved("Who comes; null until the company has said.", kind=Courier | None)
    @staticmethod
    def courier(parent: strawberry.Parent[model.Pickup]) -> couriers.Courier | None:
        return parent.courier if parent.courier != couriers.Courier() else None

    @resolved("When the courier comes.", kind=PickupWindow)
    @staticmethod
    def slot(parent: strawberry.Parent[model.Pickup]) -> model.Pickup:
        return parent

    @resolved("What it costs, and who pays.", kind=PickupFee)
    @staticmethod
    def fee(parent: strawberry.Parent[model.Pickup]) -> model.Pickup:
        return parent

    @resolved("Why it is cancelled, in words.")
    @staticmethod
    def cancel_message(parent: strawberry.Parent[model.Pickup], info: Info) -> str | None:
        if parent.visit_failure:
            return translate(info.context.language, VISIT_FAILURES[parent.visit_failure])
        reason = parent.cancel_reason
        return translate(info.context.language, CANCEL_REASONS[reason]) if reason else None

    @resolved("The courier company.", kind=CourierCompany)
    @staticmethod
    async def courier_company(
        parent: strawberry.Parent[model.Pickup], info: Info
    ) -> companies.CourierCompany:
        return await courier_of(info.context, parent.return_id, parent.courier_company)
