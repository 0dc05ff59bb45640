"""Whether an order can be refunded before it is shipped: R10."""

import strawberry

from bff.domain.returns.rules import refundability as model
from bff.domain.returns.rules.table import RuleCode
from bff.locale.messages import N_, translate
from resolvers.fields import Info, attribute, resolved, view_of
from resolvers.money import Money
from resolvers.orders.returnability import RuleCheck, rule_messages


@view_of(model.Refundability, description="Whether and how an order can be refunded unshipped.")
class Refundability:
    refundable: bool = attribute("Whether it can be refunded without the goods.")
    express: bool = attribute("Whether the money would be back at once (极速退款).")
    amount: Money = attribute("What comes back for all that is left.")
    rules: list[RuleCheck] = attribute("Every rule that was checked.")

    @resolved("The outcome in words.")
    @staticmethod
    async def message(parent: strawberry.Parent[model.Refundability], info: Info) -> str:
        language = info.context.language
        if parent.express:
            return translate(language, N_("{amount} back at once."), amount=parent.amount)
        if parent.refundable:
            hours = parent.merchant_answer_hours
            return translate(language, N_("The merchant has {hours} hours to answer."), hours=hours)
        failed = next(rule for rule in parent.rules if not rule.passed)
        if failed.code is RuleCode.QUANTITY_LEFT:
            return translate(language, N_("Nothing is left to refund."))
        messages = await rule_messages(info.context)
        return messages.reason(failed.code, False, failed.facts)
