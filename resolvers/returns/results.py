"""What mutations about returns answer: a union of the success and the refusals to be expected."""

from typing import Annotated

import strawberry

from bff.domain.pickups import model as pickups
from bff.domain.refunds import model as refunds
from bff.domain.returns.model import Return as CoreReturn
from bff.domain.returns.rules.returnability import pickup_terms
from bff.graphql.context import Context
from bff.locale.messages import N_, translate
from loaders.orders import lines_by_id
from loaders.returns import refunds_by_return, returns_by_id
from resolvers.fields import Info, attribute, loaded, resolved
from resolvers.mutation_results import AnyRefusal, OfReturn
from resolvers.pickups.parts import PickupQuote
from resolvers.pickups.user_errors import (
    AddressNeeded,
    PickupFeeUnpaid,
    PickupNotOffered,
    SlotFull,
    SlotNotOffered,
    SlotPast,
)
from resolvers.returns.returnability import RefundQuote, subject_of
from resolvers.returns.types import Refund
from resolvers.returns.user_errors import (
    CategoryNotReturnable,
    NotReceived,
    QuantityNotLeft,
    ReturnNotAwaitingShipment,
    ReturnNotCancellable,
    ReturnNotDisputable,
    ReturnRightWaived,
    ReturnWindowClosed,
    WaybillUsed,
)


@strawberry.type(description="Why a pickup that was asked for is not booked yet.")
class PickupNotBooked:
    code: str = attribute("Names the reason.")
    message: str = attribute("The reason in words.")


@strawberry.type(description="The return is open.")
class OneTapReturnSuccess(OfReturn):
    pickup_later: strawberry.Private[bool]

    @resolved("What comes back, and when.", kind=RefundQuote)
    @staticmethod
    async def refund_quote(
        parent: strawberry.Parent["OneTapReturnSuccess"], info: Info
    ) -> refunds.RefundQuote:
        opened = await _opened(info.context, parent)
        refund = await info.context.loaders.known(refunds_by_return, parent.return_id)
        return refunds.RefundQuote(opened.quantity, refund.amount, opened.advance_at_waybill)

    @resolved("What a pickup costs; null where none is offered.", kind=PickupQuote | None)
    @staticmethod
    async def pickup_quote(
        parent: strawberry.Parent["OneTapReturnSuccess"], info: Info
    ) -> pickups.PickupQuote | None:
        opened = await _opened(info.context, parent)
        line = await info.context.loaders.known(lines_by_id, opened.order_line_id)
        return pickup_terms(await subject_of(info.context, line, opened.star_level))

    @resolved("Null unless a pickup was asked for and has to wait.", kind=PickupNotBooked | None)
    @staticmethod
    def pickup_not_booked(
        parent: strawberry.Parent["OneTapReturnSuccess"], info: Info
    ) -> PickupNotBooked | None:
        if not parent.pickup_later:
            return None
        message = N_("The pickup can be booked once the merchant has approved.")
        told = translate(info.context.language, message)
        return PickupNotBooked(code="AFTER_APPROVAL", message=told)


async def _opened(context: Context, success: OneTapReturnSuccess) -> CoreReturn:
    return await context.loaders.known(returns_by_id, success.return_id)


@strawberry.type(description="The return is called off.")
class ReturnCancelSuccess(OfReturn):
    pass


@strawberry.type(description="The goods are on their way.")
class WaybillSubmitSuccess(OfReturn):
    refund: Refund = loaded(refunds_by_return, by="return_id", description="The money.")


@strawberry.type(description="The platform decides.")
class DisputeOpenSuccess(OfReturn):
    pass


OneTapReturnResult = Annotated[
    OneTapReturnSuccess
    | NotReceived
    | CategoryNotReturnable
    | ReturnRightWaived
    | ReturnWindowClosed
    | QuantityNotLeft
    | PickupNotOffered
    | AddressNeeded
    | SlotFull
    | SlotPast
    | SlotNotOffered
    | AnyRefusal,
    strawberry.union("OneTapReturnResult", description="The return, or why there is none."),
]
ReturnCancelResult = Annotated[
    ReturnCancelSuccess | ReturnNotCancellable | AnyRefusal,
    strawberry.union("ReturnCancelResult", description="The closed return, or why it is not."),
]
WaybillSubmitResult = Annotated[
    WaybillSubmitSuccess | ReturnNotAwaitingShipment | WaybillUsed | PickupFeeUnpaid | AnyRefusal,
    strawberry.union("WaybillSubmitResult", description="The refund, or why there is none yet."),
]
DisputeOpenResult = Annotated[
    DisputeOpenSuccess | ReturnNotDisputable | AnyRefusal,
    strawberry.union("DisputeOpenResult", description="The return, or why nothing is disputed."),
]
