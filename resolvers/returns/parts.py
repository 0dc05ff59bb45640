"""What a return consists of, apart from its pickup and its refund."""

from datetime import datetime

import strawberry

from bff.domain.policy.model import Courier
from bff.domain.returns import model
from bff.domain.returns.next_actions import Actor, NextActionCode
from bff.domain.returns.next_actions import NextAction as CoreAction
from bff.domain.returns.rules.deadlines import Deadline as CoreDeadline
from bff.graphql.context import Context
from bff.locale.messages import say
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return, returns_by_id
from resolvers.fields import Info, answers, shown, shows
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


@shows(Courier, description="A courier company (快递公司).")
class CourierCompany:
    code: str = shown("Names the company; `waybillSubmit` takes it.")

    @answers("Its name.")
    @staticmethod
    def name(parent: strawberry.Parent[Courier], info: Info) -> str:
        return parent.name.in_(info.context.language)


async def courier_of(context: Context, return_id: str, code: str) -> Courier | None:
    this_return = await context.loaders.known(returns_by_id, return_id)
    return (await context.policy(this_return.policy_version)).courier(code)


@shows(CoreDeadline, description="Until when something is to happen.")
class Deadline:
    what: model.DeadlineKind = shown("What is to happen.")
    at: datetime = shown("Until when.")

    @answers("What is to happen, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[CoreDeadline], info: Info) -> str:
        return say(info.context.language, DEADLINES[parent.what])

    @answers("What happens when it passes, in words.")
    @staticmethod
    def then_what(parent: strawberry.Parent[CoreDeadline], info: Info) -> str:
        return say(info.context.language, THEN_WHAT[parent.what])


@shows(model.Missed, description="A deadline that has passed.")
class MissedDeadline:
    what: model.DeadlineKind = shown("What was to happen.")
    due_at: datetime = shown("Until when it was to happen.")
    missed_at: datetime = shown("When that was noted.")

    @answers("What has not happened, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.Missed], info: Info) -> str:
        return say(info.context.language, MISSED[parent.what])


@shows(CoreAction, description="What can or will happen next.")
class NextAction:
    code: NextActionCode = shown("What it is.")
    actor: Actor = shown("Who does it.")
    by: datetime | None = shown("Until when, where there is a deadline.")

    @answers("What it is, in words.")
    @staticmethod
    def title(parent: strawberry.Parent[CoreAction], info: Info) -> str:
        return say(info.context.language, NEXT_ACTIONS[parent.code])


@shows(model.Return, description="The parcel's number on its way back (运单).")
class Waybill:
    waybill_number: str = shown("The courier company's number.", name="number")
    waybill_by: model.WaybillSource = shown("Who entered it.", name="submittedBy")
    shipped_at: datetime = shown("When it was entered.", name="submittedAt")

    @answers("Who carries the parcel.", kind=CourierCompany)
    @staticmethod
    async def courier_company(
        parent: strawberry.Parent[model.Return], info: Info
    ) -> Courier | None:
        return await courier_of(info.context, parent.id, parent.courier_company or "")


@shows(model.Return, description="Why a merchant refused the request, or the goods.")
class MerchantRefusal:
    refused_at: datetime = shown("When.", name="at")
    refused_because: model.RefusedBecause = shown("Why.", name="reason")
    goods_refused: bool = shown("Whether the goods were refused, and not the request.")
    refusal_note: str = shown("The merchant's own words; may be empty.", name="note")
    refusal_photos: list[str] = shown("Addresses of the merchant's pictures.", name="photos")
    disputed_at: datetime | None = shown("When the shopper objected.")

    @answers("Why, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.Return], info: Info) -> str:
        because = parent.refused_because or model.RefusedBecause.OTHER
        return say(info.context.language, REFUSALS[because])
