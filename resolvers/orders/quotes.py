"""What a return would give back, and what its pickup would cost: known before the tap (R11)."""

import strawberry

from bff.domain.pickups import model as pickups
from bff.domain.refunds import model as refunds
from bff.locale.messages import N_, translate
from resolvers.fields import Info, attribute, resolved, view_of
from resolvers.messages.pickups import BASIS_REASONS
from resolvers.money import Money


@view_of(refunds.RefundQuote, description="What a return gives back.")
class RefundQuote:
    quantity: int = attribute("How many pieces.")
    refund: Money = attribute("What was paid for them, after their share of the order's discount.")
    advance: bool = attribute("Whether it is paid once the waybill is in, ahead of the merchant.")

    @resolved("When the money comes, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[refunds.RefundQuote], info: Info) -> str:
        advanced = N_("{refund} within 1 second of the waybill.")
        later = N_("{refund} once the merchant has the goods.")
        message = advanced if parent.advance else later
        return translate(info.context.language, message, refund=parent.refund)


@view_of(pickups.PickupQuote, description="What a door pickup costs, and who pays.")
class PickupQuote:
    fee: Money = attribute("The courier's fee for the first kilograms.")
    payer: pickups.FeePayer = attribute("Who pays it.")
    basis: pickups.FeeBasis = attribute("Why this payer.")
    cover: Money | None = attribute("The most that the payer pays; null for all of it.")
    first_kg: int = attribute("How many kilograms the fee includes.")
    per_kg: Money = attribute("What each further kilogram begun costs.")
    shopper_pays: Money = attribute("The shopper's part; zero where it is covered.")

    @resolved("Why this payer pays, in words.")
    @staticmethod
    def reason(parent: strawberry.Parent[pickups.PickupQuote], info: Info) -> str:
        return translate(info.context.language, BASIS_REASONS[parent.basis])

    @resolved("Whether the pickup costs the shopper money, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[pickups.PickupQuote], info: Info) -> str:
        return pickup_message(info, parent)


def pickup_message(info: Info, quote: pickups.PickupQuote) -> str:
    """Does the pickup cost money, as far as the quote goes?"""
    language, pays = info.context.language, quote.shopper_pays
    if pays.minor:
        message = N_("The pickup costs you {pays}, to be paid once the parcel is weighed.")
        return translate(language, message, pays=pays)
    if quote.cover is None:
        return translate(language, N_("The pickup costs you nothing."))
    message = N_("The pickup costs you nothing up to {cover}; what is above, you pay.")
    return translate(language, message, cover=quote.cover)
