"""Why the pickup of a tap is not booked, and the times that are offered instead (P9)."""

from typing import Any

import strawberry
from msgspec import convert, to_builtins

from bff.core.refusal import Refusal
from bff.domain.pickups.refusals import WITHOUT_PICKUP, SlotNotOffered
from bff.domain.pickups.slots import OpenSlot
from bff.locale.messages import N_, translate
from resolvers.fields import Info, resolved
from resolvers.pickups.slots import PickupSlot, slot_title
from resolvers.user_errors import message_of

StoredRefusal = dict[str, Any]
BY_CODE = {refusal.code: refusal for refusal in WITHOUT_PICKUP}


def to_stored(refusal: Refusal) -> StoredRefusal:
    return {"code": refusal.code, "facts": to_builtins(refusal)}


def refusal_from(stored: StoredRefusal) -> Refusal:
    return convert(stored["facts"], BY_CODE[stored["code"]])


@strawberry.type(description="Why a requested pickup is not booked, and when a courier can come.")
class PickupNotBooked:
    refusal: strawberry.Private[Refusal]

    @resolved(
        "Names the reason: AFTER_APPROVAL, OUT_OF_HOURS, CLOSED_DAY, SLOT_FULL, SLOT_PAST, "
        "SLOT_NOT_OFFERED, ADDRESS_NEEDED or PICKUP_NOT_OFFERED."
    )
    @staticmethod
    def code(parent: strawberry.Parent["PickupNotBooked"]) -> str:
        refusal = parent.refusal
        return refusal.reason if isinstance(refusal, SlotNotOffered) else refusal.code

    @resolved("The reason in words, with the next time at which a courier can come.")
    @staticmethod
    async def message(parent: strawberry.Parent["PickupNotBooked"], info: Info) -> str:
        reason, others = await message_of(parent.refusal, info), slots_of(parent.refusal)
        if not others:
            return reason
        language = info.context.language
        text = N_("{reason} The next possible time: {slot}.")
        return translate(language, text, reason=reason, slot=slot_title(others[0].slot, language))

    @resolved(
        "Times that have places left, the next first: `pickupBook` takes their ids.",
        kind=list[PickupSlot],
    )
    @staticmethod
    def alternatives(parent: strawberry.Parent["PickupNotBooked"]) -> list[OpenSlot]:
        return slots_of(parent.refusal)


def slots_of(refusal: Refusal) -> list[OpenSlot]:
    """None where the time is not what is wrong."""
    slots: list[OpenSlot] = getattr(refusal, "alternatives", [])
    return slots
