"""What a return consists of, apart from its pickup and its refund."""

from datetime import datetime

import strawberry
from msgspec import convert

from bff.core import money
from bff.domain.evidence import model as evidence
from bff.domain.pickups import companies
from bff.domain.returns import model
from bff.domain.returns import next_actions as actions
from bff.domain.returns.rules import deadlines as rules_deadlines
from bff.locale.messages import translate
from resolvers.fields import Info, attribute, resolved, view_of
from resolvers.messages.returns import (
    DEADLINES,
    IF_SILENT,
    IF_SILENT_APPROVED,
    IF_SILENT_DEDUCTED,
    MISSED_DEADLINES,
    NEXT_ACTIONS,
    PICKUP_FROM,
    REFUSAL_REASONS,
    THEN_APPROVED,
    THEN_DEDUCTED,
    THEN_FEE_OWED,
    THEN_WHAT,
)
from resolvers.money import Money
from resolvers.pickups.types import CourierCompany, courier_of
from resolvers.subjects import load_case


@view_of(rules_deadlines.Deadline, description="Until when something is to happen.")
class Deadline:
    what: model.DeadlineKind = attribute("What is to happen.")
    at: datetime = attribute("Until when.")

    @resolved("What is to happen, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[rules_deadlines.Deadline], info: Info) -> str:
        return translate(info.context.language, DEADLINES[parent.what])

    @resolved("What happens when it passes, in words.")
    @staticmethod
    def then_what(parent: strawberry.Parent[rules_deadlines.Deadline], info: Info) -> str:
        special = {
            THEN_APPROVED: parent.approves,
            THEN_DEDUCTED: parent.deducts,
            THEN_FEE_OWED: parent.of_fee_alone,
        }
        words = next((each for each, applies in special.items() if applies), THEN_WHAT[parent.what])
        return translate(info.context.language, words)


@view_of(model.MissedDeadline, description="A deadline that has passed.")
class MissedDeadline:
    what: model.DeadlineKind = attribute("What was to happen.")
    due_at: datetime = attribute("Until when it was to happen.")
    missed_at: datetime = attribute("When that was noted.")

    @resolved("What has not happened, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.MissedDeadline], info: Info) -> str:
        return translate(info.context.language, MISSED_DEADLINES[parent.what])


@view_of(actions.NextAction, description="What can or will happen next.")
class NextAction:
    code: actions.NextActionCode = attribute("What it is.")
    actor: actions.Actor = attribute("Who does it.")
    by: datetime | None = attribute("Until when, where there is a deadline.")

    possible_from: datetime | None = attribute("From when, where it is not possible now.")

    @resolved("What it is, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[actions.NextAction], info: Info) -> str:
        language = info.context.language
        if parent.possible_from:
            return translate(language, PICKUP_FROM, at=parent.possible_from)
        return translate(language, NEXT_ACTIONS[parent.code])


@view_of(model.Return, description="The parcel's number on its way back (运单).")
class Waybill:
    waybill_number: str = attribute("The courier company's number.", name="number")
    waybill_by: model.WaybillSource = attribute("Who entered it.", name="submittedBy")
    waybill_at: datetime = attribute("When it was entered, or corrected last.", name="submittedAt")

    @resolved("Who carries the parcel.", kind=CourierCompany)
    @staticmethod
    async def courier_company(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> companies.CourierCompany:
        return await courier_of(info.context, parent.id, parent.courier_company or "")


@view_of(model.Deduction, description="What a merchant keeps back of the money, and why.")
class Deduction:
    ground: model.RefusedBecause = attribute("Why.")
    amount: Money = attribute("How much.")
    note: str = attribute("The merchant's own words; may be empty.")
    photos: list[str] = attribute("Addresses of the merchant's pictures.")

    @resolved("Why, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.Deduction], info: Info) -> str:
        return translate(info.context.language, REFUSAL_REASONS[parent.ground])


@view_of(
    model.Return, description="Why a merchant refused the request, or the goods, or a part of it."
)
class MerchantRefusal:
    refused_at: datetime = attribute("When.", name="at")
    refused_because: model.RefusedBecause = attribute("Why.", name="reason")
    goods_refused: bool = attribute("Whether the goods were refused, and not the request.")
    refusal_note: str = attribute("The merchant's own words; may be empty.", name="note")
    refusal_photos: list[str] = attribute("Addresses of the merchant's pictures.", name="photos")
    disputed_at: datetime | None = attribute("When the shopper objected.")

    @resolved("Why, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.Return], info: Info) -> str:
        because = parent.refused_because or model.RefusedBecause.OTHER
        return translate(info.context.language, REFUSAL_REASONS[because])

    @resolved(
        "What the merchant keeps back of the money, where it accepted the goods in part.",
        kind=list[Deduction],
    )
    @staticmethod
    def deductions(parent: strawberry.Parent[model.Return]) -> list[model.Deduction]:
        return convert(parent.deductions, list[model.Deduction])

    @resolved("Until when the shopper can object; null once they have, and after the end.")
    @staticmethod
    async def object_by(parent: strawberry.Parent[model.Return], info: Info) -> datetime | None:
        deadline = await _time_to_object(info, parent)
        return deadline.at if deadline else None

    @resolved("What happens where the shopper does not object by then, in words.")
    @staticmethod
    async def if_silent(parent: strawberry.Parent[model.Return], info: Info) -> str | None:
        deadline = await _time_to_object(info, parent)
        if deadline is None:
            return None
        language = info.context.language
        if deadline.deducts:
            kept = [one.amount for one in convert(parent.deductions, list[model.Deduction])]
            deducted = money.Money(sum(one.minor for one in kept), kept[0].currency)
            return translate(language, IF_SILENT_DEDUCTED, by=deadline.at, deducted=deducted)
        words = IF_SILENT_APPROVED if deadline.approves else IF_SILENT
        return translate(language, words, by=deadline.at)


async def _time_to_object(info: Info, this_return: model.Return) -> rules_deadlines.Deadline | None:
    policy = await info.context.policy(this_return.policy_version)
    counting = rules_deadlines.deadlines(await load_case(info.context, this_return), policy)
    return next((one for one in counting if one.what is model.DeadlineKind.DISPUTE), None)


@view_of(evidence.Photo, description="A photo of a return, encoded anew without its metadata.")
class Photo:
    id: strawberry.ID = attribute("Names the photo.")
    width: int = attribute("In pixels, upright; at most 2048.")
    height: int = attribute("In pixels, upright; at most 2048.")

    @resolved("A link to the JPEG file, for anyone who has it; it expires in 15 to 30 minutes.")
    @staticmethod
    def url(parent: strawberry.Parent[evidence.Photo], info: Info) -> str:
        return info.context.links.view(parent, evidence.Size.PHOTO, info.context.now)

    @resolved("The same for the thumbnail of 320 pixels.")
    @staticmethod
    def thumbnail_url(parent: strawberry.Parent[evidence.Photo], info: Info) -> str:
        return info.context.links.view(parent, evidence.Size.THUMBNAIL, info.context.now)
