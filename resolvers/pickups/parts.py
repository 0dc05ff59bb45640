"""When a courier comes, and what that costs: R11."""

from datetime import datetime

import strawberry

from bff.domain.pickups import model as pickups
from bff.domain.pickups.slots import SlotKind
from bff.locale.messages import N_, translate
from loaders.returns import returns_by_id
from resolvers.fields import Info, attribute, resolved, view_of
from resolvers.money import Money
from resolvers.returns.rule_messages import PAYER_REASONS


@view_of(pickups.PickupQuote, description="What a door pickup costs, and who pays.")
class PickupQuote:
    fee: Money = attribute("The courier's fee for the first kilograms.")
    payer: pickups.FeePayer = attribute("Who pays it.")
    basis: pickups.FeeBasis = attribute("Why that payer.")
    cover: Money | None = attribute("The most that payer pays; null for all of it.")
    first_kg: int = attribute("How many kilograms the fee includes.")
    per_kg: Money = attribute("What each further kilogram begun costs.")
    shopper_pays: Money = attribute("The shopper's part; zero where it is covered.")

    @resolved("Why it is that payer, in words.")
    @staticmethod
    def reason(parent: strawberry.Parent[pickups.PickupQuote], info: Info) -> str:
        return translate(info.context.language, PAYER_REASONS[parent.payer])

    @resolved("Does the pickup cost money? In words.")
    @staticmethod
    def message(parent: strawberry.Parent[pickups.PickupQuote], info: Info) -> str:
        return _quote_told(info, parent)


def _quote_told(info: Info, quote: pickups.PickupQuote) -> str:
    language, pays = info.context.language, quote.shopper_pays
    if pays.minor:
        told = N_("The pickup costs you {pays}, to be paid once the parcel is weighed.")
        return translate(language, told, pays=pays)
    if quote.cover is None:
        return translate(language, N_("The pickup costs you nothing."))
    told = N_("The pickup costs you nothing up to {cover}; what is above, you pay.")
    return translate(language, told, cover=quote.cover)


async def _quoted(info: Info, pickup: pickups.Pickup) -> pickups.PickupQuote:
    this_return = await info.context.loaders.known(returns_by_id, pickup.return_id)
    policy = await info.context.policy(this_return.policy_version)
    return pickups.fee_quote(policy.pickup, pickup.payer, pickup.currency)


@view_of(pickups.Pickup, description="What the pickup costs, and who pays.", name="PickupFee")
class PickupFee:
    fee: Money = attribute("The courier's fee; a quote until it is final.", name="amount")
    payer: pickups.FeePayer = attribute("Who pays it, as far as they cover it.")
    basis: pickups.FeeBasis = attribute("Why that payer.")
    shopper_pays: Money = attribute("The shopper's part; zero where it is covered.")
    fee_status: pickups.FeeStatus = attribute("How far the shopper's part is paid.", name="status")
    fee_final_at: datetime | None = attribute(
        "When it became final: weighed, or sent.", name="finalAt"
    )
    weight_grams: int | None = attribute("What the parcel weighs; null until weighed.")
    due: Money = attribute("What the shopper is to pay now: `pickupFeePay` does.")
    fee_due_by: datetime | None = attribute("Until when; null without a fee to pay.", name="payBy")
    fee_paying: bool = attribute("Whether a payment is under way.", name="paymentUnderWay")
    fee_paid_at: datetime | None = attribute("When the shopper paid.", name="paidAt")

    @resolved("Why it is that payer, in words.")
    @staticmethod
    def reason(parent: strawberry.Parent[pickups.Pickup], info: Info) -> str:
        return translate(info.context.language, PAYER_REASONS[parent.payer])

    @resolved("Does the pickup cost money? In words.")
    @staticmethod
    async def message(parent: strawberry.Parent[pickups.Pickup], info: Info) -> str:
        if parent.fee_is_open:
            return _quote_told(info, await _quoted(info, parent))
        told, facts = _fee_told(parent)
        return translate(info.context.language, told, pays=parent.shopper_pays, **facts)


def _fee_told(pickup: pickups.Pickup) -> tuple[str, dict[str, datetime | None]]:
    if pickup.fee_status is pickups.FeeStatus.PAID:
        return N_("You have paid {pays} for the pickup."), {}
    if not pickup.fee_due:
        return N_("The pickup costs you nothing."), {}
    if pickup.fee_paying:
        return N_("Your payment of {pays} is under way."), {}
    return _to_pay(pickup), {"by": pickup.fee_due_by}


def _to_pay(pickup: pickups.Pickup) -> str:
    if pickup.fee_status is pickups.FeeStatus.PAYMENT_FAILED:
        return N_("The payment of {pays} failed: try again by {by}.")
    if pickup.payer is pickups.FeePayer.SHOPPER:
        return N_("Please pay {pays} by {by}: the refund waits for it.")
    return N_("Heavier than what is covered: please pay {pays} by {by}.")


@view_of(pickups.Pickup, description="When the courier comes.", name="PickupWindow")
class PickupWindow:
    slot_kind: SlotKind = attribute("How the time was chosen.", name="kind")
    starts_at: datetime = attribute("When the courier may come at the earliest.")
    ends_at: datetime = attribute("When the courier comes at the latest.")
