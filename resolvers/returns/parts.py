"""What a return consists of, apart from its pickup and its refund."""

from datetime import datetime

import strawberry

from bff.domain.policy.model import CourierCompany as CoreCompany
from bff.domain.returns import model
from bff.domain.returns.next_actions import Actor, NextActionCode
from bff.domain.returns.next_actions import NextAction as CoreAction
from bff.domain.returns.rules.deadlines import Deadline as CoreDeadline
from bff.graphql.context import Context
from bff.locale.messages import translate
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return, returns_by_id
from resolvers.fields import Info, attribute, resolved, view_of
from resolvers.returns.messages import DEADLINES, MISSED, NEXT_ACTIONS, REFUSALS, THEN_WHAT


async def case_for(context: Context, this_return: model.Return) -> model.Case:
    """The return with all that decides what is to happen next."""
    load = context.loaders
    pickup = await load.load(pickups_by_return, this_return.id)
    return model.Case(
        this_return,
        await load.known(refunds_by_return, this_return.id),
        pickup,
        await load.known(missed_by_return, this_return.id),
    )


@view_of(CoreCompany, description="A courier company (快递公司).")
class CourierCompany:
    code: str = attribute("Names the company; `waybillSubmit` takes it.")

    @resolved("Its name.")
    @staticmethod
    def name(parent: strawberry.Parent[CoreCompany], info: Info) -> str:
        return parent.name.in_(info.context.language)


async def courier_of(context: Context, return_id: str, code: str) -> CoreCompany | None:
    this_return = await context.loaders.known(returns_by_id, return_id)
    return (await context.policy(this_return.policy_version)).courier(code)


@view_of(CoreDeadline, description="Until when something is to happen.")
class Deadline:
    what: model.DeadlineKind = attribute("What is to happen.")
    at: datetime = attribute("Until when.")

    @resolved("What is to happen, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[CoreDeadline], info: Info) -> str:
        return translate(info.context.language, DEADLINES[parent.what])

    @resolved("What happens when it passes, in words.")
    @staticmethod
    def then_what(parent: strawberry.Parent[CoreDeadline], info: Info) -> str:
        return translate(info.context.language, THEN_WHAT[parent.what])


@view_of(model.Missed, description="A deadline that has passed.")
class MissedDeadline:
    what: model.DeadlineKind = attribute("What was to happen.")
    due_at: datetime = attribute("Until when it was to happen.")
    missed_at: datetime = attribute("When that was noted.")

    @resolved("What has not happened, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.Missed], info: Info) -> str:
        return translate(info.context.language, MISSED[parent.what])


@view_of(CoreAction, description="What can or will happen next.")
class NextAction:
    code: NextActionCode = attribute("What it is.")
    actor: Actor = attribute("Who does it.")
    by: datetime | None = attribute("Until when, where there is a deadline.")

    @resolved("What it is, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[CoreAction], info: Info) -> str:
        return translate(info.context.language, NEXT_ACTIONS[parent.code])


@view_of(model.Return, description="The parcel's number on its way back (运单).")
class Waybill:
    waybill_number: str = attribute("The courier company's number.", name="number")
    waybill_by: model.WaybillSource = attribute("Who entered it.", name="submittedBy")
    shipped_at: datetime = attribute("When it was entered.", name="submittedAt")

    @resolved("Who carries the parcel.", kind=CourierCompany)
    @staticmethod
    async def courier_company(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> CoreCompany | None:
        return await courier_of(info.context, parent.id, parent.courier_company or "")


@view_of(model.Return, description="Why a merchant refused the request, or the goods.")
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
        return translate(info.context.language, REFUSALS[because])
