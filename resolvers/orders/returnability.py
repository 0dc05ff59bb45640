"""Whether a line can be returned, rule by rule (R3, R12), in the domain's verdict and in words."""

from collections.abc import Hashable, Sequence
from datetime import date, datetime

import strawberry

from bff.core.money import Money
from bff.domain.policy.model import Policy
from bff.domain.returns.rules import returnability as model
from bff.domain.returns.rules import table
from bff.graphql.context import Context
from bff.locale.language import Language
from bff.locale.messages import N_, Fact, translate
from resolvers.fields import Info, attribute, resolved, resolved_by_level, view_of
from resolvers.messages.rules import (
    ADVANCED_ALREADY,
    APPROVED_AT_ONCE,
    BASES,
    NEVER_ADVANCED,
    NOTHING_LEFT,
    OVER_THE_LIMIT,
    RULE_REASONS,
    RULE_TITLES,
    WINDOW_NOT_BEGUN,
)
from resolvers.orders.quotes import PickupQuote, RefundQuote


class RuleMessages:
    """What rules say in a language, and in a policy's words for categories.

    Lines of one order fail for the same reason: each sentence is made once.
    """

    def __init__(self, language: Language, policy: Policy) -> None:
        self.language = language
        self._policy = policy
        self._reasons: dict[Hashable, str] = {}
        self.approved_at_once = translate(language, APPROVED_AT_ONCE)

    def why(self, check: table.RuleCheck) -> str:
        if check.code is table.RuleCode.WITHIN_SEVEN_DAYS and check.deadline is None:
            return translate(self.language, WINDOW_NOT_BEGUN)
        if check.code is table.RuleCode.ADVANCE_LIMIT:
            return self._of_advance(check)
        return self.reason(check.code, check.passed, check.facts)

    def reason(self, code: table.RuleCode, passed: bool, facts: dict[str, table.Fact]) -> str:
        key = (code, passed, *facts.values())
        reason = self._reasons.get(key)
        if reason is None:
            sentence = RULE_REASONS[code, passed]
            if code is table.RuleCode.QUANTITY_LEFT and not facts["left"]:
                sentence = NOTHING_LEFT
            reason = translate(self.language, sentence, **self._readable(facts))
            self._reasons[key] = reason
        return reason

    def _of_advance(self, check: table.RuleCheck) -> str:
        facts, code = check.facts, check.code
        if check.passed:
            return self.reason(code, True, {})
        currency = facts.get("currency")
        if currency is None:  # as it was kept before amounts were shown
            return translate(self.language, OVER_THE_LIMIT)
        if facts["limit"] is None:
            return translate(self.language, NEVER_ADVANCED, currency=currency)
        sentence = ADVANCED_ALREADY if facts["advanced"] else RULE_REASONS[code, False]
        amounts = {
            name: Money(int(facts[name] or 0), str(currency))
            for name in ("amount", "limit", "advanced")
        }
        return translate(self.language, sentence, **amounts)

    def outcome(self, returnability: model.Returnability) -> str:
        if returnability.express:
            return self.approved_at_once
        if rule := returnability.forbidding:
            return self.reason(rule.code, False, rule.facts(returnability.request))
        hours = returnability.merchant_answer_hours
        return translate(
            self.language, N_("The merchant has {hours} hours to answer."), hours=hours
        )

    def _readable(self, facts: dict[str, table.Fact]) -> dict[str, Fact]:
        """Codes become titles, ISO dates become dates."""
        readable: dict[str, Fact] = dict(facts)
        if category := facts.get("category"):
            readable["category"] = self._policy.category_title(str(category), self.language)
        if on := facts.get("on"):
            readable["on"] = date.fromisoformat(str(on))
        return readable


async def rule_messages(context: Context) -> RuleMessages:
    return RuleMessages(context.language, await context.current_policy())


@view_of(table.RuleCheck, description="A rule, and whether it is met.")
class RuleCheck:
    code: table.RuleCode = attribute("Which rule.")
    passed: bool = attribute("Whether it is met.")
    scope: table.RuleScope = attribute("What is lost when it fails.", name="neededFor")
    deadline: datetime | None = attribute("Until when it is met, where time decides.")

    @resolved("The rule in words.")
    @staticmethod
    def title(parent: strawberry.Parent[table.RuleCheck], info: Info) -> str:
        return translate(info.context.language, RULE_TITLES[parent.code])

    @resolved_by_level("Why it is met, or not.", kind=str)
    @staticmethod
    async def why(parents: Sequence[table.RuleCheck], info: Info) -> list[str]:
        messages = await rule_messages(info.context)
        return [messages.why(parent) for parent in parents]

    @resolved("The law or the terms that the rule rests on.")
    @staticmethod
    def basis(parent: strawberry.Parent[table.RuleCheck], info: Info) -> str:
        return translate(info.context.language, BASES[parent.basis])


@view_of(model.Returnability, description="Whether and how a line can be returned, rule by rule.")
class Returnability:
    returnable: bool = attribute("Whether it can be returned at all.")
    express: bool = attribute("Whether a return would be approved at once.")
    until: datetime | None = attribute("The first moment at which it is too late.")
    rules: list[RuleCheck] = attribute("Every rule that was checked.")
    refund_quote: RefundQuote | None = attribute("Null where nothing can be returned.")
    pickup_quote: PickupQuote | None = attribute("Null where no door pickup is offered.")

    @resolved_by_level("The outcome in words.", kind=str)
    @staticmethod
    async def message(parents: Sequence[model.Returnability], info: Info) -> list[str]:
        messages = await rule_messages(info.context)
        return [messages.outcome(parent) for parent in parents]
