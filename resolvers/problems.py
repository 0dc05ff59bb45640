"""Expected refusals as the client sees them: one place where the domain's are translated."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar, cast

import strawberry

from bff.core import refusal as core
from bff.locale.messages import N_, Fact, say
from bff.pickups import refusals as pickups
from bff.pickups.model import PickupStatus
from bff.returns import refusals as returns
from bff.returns.model import ReturnStatus
from resolvers.edges import Info, answers, shown
from resolvers.pickup_slots import PickupSlot
from resolvers.wording import PICKUP_STATUSES, STATUSES

MESSAGES: dict[type[core.Refusal], str] = {
    core.InvalidInput: N_("{field} is not right: {expected} is expected."),
    core.NotFound: N_("There is nothing of yours under this {field}."),
    core.IdempotencyConflict: N_("This idempotency key was used with another input."),
    returns.NotReceived: N_("The goods are not received yet: the 7 days begin with receipt."),
    returns.CategoryNotReturnable: N_("{category} is never returnable without a reason."),
    returns.ReturnRightWaived: N_("You confirmed at purchase: it cannot be returned."),
    returns.ReturnWindowClosed: N_("The return window closed on {closed_on}."),
    returns.QuantityNotLeft: N_("{asked} asked for, {left} left."),
    returns.ReturnNotCancellable: N_("The return cannot be cancelled any more: {status}."),
    returns.ReturnNotAwaitingShipment: N_("The return is not waiting for the goods: {status}."),
    returns.WaybillUsed: N_("Other goods travel under waybill {waybill_number}."),
    pickups.SlotFull: N_("No place is left in this slot."),
    pickups.SlotPast: N_("This slot has begun already."),
    pickups.SlotNotOffered: N_("Couriers are called from {opens_hour}:00 to {closes_hour}:00."),
    pickups.PickupNotOffered: N_("Door pickup is not offered: {level} stars, from {level_needed}."),
    pickups.AddressNeeded: N_("Where is the courier to come? Give an address."),
    pickups.PickupBookedAlready: N_("A pickup is booked already."),
    pickups.PickupNotCancellable: N_("The pickup cannot be cancelled any more: {status}."),
}


@strawberry.interface(description="An expected refusal: nothing was changed.")
class UserError:
    refusal: strawberry.Private[core.Refusal]
    code: str = shown("Names the refusal; it does not change with the language.")

    @answers("The refusal in words, fit to be shown: also by an app that does not know its type.")
    @staticmethod
    async def message(parent: strawberry.Parent["UserError"], info: Info) -> str:
        facts = await _facts(parent.refusal, info)
        return say(info.context.language, MESSAGES[type(parent.refusal)], **facts)


View = TypeVar("View", bound=type[UserError])
VIEWS: dict[type[core.Refusal], type[UserError]] = {}


def refuses(refusal: type[core.Refusal], description: str) -> Callable[[View], View]:
    """The type that shows this refusal, each fact under its own name."""

    def declare(view: View) -> View:
        VIEWS[refusal] = strawberry.type(view, description=description)
        return view

    return declare


def translate(refusal: core.Refusal) -> UserError:
    view = VIEWS[type(refusal)]
    names = [one.name for one in fields(view) if one.init and one.name != "refusal"]
    return view(refusal=refusal, **{name: getattr(refusal, name) for name in names})


async def _facts(refusal: core.Refusal, info: Info) -> dict[str, Fact]:
    """In the client's language."""
    facts = {one.name: getattr(refusal, one.name) for one in fields(cast("Any", refusal))}
    if isinstance(refusal, returns.CategoryNotReturnable):
        policy = await info.context.current_policy()
        facts["category"] = policy.category_title(refusal.category, info.context.language)
    if isinstance(refusal, core.InvalidInput):
        facts["expected"] = say(info.context.language, refusal.expected, **refusal.facts)
    return {name: _told(value, info) for name, value in facts.items()}


def _told(value: object, info: Info) -> Fact:
    match value:
        case ReturnStatus():
            return say(info.context.language, STATUSES[value])
        case PickupStatus():
            return say(info.context.language, PICKUP_STATUSES[value])
        case str() | int() | date():
            return value
        case _:
            return None


@refuses(core.InvalidInput, "A field of the input cannot be as it is.")
class InvalidInput(UserError):
    field: str = shown("The field's path in the input.")

    @answers("What would be right, in words.")
    @staticmethod
    def expected(parent: strawberry.Parent["InvalidInput"], info: Info) -> str:
        refusal = cast("core.InvalidInput", parent.refusal)
        return say(info.context.language, refusal.expected, **refusal.facts)


@refuses(core.NotFound, "Unknown, or another shopper's: the two look the same.")
class NotFound(UserError):
    field: str = shown("The field of the input that names it.")


@refuses(core.IdempotencyConflict, "The idempotency key was used with another input.")
class IdempotencyConflict(UserError):
    idempotency_key: str = shown("The key.")


@refuses(returns.NotReceived, "The goods are not received yet.")
class NotReceived(UserError):
    pass


@refuses(returns.CategoryNotReturnable, "The law excepts the category from no-reason returns.")
class CategoryNotReturnable(UserError):
    category: str = shown("Names the category.")


@refuses(returns.ReturnRightWaived, "The shopper confirmed at purchase: no return.")
class ReturnRightWaived(UserError):
    pass


@refuses(returns.ReturnWindowClosed, "More than 7 days since the day after receipt.")
class ReturnWindowClosed(UserError):
    closed_on: date = shown("The last day on which it could be returned, in Shanghai.")


@refuses(returns.QuantityNotLeft, "More than was bought and not yet returned.")
class QuantityNotLeft(UserError):
    asked: int = shown("How many were asked for.")
    left: int = shown("How many are left.")


@refuses(returns.ReturnNotCancellable, "The goods are on their way, or the return has ended.")
class ReturnNotCancellable(UserError):
    status: ReturnStatus = shown("The return's status.")


@refuses(returns.ReturnNotAwaitingShipment, "Not approved yet, or the goods are on their way.")
class ReturnNotAwaitingShipment(UserError):
    status: ReturnStatus = shown("The return's status.")


@refuses(returns.WaybillUsed, "The waybill is another parcel's.")
class WaybillUsed(UserError):
    waybill_number: str = shown("The number.")


@refuses(pickups.SlotFull, "Somebody else got the last place.")
class SlotFull(UserError):
    alternatives: list[PickupSlot] = shown("Slots that have places left, the next first.")


@refuses(pickups.SlotPast, "The slot has begun.")
class SlotPast(UserError):
    started_at: datetime = shown("When it began.")
    alternatives: list[PickupSlot] = shown("Slots that have places left, the next first.")


@refuses(pickups.SlotNotOffered, "No such slot, too far ahead, or outside the couriers' hours.")
class SlotNotOffered(UserError):
    opens_hour: int = shown("From which hour couriers are called, in Shanghai.")
    closes_hour: int = shown("Until which hour.")
    alternatives: list[PickupSlot] = shown("Slots that have places left, the next first.")


@refuses(pickups.PickupNotOffered, "The star level, or the currency, has no door pickup.")
class PickupNotOffered(UserError):
    level: int = shown("The shopper's star level.")
    level_needed: int = shown("The level from which it is offered.")


@refuses(pickups.AddressNeeded, "The shopper has no address on file, and gave none.")
class AddressNeeded(UserError):
    pass


@refuses(pickups.PickupBookedAlready, "The return has a pickup.")
class PickupBookedAlready(UserError):
    pickup_id: strawberry.ID = shown("The pickup that is booked.")


@refuses(pickups.PickupNotCancellable, "Collected, or cancelled before.")
class PickupNotCancellable(UserError):
    status: PickupStatus = shown("The pickup's status.")
