"""Expected refusals as the client sees them: one place where the domain's are translated."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar, cast

import strawberry

from bff.core import refusal as core
from bff.core.money import Money
from bff.domain.pickups.model import PickupStatus
from bff.domain.pickups.refusals import PickupNotOffered, SlotAbsence
from bff.domain.returns import refusals as returns
from bff.domain.returns.model import ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.locale.messages import N_, Fact, translate
from resolvers.fields import Info, attribute, resolved, view_of
from resolvers.messages.inputs import INVALID, NOT_FOUND, field_words
from resolvers.messages.pickups import (
    PICKUP_ABSENCES,
    PICKUP_STATUSES,
    SLOT_ABSENCES,
)
from resolvers.messages.returns import COURIER_HAS_GOODS, EVENTS, STATUSES
from resolvers.messages.rules import NOTHING_LEFT


@strawberry.interface(description="An expected refusal: nothing was changed.")
class UserError:
    refusal: strawberry.Private[core.Refusal]
    code: str = attribute("Names the refusal; it does not change with the language.")

    @resolved("The refusal in words, fit to be shown: also by an app that does not know its type.")
    @staticmethod
    async def message(parent: strawberry.Parent["UserError"], info: Info) -> str:
        return await message_of(parent.refusal, info)


View = TypeVar("View", bound=type[UserError])
VIEWS: dict[type[core.Refusal], type[UserError]] = {}
MESSAGES: dict[type[core.Refusal], str] = {}


def refuses(refusal: type[core.Refusal], message: str, description: str) -> Callable[[View], View]:
    """The type that shows this refusal, each fact under its own name and in its `message`."""

    def declare(view: View) -> View:
        VIEWS[refusal] = strawberry.type(view, description=description)
        MESSAGES[refusal] = message
        return view

    return declare


def user_error(refusal: core.Refusal) -> UserError:
    view = VIEWS[type(refusal)]
    names = [one.name for one in fields(view) if one.init and one.name != "refusal"]
    return view(refusal=refusal, **{name: getattr(refusal, name) for name in names})


async def message_of(refusal: core.Refusal, info: Info) -> str:
    """The refusal in the client's language."""
    facts = await _message_facts(refusal, info)
    return translate(info.context.language, _sentence(refusal), **facts)


def _sentence(refusal: core.Refusal) -> str:
    """The refusal's own message, unless its facts would contradict it."""
    match refusal:
        case returns.QuantityNotLeft(left=0):
            return NOTHING_LEFT
        case returns.ReturnNotCancellable(status=ReturnStatus.AWAITING_RETURN_SHIPMENT):
            return COURIER_HAS_GOODS
        case returns.ReturnNotDisputable(status=ReturnStatus.MERCHANT_REFUSED):
            return EVENTS[RefundEvent.DISPUTE_OPENED]
        case _:
            return MESSAGES[type(refusal)]


async def _message_facts(refusal: core.Refusal, info: Info) -> dict[str, Fact]:
    """Those that a message can hold, in the client's language."""
    language = info.context.language
    facts = {one.name: getattr(refusal, one.name) for one in fields(cast("Any", refusal))}
    if isinstance(refusal, returns.CategoryNotReturnable):
        policy = await info.context.current_policy()
        facts["category"] = policy.category_title(refusal.category, language)
    if isinstance(refusal, PickupNotOffered):
        level, needed = refusal.level, refusal.level_needed
        text = PICKUP_ABSENCES[refusal.reason]
        facts["reason"] = translate(language, text, level=level, level_needed=needed)
    if isinstance(refusal, core.InvalidInput):
        facts["expected"] = translate(language, refusal.expected, **refusal.facts)
    if isinstance(refusal, core.InvalidInput | core.NotFound):
        facts["field"] = translate(language, field_words(refusal.field))
    for name, value in facts.items():
        match value:
            case ReturnStatus():
                facts[name] = translate(language, STATUSES[value])
            case PickupStatus():
                facts[name] = translate(language, PICKUP_STATUSES[value])
            case SlotAbsence():
                facts[name] = translate(language, SLOT_ABSENCES[value])
            case str() | int() | date() | Money():
                pass
            case _:
                facts[name] = None
    return facts


def _expected(invalid: core.InvalidField, info: Info) -> str:
    return translate(info.context.language, invalid.expected, **invalid.facts)


@view_of(core.InvalidField, description="A field of an input that is wrong.")
class InvalidField:
    field: str = attribute("The field's path in the input.")

    @resolved("What is expected there, in words.")
    @staticmethod
    def expected(parent: strawberry.Parent[core.InvalidField], info: Info) -> str:
        return _expected(parent, info)

    @resolved("What to check, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[core.InvalidField], info: Info) -> str:
        facts = {"field": translate(info.context.language, field_words(parent.field))}
        expected = _expected(parent, info)
        return translate(info.context.language, INVALID, expected=expected, **facts)


@refuses(
    core.InvalidInput,
    INVALID,
    "A field of the input is invalid.",
)
class InvalidInput(UserError):
    field: str = attribute("The field's path in the input.")

    @resolved("What is expected, in words.")
    @staticmethod
    def expected(parent: strawberry.Parent["InvalidInput"], info: Info) -> str:
        return _expected(cast("core.InvalidInput", parent.refusal).errors[0], info)

    errors: list[InvalidField] = attribute("Every field that is wrong, this one first.")


@refuses(
    core.NotFound,
    NOT_FOUND,
    "Unknown, or another shopper's: the two look the same.",
)
class NotFound(UserError):
    field: str = attribute("The field of the input that names it.")


@refuses(
    core.IdempotencyConflict,
    N_("This request was sent before with other content: please start again."),
    "The idempotency key was used with another input.",
)
class IdempotencyConflict(UserError):
    idempotency_key: str = attribute("The key.")


@refuses(
    returns.ReturnNotAwaitingShipment,
    N_("The goods cannot be sent now: {status}."),
    "Not approved yet, or the goods are on their way.",
)
class ReturnNotAwaitingShipment(UserError):
    status: ReturnStatus = attribute("The return's status.")
