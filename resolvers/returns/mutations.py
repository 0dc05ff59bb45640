"""What a shopper can do about a return."""

import strawberry

from bff.db.transaction import Tx
from bff.domain.pickups import model as pickups
from bff.domain.pickups.refusals import AfterApproval
from bff.domain.refunds import model as refunds
from bff.domain.returns.commands import returns as commands
from bff.domain.returns.commands import waybill
from bff.domain.returns.rules.returnability import pickup_terms
from loaders.batch import Rows
from loaders.orders import lines_by_id, merchants_by_id, orders_by_id, return_addresses
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return, returns_by_id
from resolvers.fields import Info, loaded, resolved
from resolvers.mutation_fields import ReturnMutationSuccess, mutation
from resolvers.orders.quotes import PickupQuote, RefundQuote
from resolvers.pickups.offers import PickupNotBooked, StoredRefusal, refusal_from, to_stored
from resolvers.pickups.user_errors import (
    AddressNeeded,
    PickupFeeUnpaid,
    PickupNotOffered,
    SlotFull,
    SlotNotOffered,
    SlotPast,
)
from resolvers.refunds.types import Refund
from resolvers.refunds.user_errors import QuantityNotLeft
from resolvers.returns.inputs import (
    OneTapReturnInput,
    ReturnCancelInput,
    WaybillSubmitInput,
    tap_of,
)
from resolvers.returns.user_errors import (
    CategoryNotReturnable,
    NotReceived,
    ParcelReceived,
    ReturnNotCancellable,
    ReturnRightWaived,
    ReturnWindowClosed,
    WaybillUsed,
)
from resolvers.subjects import load_subject
from resolvers.user_errors import ReturnNotAwaitingShipment


@strawberry.type(description="The return is open.")
class OneTapReturnSuccess(ReturnMutationSuccess):
    not_booked: strawberry.Private[StoredRefusal | None] = None
    pickup_later: strawberry.Private[bool] = False  # of results that an earlier version stored

    @resolved("What comes back, and when.", kind=RefundQuote)
    @staticmethod
    async def refund_quote(
        parent: strawberry.Parent["OneTapReturnSuccess"], info: Info
    ) -> refunds.RefundQuote:
        loaders = info.context.loaders
        opened = await loaders.require(returns_by_id, parent.return_id)
        refund = await loaders.require(refunds_by_return, parent.return_id)
        return refunds.RefundQuote(opened.quantity, refund.amount, opened.advance_at_waybill)

    @resolved("What a pickup costs; null where none is offered.", kind=PickupQuote | None)
    @staticmethod
    async def pickup_quote(
        parent: strawberry.Parent["OneTapReturnSuccess"], info: Info
    ) -> pickups.PickupQuote | None:
        loaders = info.context.loaders
        opened = await loaders.require(returns_by_id, parent.return_id)
        line = await loaders.require(lines_by_id, opened.order_line_id)
        return pickup_terms(await load_subject(info.context, line, opened.star_level))

    @resolved("Null unless a pickup was requested and is not booked.", kind=PickupNotBooked | None)
    @staticmethod
    def pickup_not_booked(
        parent: strawberry.Parent["OneTapReturnSuccess"],
    ) -> PickupNotBooked | None:
        if parent.pickup_later:
            return PickupNotBooked(refusal=AfterApproval())
        if parent.not_booked:
            return PickupNotBooked(refusal=refusal_from(parent.not_booked))
        return None


def rows_of_tap(tap: commands.TapResult) -> Rows:
    """What a tap has written, and what it has read for that."""
    case, subject, key = tap.case, tap.subject, tap.return_id
    return {
        returns_by_id.fetch: {key: case.this_return},
        refunds_by_return.fetch: {key: case.refund},
        pickups_by_return.fetch: {key: case.pickup},
        missed_by_return.fetch: {key: case.missed},
        lines_by_id.fetch: {subject.line.id: subject.line},
        orders_by_id.fetch: {subject.order.id: subject.order},
        merchants_by_id.fetch: {subject.merchant.id: subject.merchant},
        return_addresses.fetch: {case.this_return.return_address_key: tap.goes_to},
    }


@strawberry.type(description="The return is cancelled.")
class ReturnCancelSuccess(ReturnMutationSuccess):
    pass


@strawberry.type(description="The goods are on their way.")
class WaybillSubmitSuccess(ReturnMutationSuccess):
    refund: Refund = loaded(refunds_by_return, by="return_id", description="The refund.")


@strawberry.type
class ReturnMutations:
    @mutation(
        "Open a return, and have it picked up, in one tap: approved in the same answer where "
        "express return applies, or else put to the merchant, who has 72 hours.",
        refusals=[
            NotReceived,
            CategoryNotReturnable,
            ReturnRightWaived,
            ReturnWindowClosed,
            QuantityNotLeft,
            PickupNotOffered,
            AddressNeeded,
            SlotFull,
            SlotPast,
            SlotNotOffered,
        ],
        result="The return, or why there is none.",
    )
    @staticmethod
    async def one_tap_return(
        tx: Tx, shopper_id: str, inputs: OneTapReturnInput
    ) -> OneTapReturnSuccess:
        tap = await commands.one_tap(tx, shopper_id, tap_of(inputs))
        return OneTapReturnSuccess(
            return_id=tap.return_id,
            not_booked=to_stored(tap.not_booked) if tap.not_booked else None,
            written=rows_of_tap(tap),
        )

    @mutation(
        "Cancel a return while the goods are with the shopper; its pickup is cancelled too.",
        refusals=[ReturnNotCancellable],
        result="The closed return, or why it is not.",
    )
    @staticmethod
    async def return_cancel(
        tx: Tx, shopper_id: str, inputs: ReturnCancelInput
    ) -> ReturnCancelSuccess:
        await commands.cancel_return(tx, shopper_id, inputs.return_id)
        return ReturnCancelSuccess(return_id=inputs.return_id)

    @mutation(
        "Submit the waybill number of the goods: an express return's refund is then advanced "
        "within a second. While they are on their way, another number corrects the former one.",
        refusals=[ReturnNotAwaitingShipment, WaybillUsed, PickupFeeUnpaid, ParcelReceived],
        result="The refund, or why there is none yet.",
    )
    @staticmethod
    async def waybill_submit(
        tx: Tx, shopper_id: str, inputs: WaybillSubmitInput
    ) -> WaybillSubmitSuccess:
        company, number = inputs.courier_company, inputs.waybill_number
        await waybill.submit_waybill(tx, shopper_id, inputs.return_id, company, number)
        return WaybillSubmitSuccess(return_id=inputs.return_id)
